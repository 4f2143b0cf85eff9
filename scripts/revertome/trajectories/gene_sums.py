"""Sums of some genes person by person, from which they are refitted to people drawn again."""

from collections.abc import Iterable
from typing import NamedTuple, Protocol

import numpy as np
import numpy.typing as npt

from revertome.arrays import Array
from revertome.limma.clusters import Blocks, Genes
from revertome.limma.designs import within_seen
from revertome.trajectories.draws import summed
from revertome.trajectories.refit import inverses

CACHED = 2**12  # genes times resamples whose sums stay in the cache
NOISE = 1e-10  # share of a sum of squares below which what is left of it is rounding


class Drawn(NamedTuple):
    """Genes in people drawn B times.

    Attributes
    ----------
    moved : (B, G, p)
        Coefficients less those observed.
    raw : (B, G)
        Unmoderated scales under the pattern.
    df : (B, L)
        Their degrees of freedom; L = 1 where genes share them.
    """

    moved: Array
    raw: Array
    df: Array


class GeneSums(Protocol):
    """The genes of some `Blocks`, held ready for people drawn again."""

    genes: Genes

    def drawn(self, counts: Array) -> Drawn:
        """Numbers of the genes in the people of each row of `counts` (B, N)."""


class _Sums(NamedTuple):
    """Of each person: X'V^-1 X (N, L, p, p), X'V^-1 e (N, G, p) and e'V^-1 e (N, G)."""

    xx: Array
    xe: Array
    ee: Array

    def solved(self, counts: Array) -> tuple[Array, Array]:
        """Coefficients of the genes in people drawn again, and X'V^-1 e, (B, G, p) each."""
        p, xe = self.xx.shape[-1], summed(counts, self.xe)
        xx = np.tensordot(counts, self.xx, 1)
        inverse = inverses(xx.reshape(-1, p, p)).reshape(p, p, len(counts), -1)
        return np.asarray(np.einsum("pqbg,bgq->bgp", inverse, xe)), xe


class OwnDesigns:
    """Genes each of which has a design of its own, as where values are missing or have weights.

    Sums of people are formed anew for every few resamples: they are as many copies of the data as
    a design has products of two columns.

    Parameters
    ----------
    blocks : Blocks
    covariance : (N, m, m)
        Of people, by the pattern.
    df : (1,) or (G,)
        Degrees of freedom of the scale in the observed data.
    """

    def __init__(self, blocks: Blocks, covariance: Array, df: Array) -> None:
        self.genes, self.df = blocks.genes, df
        self.blocks, self.covariance = blocks, covariance

    def drawn(self, counts: Array) -> Drawn:
        """Numbers of the genes in the people of each row of `counts` (B, N), a few at a time."""
        n, n_genes = len(counts), len(self.genes)
        moved = np.empty((n, n_genes, self.blocks.beta.shape[1]))
        rss, df = np.empty((n, n_genes)), np.empty((n, n_genes))
        step = max(CACHED // n, 1)
        for start in range(0, n_genes, step):
            genes = slice(start, start + step)
            some = self.blocks.take(genes)
            seen = some.seen
            moved[:, genes], _ = _sums_of(some, some.working).solved(counts)
            pattern = _sums_of(some, within_seen(self.covariance, seen))
            beta, xe = pattern.solved(counts)
            told = np.einsum("bgp,bgp->bg", beta, xe)
            rss[:, genes] = left(summed(counts, pattern.ee), told)
            df[:, genes] = (counts - 1) @ seen.sum(axis=2).T
        df += self.df
        return Drawn(moved, mean_square(rss, df), df)


def left(whole: Array, told: Array) -> Array:
    """What is left of sums of squares without what coefficients tell.

    Where all who were drawn have one value, as at the floor of an assay, it is rounding: over such
    a scale the ratios that priors are fitted to would be noise.
    """
    rss = whole - told
    rss[rss <= NOISE * whole] = 0.0
    return np.asarray(rss)


def mean_square(rss: Array, df: Array) -> Array:
    """Mean of squares with degrees of freedom; NaN without any."""
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray(rss / np.where(df > 0, df, np.nan))


def put_together(parts: Iterable[tuple[npt.NDArray[np.intp], Drawn]]) -> Drawn:
    """Genes that were drawn apart, in their order."""
    held = list(parts)
    if len(held) == 1:
        return held[0][1]
    order = np.argsort(np.concatenate([at for at, _ in held]), kind="stable")

    def joined(arrays: list[Array]) -> Array:
        return np.concatenate(arrays, axis=1).take(order, axis=1)

    return Drawn(
        joined([d.moved for _, d in held]),
        joined([d.raw for _, d in held]),
        joined([np.broadcast_to(d.df, d.raw.shape) for _, d in held]),
    )


def information(blocks: Blocks, weighted: Array) -> Array:
    """X'V^-1 X of each person, (N, L, p, p)."""
    xx = np.einsum("lnap,lnaq->nlpq", weighted, blocks.x)
    # A coefficient of which a gene has no observation, as of a cell it was not seen in, stays where
    # it is; the others must not be lost with it.
    lost = np.einsum("nlpp->lp", xx) == 0
    xx += lost[:, :, None] * np.eye(lost.shape[1])
    return np.ascontiguousarray(xx)


def _sums_of(blocks: Blocks, covariance: Array) -> _Sums:
    inverse, e = np.linalg.inv(covariance), blocks.e
    weighted = inverse @ blocks.x
    xe = np.ascontiguousarray(np.einsum("gnap,gna->ngp", weighted, e))
    ee = np.ascontiguousarray(np.einsum("gna,gnab,gnb->ng", e, inverse, e, optimize=True))
    return _Sums(information(blocks, weighted), xe, ee)
