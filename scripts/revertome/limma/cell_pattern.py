"""The common pattern of cell variances, and the scale of every gene under it.

The covariance of the samples of a person is s2_g K: a scale of the gene times a pattern of all
genes, which holds a variance for each visit of patients, a covariance for each two visits and
a variance for healthy people. Times the weights, where observations have any.
"""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from revertome.arrays import Array, Mask
from revertome.limma.clusters import ALIASED, Blocks, Clusters

STEPS = 50
CLOSE = 1e-7  # change of the pattern that ends the iteration
KNOWN = 1e-6  # share of an entry's samples from which the residuals tell it
MANY = 20  # entries of the pattern from which expectations are first summed over genes
LOWEST = 0.01  # eigenvalue of its correlations below which the pattern is not let


@dataclass(frozen=True)
class Pattern:
    """Covariances of cells up to the scale of the gene.

    Attributes
    ----------
    cells : list of str
        Visits of patients, and `healthy`.
    matrix : (cells, cells)
        Covariance; patients and healthy people have none.
    within : float
        Correlation of two samples of one person in one cell.
    """

    cells: list[str]
    matrix: Array
    within: float

    def covariance(self, clusters: Clusters) -> Array:
        """Covariance of the samples of every person, (N, m, m)."""
        cell, m = clusters.cell[clusters.rows], clusters.rows.shape[1]
        repeated = (cell[:, :, None] == cell[:, None, :]) & ~np.eye(m, dtype=bool)
        factor = np.where(repeated, self.within, 1.0)
        both = (clusters.rows >= 0)[:, :, None] & (clusters.rows >= 0)[:, None, :]
        value = self.matrix[cell[:, :, None], cell[:, None, :]] * factor
        return np.where(both, value, 0.0)


def common_pattern(clusters: Clusters, correlation: float) -> Pattern:
    """limma's pattern: one variance, and one correlation between the samples of a person."""
    healthy = np.array([name == "healthy" for name in clusters.cells])
    matrix = np.where(healthy[:, None] == healthy[None], correlation, 0.0)
    np.fill_diagonal(matrix, 1.0)
    return Pattern(clusters.cells, matrix, correlation)


def gene_scale(blocks: Blocks, covariance: Array) -> tuple[Array, Array]:
    """Scale s2_g (G,) and its degrees of freedom (L,) under a covariance of people.

    s2 = e' P e / (n - p), P = K^-1 - K^-1 X (X'K^-1 X)^-1 X'K^-1: REML, whatever estimates the
    residuals e come from.
    """
    x, inverse = blocks.x, np.linalg.inv(blocks.restricted(covariance))
    kx = inverse @ x
    xkx = np.einsum("lnap,lnaq->lpq", x, kx)
    solve = np.linalg.pinv(xkx, ALIASED, hermitian=True)
    if blocks.shared:
        rss = _shared_rss(inverse[0], kx[0], solve[0], blocks)
    else:
        e = blocks.e
        ke = np.einsum("gnab,gnb->gna", inverse, e)
        xke = np.einsum("gnap,gna->gp", kx, e)
        rss = np.einsum("gna,gna->g", ke, e)
        rss -= np.einsum("gp,gp->g", np.einsum("gpq,gq->gp", solve, xke), xke)
    # The trace of a matrix times its generalised inverse is its rank.
    rank = np.round(np.einsum("lpq,lqp->l", solve, xkx))
    df = blocks.seen.sum(axis=(1, 2)) - rank
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(df > 0, np.maximum(rss, 0.0) / df, np.nan), df


def _shared_rss(inverse: Array, kx: Array, solve: Array, blocks: Blocks) -> Array:
    """e' P e of genes that share their design."""
    flat, rss = kx.reshape(-1, kx.shape[-1]), np.empty(len(blocks.genes))
    for genes, e in blocks.pieces():
        by_person = np.moveaxis(e, 0, -1)
        xke = flat.T @ by_person.reshape(len(flat), -1)
        rss[genes] = squares(inverse, by_person).sum(axis=0)
        rss[genes] -= np.einsum("pg,pg->g", solve @ xke, xke)
    return rss


def squares(inverse: Array, e: Array) -> Array:
    """e' K^-1 e of each person, (N, g), from inverses (N, m, m) and residuals (N, m, g)."""
    ke = np.einsum("nab,nbg->nag", inverse, e)
    return np.asarray(np.einsum("nag,nag->ng", ke, e))


