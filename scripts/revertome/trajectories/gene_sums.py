"""Sums of some genes person by person, from which they are refitted to people drawn again."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from revertome.arrays import Array
from revertome.limma.cluster_robust import adjustments, influence
from revertome.limma.clusters import Blocks, Clusters
from revertome.limma.whitening import ALL
from revertome.trajectories.draws import summed
from revertome.trajectories.own_squares import OwnSquares, block
from revertome.trajectories.refit import PlaneContrasts, inverses

NOISE = 1e-10  # share of a sum of squares below which what is left of it is rounding


@dataclass(frozen=True)
class _Sums:
    """Of each person: X'V^-1 X (N, L, p, p), X'V^-1 e (N, G, p) and e'V^-1 e (N, G)."""

    xx: Array
    xe: Array
    ee: Array

    def inverse(self, counts: Array, genes: slice) -> Array:
        """(X'V^-1 X)^-1 of some genes in the people of each row of `counts`, (p, p, B, L)."""
        p = self.xx.shape[-1]
        xx = np.tensordot(counts, self.xx[:, genes], 1)
        return inverses(xx.reshape(-1, p, p)).reshape(p, p, len(counts), -1)


def _solved(inverse: Array, xe: Array) -> Array:
    """Coefficients (B, g, p) of X'V^-1 e."""
    if inverse.shape[-1] == 1:
        return np.asarray(xe @ np.moveaxis(inverse[..., 0], 2, 0))
    return np.asarray(np.einsum("pqbg,bgq->bgp", inverse, xe))


class Drawn(NamedTuple):
    """Genes in people drawn B times.

    Attributes
    ----------
    change : dict of PlaneContrasts to (B, G, 2)
        d and t less those observed.
    raw : (B, G)
        Unmoderated scales under the pattern.
    df : (B, L)
        Their degrees of freedom; L = 1 where genes share them.
    own : dict of PlaneContrasts to (parts, 3, B, G)
        Own sums of squares of every part.
    """

    change: dict[PlaneContrasts, Array]
    raw: Array
    df: Array
    own: dict[PlaneContrasts, Array]


class GeneSums:
    """The genes of some `Blocks`, held ready for people drawn again.

    Parameters
    ----------
    blocks : Blocks
    clusters : Clusters
    covariance : (N, m, m)
        Of people, by the pattern.
    contrasts : dict of PlaneContrasts to (p, 2)
        Coefficients of d and t.
    df : (1,) or (G,)
        Degrees of freedom of the scale in the observed data.
    """

    def __init__(
        self,
        blocks: Blocks,
        clusters: Clusters,
        covariance: Array,
        contrasts: Mapping[PlaneContrasts, Array],
        df: Array,
    ) -> None:
        self.genes, self.df, self.contrasts = blocks.genes, df, dict(contrasts)
        self.sums = _sums_of(blocks, blocks.working)
        self.pattern = _sums_of(blocks, blocks.restricted(covariance))
        self.seen = blocks.seen.sum(axis=2).T  # (N, L)
        root = np.swapaxes(adjustments(blocks), -1, -2)
        self.own: dict[PlaneContrasts, OwnSquares] = {}
        for effect, c in contrasts.items():
            adjusted = root @ influence(blocks, c)
            z = np.einsum("gnak,gna->kng", adjusted, blocks.e)
            h = np.einsum("lnap,lnak->lknp", blocks.x, adjusted)
            self.own[effect] = OwnSquares(z, h, clusters)

    def drawn(self, counts: Array) -> Drawn:
        """Numbers of the genes in the people of each row of `counts` (B, N).

        So many genes at a time that their sums stay in the cache.
        """
        n, n_genes = len(counts), len(self.genes)
        change = {effect: np.empty((n, n_genes, 2)) for effect in self.contrasts}
        own = {effect: squares.drawn(counts) for effect, squares in self.own.items()}
        raw, df = np.empty((n, n_genes)), self.df + (counts - 1) @ self.seen
        shared = len(self.seen[0]) == 1
        inverse = [each.inverse(counts, ALL) for each in (self.sums, self.pattern) if shared]
        for start in range(0, n_genes, block(n)):
            genes = slice(start, start + block(n))
            if not shared:
                inverse = [each.inverse(counts, genes) for each in (self.sums, self.pattern)]
            moved = _solved(inverse[0], summed(counts, self.sums.xe[:, genes]))
            for effect, c in self.contrasts.items():
                change[effect][:, genes] = moved @ c
            # (p, B, g): one product gives the shifts of all kinds.
            by_coefficient = np.ascontiguousarray(np.moveaxis(moved, 2, 0))
            for squares in own.values():
                squares.move(genes, by_coefficient)
            raw[:, genes] = self._rss(counts, genes, inverse[1])
        with np.errstate(divide="ignore", invalid="ignore"):
            raw /= np.where(df > 0, df, np.nan)
        return Drawn(change, raw, df, {effect: one.sums for effect, one in own.items()})

    def _rss(self, counts: Array, genes: slice, inverse: Array) -> Array:
        """Residual sums of squares (B, g) of some genes under the pattern."""
        xe, ee = (summed(counts, part[:, genes]) for part in (self.pattern.xe, self.pattern.ee))
        rss = ee - np.einsum("bgp,bgp->bg", _solved(inverse, xe), xe)
        # Where all who were drawn have one value, as at the floor of an assay, rounding is left of
        # the sums: over such a scale the ratios that priors are fitted to would be noise.
        rss[rss <= NOISE * ee] = 0.0
        return np.asarray(rss)


def put_together(parts: Iterable[tuple[npt.NDArray[np.intp], Drawn]]) -> Drawn:
    """Genes that were drawn apart, in their order."""
    held = list(parts)
    if len(held) == 1:
        return held[0][1]
    genes, one = np.concatenate([at for at, _ in held]), held[0][1]
    order = np.argsort(genes, kind="stable")

    def joined(arrays: list[Array], axis: int) -> Array:
        return np.concatenate(arrays, axis=axis).take(order, axis=axis)

    df = [np.broadcast_to(d.df, d.raw.shape) for _, d in held]
    return Drawn(
        {effect: joined([d.change[effect] for _, d in held], 1) for effect in one.own},
        joined([d.raw for _, d in held], 1),
        joined(df, 1),
        {effect: joined([d.own[effect] for _, d in held], 3) for effect in one.own},
    )


def _sums_of(blocks: Blocks, covariance: Array) -> _Sums:
    inverse = np.linalg.inv(covariance)
    weighted = inverse @ blocks.x
    xx = np.einsum("lnap,lnaq->nlpq", weighted, blocks.x)
    # A coefficient of which a gene has no observation, as of a cell it was not seen in, stays where
    # it is; the others must not be lost with it.
    lost = np.einsum("nlpp->lp", xx) == 0
    xx += lost[:, :, None] * np.eye(lost.shape[1])
    xe = np.einsum("gnap,gna->ngp", weighted, blocks.e)
    ee = np.einsum("gna,gnab,gnb->ng", blocks.e, inverse, blocks.e, optimize=True)
    return _Sums(*(np.ascontiguousarray(part) for part in (xx, xe, ee)))
