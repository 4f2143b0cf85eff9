"""Least squares with a design of its own for every gene: observation weights, missing values."""

from copy import copy

import numpy as np
import numpy.typing as npt
import pandas as pd

from revertome.arrays import Array
from revertome.trial import dependent, negligible, unidentified

TOLD = 1e-8  # part of a contrast along what a design cannot tell, from which it is untold
MOST = 512  # genes that are worked on together
NUMBERS = 2**20  # of the matrices of these genes, 8 MB


class Blocks:
    """Equicorrelated blocks of samples.

    The inverse square root of (1 - rho) I + rho J over the k observed samples of a block is
    (I - c J) / sqrt(1 - rho) with c = (1 - sqrt((1 - rho) / (1 - rho + k rho))) / k, whichever
    samples they are, so that genes may miss different samples.
    """

    def __init__(self, block: "pd.Series | None", n: int, correlation: float | Array) -> None:
        self.code = np.arange(n) if block is None else pd.factorize(block, sort=True)[0]
        self.indicator = np.eye(self.code.max() + 1)[self.code]
        self.correlation = 0.0 if block is None else correlation

    def of(self, genes: slice) -> "Blocks":
        """The same blocks with the correlations of some of the genes."""
        if np.ndim(self.correlation) == 0:
            return self
        own = copy(self)
        own.correlation = np.asarray(self.correlation)[genes]
        return own

    def whiten(self, x: Array, y: Array, seen: Array) -> tuple[Array, Array]:
        """Designs (g, n, p) and values (g, n), zero where `seen` (g, n) is, made independent.

        `correlation` is one for all, or one for each of the g genes.
        """
        rho = np.reshape(self.correlation, (-1, 1))
        if not rho.any():
            return x, y
        # k counts the observed samples of each block, (g, blocks); only these are whitened
        # together.
        k = seen @ self.indicator
        shrink = (1 - np.sqrt((1 - rho) / (1 - rho + k * rho))) / np.maximum(k, 1)
        scale = np.sqrt(1 - rho)
        # I - cJ subtracts c times the block sum from every observed sample. The sums cost g x
        # blocks, the matrices themselves g x n x n.
        y_sum = (y @ self.indicator) * shrink
        x_sum = (self.indicator.T @ x) * shrink[:, :, None]
        x = (x - x_sum[:, self.code] * seen[:, :, None]) / scale[:, :, None]
        return x, (y - y_sum[:, self.code] * seen) / scale


def solve_genewise(
    x: Array, y: Array, blocks: Blocks, weights: Array | None
) -> tuple[Array, Array, Array, Array]:
    """Fit every gene to its own observations.

    A coefficient that the observations of a gene cannot estimate is NaN, as in limma; the
    columns that come first in `x` are kept.

    Parameters
    ----------
    x : (n, p)
        Design.
    y : (n, G)
        Values; NaN where missing.
    blocks : Blocks
        Correlated samples.
    weights : (n, G), optional
        Observation weights.

    Returns
    -------
    coefficients : (G, p)
    covariance : (G, p, p)
    rss : (G,)
        Weighted residual sum of squares.
    df : (G,)
        Observations less estimated coefficients.
    """
    n_genes, p = y.shape[1], x.shape[1]
    coefficients = np.empty((n_genes, p))
    covariance = np.empty((n_genes, p, p))
    rss, df = np.empty(n_genes), np.empty(n_genes)
    step = genes_at_once(x.size)
    for start in range(0, n_genes, step):
        part = slice(start, start + step)
        # A missing value is a row of zeros in design and data: it adds nothing to X'X, X'y and
        # rss.
        own_x, own_y, seen = weighted_designs(x, y[:, part], weights, part)
        own_x, own_y = blocks.of(part).whiten(own_x, own_y, seen)
        found = _solve(own_x, own_y)
        coefficients[part], covariance[part], rss[part] = found[:3]
        df[part] = seen.sum(axis=1) - found[3]
    return coefficients, covariance, rss, df


def genes_at_once(numbers: int) -> int:
    """How many genes to work on together that have a matrix of so many numbers each."""
    return max(1, min(MOST, NUMBERS // numbers))


def weighted_designs(
    x: Array, y: Array, weights: Array | None, part: slice | npt.NDArray[np.intp]
) -> tuple[Array, Array, Array]:
    """Root weights times design (g, n, p) and values (g, n); zero where missing; seen (g, n)."""
    there = ~np.isnan(y.T)
    root = there.astype(float) if weights is None else np.sqrt(weights[:, part].T) * there
    return root[:, :, None] * x, root * np.where(there, y.T, 0.0), there.astype(float)


def _solve(x: Array, y: Array) -> tuple[Array, Array, Array, Array]:
    n_genes, _, p = x.shape
    # X = QR: beta = R^-1 Q'y and (X'X)^-1 = R^-1 R^-T. Without X'X the condition number is not
    # squared.
    q, r = np.linalg.qr(x)
    # |R_jj| is the length of column j orthogonal to the columns before it; nearly 0 means
    # aliased.
    size = np.abs(np.einsum("gpp->gp", r))
    short = negligible(size, np.linalg.norm(x, axis=1)).any(axis=1)
    if short.any():
        r[short] = np.eye(p)
    inverse = np.linalg.inv(r)
    effects = np.einsum("gnp,gn->gp", q, y)
    residual = y - np.einsum("gnp,gp->gn", q, effects)
    coefficients = np.einsum("gpq,gq->gp", inverse, effects)
    covariance = inverse @ inverse.transpose(0, 2, 1)
    rss = np.einsum("gn,gn->g", residual, residual)
    rank = np.full(n_genes, float(p))
    # Genes with aliased columns, one by one: coefficients of the columns that are kept, NaN for
    # the others, as R's lm.fit gives them.
    for g in np.flatnonzero(short):
        keep = independent(x[g])
        coefficients[g] = covariance[g] = np.nan
        rank[g] = len(keep)
        q_g, r_g = np.linalg.qr(x[g][:, keep])
        inverse_g = np.linalg.inv(r_g)
        effects_g = q_g.T @ y[g]
        coefficients[g, keep] = inverse_g @ effects_g
        covariance[g][np.ix_(keep, keep)] = inverse_g @ inverse_g.T
        rss[g] = ((y[g] - q_g @ effects_g) ** 2).sum()
    return coefficients, covariance, rss, rank


def independent(x: Array) -> npt.NDArray[np.intp]:
    """Positions of the columns of `x` that are no linear combination of those before them."""
    return np.setdiff1d(np.arange(x.shape[1]), dependent(x))


def unknown_directions(x: Array, y: Array, coefficients: Array) -> dict[int, Array]:
    """Null space of the design of every gene that has aliased columns.

    Parameters
    ----------
    x : (n, p)
        Design.
    y : (n, G)
        Values; NaN where missing.
    coefficients : (G, p)
        Of `solve_genewise`: NaN for columns that were not kept.

    Returns
    -------
    dict of int to (p, k)
        By position of the gene. Contrasts that are not orthogonal to it cannot be estimated.
    """
    lost = np.isnan(coefficients)
    return {
        int(g): unidentified(x[~np.isnan(y[:, g])], ~lost[g])
        for g in np.flatnonzero(lost.any(axis=1))
    }


def untold(directions: Array, c: Array) -> npt.NDArray[np.bool_]:
    """Which contrasts, columns of `c` (p, m), a design with this null space cannot estimate."""
    return np.asarray((np.abs(directions.T @ c) > TOLD).any(axis=0))