def fit_pattern(blocks: Iterable[Blocks], clusters: Clusters, start: Pattern) -> Pattern:
    """Estimate the common pattern by moments across genes.

    Of every gene the sums of products of residuals of each two cells are divided by its scale
    s2. Under the pattern the ratio is independent of s2 (Basu's theorem), so the mean of the
    ratios over genes is the expectation of the sums for s2 = 1, which is linear in the pattern;
    the design enters it exactly. The ratios are bounded: no gene counts for many. As s2 depends on
    the pattern, this is iterated. What the samples cannot tell stays as in `start`.

    Parameters
    ----------
    blocks : iterable of Blocks
        Of all genes; gone through once.
    clusters : Clusters
    start : Pattern
        Where to begin.

    Returns
    -------
    Pattern
        Scaled so that the variances of patients have the geometric mean 1.
    """
    held = list(blocks)
    pairs = [(i, j) for i in range(len(start.cells)) for j in range(i, len(start.cells))]
    basis = np.stack([_basis(start, clusters, pair) for pair in pairs])
    kept = np.asarray(basis.any(axis=(1, 2, 3)))
    basis, pairs = basis[kept], [p for p, k in zip(pairs, kept, strict=True) if k]
    sums = [np.concatenate([_sums(e, basis) for _, e in block.pieces()], axis=1) for block in held]
    design, told = _expectation(held, basis)
    pattern = start
    for _ in range(STEPS):
        covariance, ratio, n = pattern.covariance(clusters), np.zeros(len(pairs)), 0
        for block, total in zip(held, sums, strict=True):
            s2, _ = gene_scale(block, covariance)
            usable = s2 > 0
            ratio += (total[:, usable] / s2[usable]).sum(axis=1)
            n += int(usable.sum())
        new = _solved(start, pairs, design, told, ratio / max(n, 1))
        change = np.abs(new.matrix - pattern.matrix).max()
        pattern = new
        if change < CLOSE:
            break
    return pattern


def _basis(start: Pattern, clusters: Clusters, pair: tuple[int, int]) -> Array:
    """Derivative of the covariance of people in one entry of the pattern, (N, m, m)."""
    unit = np.zeros_like(start.matrix)
    unit[pair] = unit[pair[::-1]] = 1.0
    return Pattern(start.cells, unit, start.within).covariance(clusters)


def _sums(e: Array, basis: Array) -> Array:
    """Sums of products of residuals by entry of the pattern, (entries, G)."""
    total = np.zeros((len(e), len(basis)))
    for a, b in np.ndindex(basis.shape[2:]):  # one at a time: of 15 visits there are 225
        total += (e[:, :, a] * e[:, :, b]) @ basis[:, :, a, b].T
    return np.asarray(total.T)


def _expectation(held: list[Blocks], basis: Array) -> tuple[Array, Mask]:
    """Mean over genes of the expectations of the sums (rows) by entry of the pattern (columns).

    Also which entries have a sum of their own.
    """
    total, n = np.zeros((len(basis), len(basis))), 0
    for b in held:
        x, weighted, seen = b.x, b.weighted, b.seen
        both = seen[..., :, None] * seen[..., None, :]
        times = len(b.genes) // len(x)
        xm, back = x @ b.inverse[:, None], np.swapaxes(weighted, -1, -2)
        for column, one in enumerate(basis):
            v = one * both
            # ((I - H) V (I - H)')_ii with H = X M X'W^-1.
            cross = xm @ (back @ v)
            inner = b.inverse @ np.einsum("lnap,lnaq->lpq", weighted, v @ weighted) @ b.inverse
            spread = v - cross - np.swapaxes(cross, -1, -2)
            spread = spread + x @ inner[:, None] @ np.swapaxes(x, -1, -2)
            if len(basis) > MANY:  # of 15 visits there are 120, and 120 x 120 sums over all genes
                spread = spread.sum(axis=0, keepdims=True)
            total[:, column] += np.einsum("rnab,lnab->r", basis, spread) * times
        n += len(b.genes)
    design = total / n
    size = np.einsum("rnab,rnab->r", basis, basis)
    own = np.einsum("rr->r", design)
    return design, own > KNOWN * size


def _solved(
    start: Pattern, pairs: list[tuple[int, int]], design: Array, told: Mask, mean: Array
) -> Pattern:
    """Pattern from the mean ratios, scaled and positive definite."""
    first = np.array([start.matrix[pair] for pair in pairs])
    value = first.copy()
    rest = mean[told] - design[np.ix_(told, ~told)] @ first[~told]
    value[told] = np.linalg.solve(design[np.ix_(told, told)], rest)
    matrix = np.zeros_like(start.matrix)
    for pair, entry in zip(pairs, value, strict=True):
        matrix[pair] = matrix[pair[::-1]] = entry
    sd = np.sqrt(np.maximum(np.diagonal(matrix), 1e-4))
    values, vectors = np.linalg.eigh(matrix / np.outer(sd, sd))
    cor = (vectors * np.maximum(values, LOWEST)) @ vectors.T
    cor /= np.sqrt(np.outer(np.diagonal(cor), np.diagonal(cor)))
    patients = np.array([name != "healthy" for name in start.cells])
    sd = sd / np.exp(np.log(sd[patients]).mean())
    return Pattern(start.cells, cor * np.outer(sd, sd), start.within)
