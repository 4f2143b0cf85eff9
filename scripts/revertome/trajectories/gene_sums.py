"""Sums of some genes person by person, from which they are refitted to people drawn again."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from revertome.arrays import Array
from revertome.limma.cluster_robust import adjustments, influence
from revertome.limma.clusters import Blocks, Clusters
from revertome.trajectories.draws import summed
from revertome.trajectories.refit import PlaneContrasts, inverses

SAME = 10  # digits in which people are of one kind
CACHED = 2**12  # numbers of one array of some genes in all resamples of a batch, 32 KB


@dataclass(frozen=True)
class _Sums:
    """Of each person: X'V^-1 X (N, L, p, p), X'V^-1 e (N, G, p) and e'V^-1 e (N, G)."""

    xx: Array
    xe: Array
    ee: Array

    def solved(self, counts: Array, xe: Array) -> Array:
        """Coefficients (B, G, p) of e in the people of each row of `counts`."""
        found = np.empty_like(xe)
        for row, count in enumerate(counts):
            inverse = inverses(np.tensordot(count, self.xx, 1))
            found[row] = (
                xe[row] @ inverse[:, :, 0]
                if inverse.shape[2] == 1
                else np.einsum("pqg,gq->gp", inverse, xe[row])
            )
        return found


@dataclass(frozen=True)
class _Kind:
    """People whose z_i move alike: z_i(observed) - h (beta - beta observed).

    part : of `Clusters.parts`; people : their positions; z : (2, n, G) of d and t; products :
    (3, n, G) of z; h : (L, 2, p).
    """

    part: int
    people: npt.NDArray[np.intp]
    z: Array
    products: Array
    h: Array


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
    own : dict of PlaneContrasts to (parts, 3, B, G)
        Own sums of squares of every part.
    """

    moved: Array
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
        self.genes, self.df, self.n_parts = blocks.genes, df, len(clusters.parts)
        self.sums = _sums_of(blocks, blocks.working)
        self.pattern = _sums_of(blocks, blocks.restricted(covariance))
        self.seen = blocks.seen.sum(axis=2).T  # (N, L)
        root = np.swapaxes(adjustments(blocks), -1, -2)
        self.kinds: dict[PlaneContrasts, list[_Kind]] = {}
        for effect, c in contrasts.items():
            adjusted = root @ influence(blocks, c)
            z = np.einsum("gnak,gna->kng", adjusted, blocks.e)
            h = np.einsum("lnap,lnak->lknp", blocks.x, adjusted)
            self.kinds[effect] = _kinds(z, h, clusters)

    def drawn(self, counts: Array) -> Drawn:
        """Numbers of the genes in the people of each row of `counts` (B, N)."""
        moved = self.sums.solved(counts, summed(counts, self.sums.xe))
        own = {effect: self._own(kinds, counts, moved) for effect, kinds in self.kinds.items()}
        return Drawn(moved, *self._scales(counts), own)

    def _scales(self, counts: Array) -> tuple[Array, Array]:
        """Unmoderated scales (B, G) under the pattern, and their degrees of freedom (B, L)."""
        xe, ee = summed(counts, self.pattern.xe), summed(counts, self.pattern.ee)
        rss = np.maximum(ee - (self.pattern.solved(counts, xe) * xe).sum(axis=2), 0.0)
        df = self.df + (counts - 1) @ self.seen
        with np.errstate(divide="ignore", invalid="ignore"):
            return rss / np.where(df > 0, df, np.nan), df

    def _own(self, kinds: list[_Kind], counts: Array, moved: Array) -> Array:
        """Own sums of squares of every part, (parts, 3, B, G).

        So many genes at a time that what is added to stays in the cache: of all genes together
        every step would fetch and store megabytes for each kind of people.
        """
        out = np.zeros((self.n_parts, 3, *moved.shape[:2]))
        weights = [np.ascontiguousarray(counts[:, kind.people]) for kind in kinds]
        step = max(CACHED // len(counts), 1)
        for start in range(0, moved.shape[1], step):
            genes = slice(start, start + step)
            # (p, B g): one product gives the shifts of a kind.
            change = np.ascontiguousarray(np.moveaxis(moved[:, genes], 2, 0))
            for kind, w in zip(kinds, weights, strict=True):
                _add(out[kind.part, :, :, genes], kind, w, genes, change)
        return out


def _add(own: Array, kind: _Kind, w: Array, genes: slice, change: Array) -> None:
    """Add the people of a kind, drawn `w` times, to the sums of squares (3, B, g) of some genes.

    They are sums of w (z - c)(z' - e) with c = h (beta - beta observed) of d, and e of t.
    """
    own += w @ kind.products[:, :, genes]
    c, e = _shifts(kind.h, genes, change)
    (z, x), n = w @ kind.z[:, :, genes], w.sum(axis=1)[:, None]
    own[1] -= c * x
    own[1] -= e * (z - n * c)
    z *= 2
    z -= n * c
    z *= c
    own[0] -= z
    x *= 2
    x -= n * e
    x *= e
    own[2] -= x


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
        joined([d.moved for _, d in held], 1),
        joined([d.raw for _, d in held], 1),
        joined(df, 1),
        {effect: joined([d.own[effect] for _, d in held], 3) for effect in one.own},
    )


def _kinds(z: Array, h: Array, clusters: Clusters) -> list[_Kind]:
    """People of each part, those with the same h together; each alone where genes differ."""
    found = []
    for part in range(len(clusters.parts)):
        at = np.flatnonzero(clusters.part == part)
        rows = np.round(np.moveaxis(h[0, :, at], 1, 0).reshape(len(at), -1), SAME)
        kind = np.unique(rows, axis=0, return_inverse=True)[1].ravel()
        kind = kind if len(h) == 1 else np.arange(len(at))
        for k in range(kind.max() + 1):
            people = at[kind == k]
            own = np.ascontiguousarray(z[:, people])
            products = np.stack([own[0] ** 2, own[0] * own[1], own[1] ** 2])
            if products.any():
                found.append(_Kind(part, people, own, products, h[:, :, people[0]]))
    return found


def _shifts(h: Array, genes: slice, change: Array) -> Array:
    """h (beta - beta observed) of some genes from `change` (p, B, g): (2, B, g)."""
    if len(h) > 1:
        return np.asarray(np.einsum("gkp,pbg->kbg", h[genes], change))
    return (h[0] @ change.reshape(len(change), -1)).reshape(2, *change.shape[1:])


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
