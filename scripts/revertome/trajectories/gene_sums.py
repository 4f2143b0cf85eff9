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

NOISE = 1e-10  # share of a sum of squares below which what is left of it is rounding
SAME = 10  # digits in which people are of one kind
CACHED = 2**15  # numbers of one array of some genes, kinds and resamples, 256 KB
TOGETHER = 8  # kinds of people at most that are added up together


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

    people : their positions; twice : (2, n, G), 2 z of d and t; h : (L, 2, p).
    """

    people: npt.NDArray[np.intp]
    twice: Array
    h: Array


@dataclass(frozen=True)
class _Part:
    """People of one part, who share a variance.

    people : their positions; products : (3, n, G) of z; kinds : at most `TOGETHER` in each list.
    """

    people: npt.NDArray[np.intp]
    products: Array
    kinds: list[list[_Kind]]


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
        self.people: dict[PlaneContrasts, list[_Part]] = {}
        for effect, c in contrasts.items():
            adjusted = root @ influence(blocks, c)
            z = np.einsum("gnak,gna->kng", adjusted, blocks.e)
            h = np.einsum("lnap,lnak->lknp", blocks.x, adjusted)
            self.people[effect] = [
                _part(z, h, np.flatnonzero(clusters.part == k)) for k in range(self.n_parts)
            ]

    def drawn(self, counts: Array) -> Drawn:
        """Numbers of the genes in the people of each row of `counts` (B, N)."""
        moved = self.sums.solved(counts, summed(counts, self.sums.xe))
        own = {effect: _own(parts, counts, moved) for effect, parts in self.people.items()}
        return Drawn(moved, *self._scales(counts), own)

    def _scales(self, counts: Array) -> tuple[Array, Array]:
        """Unmoderated scales (B, G) under the pattern, and their degrees of freedom (B, L)."""
        xe, ee = summed(counts, self.pattern.xe), summed(counts, self.pattern.ee)
        rss = ee - np.einsum("bgp,bgp->bg", self.pattern.solved(counts, xe), xe)
        # Where all who were drawn have one value, as at the floor of an assay, rounding is left of
        # the sums: over such a scale the ratios that priors are fitted to would be noise.
        rss[rss <= NOISE * ee] = 0.0
        df = self.df + (counts - 1) @ self.seen
        with np.errstate(divide="ignore", invalid="ignore"):
            return rss / np.where(df > 0, df, np.nan), df


def _own(parts: list[_Part], counts: Array, moved: Array) -> Array:
    """Own sums of squares of every part, (parts, 3, B, G).

    So many genes at a time that what is added up stays in the cache: of all genes together every
    step would fetch and store megabytes for each kind of people.
    """
    out = np.empty((len(parts), 3, *moved.shape[:2]))
    for own, part in zip(out, parts, strict=True):
        np.matmul(counts[:, part.people], part.products, out=own)
    groups = [
        (own, kinds, [np.ascontiguousarray(counts[:, kind.people]) for kind in kinds])
        for own, part in zip(out, parts, strict=True)
        for kinds in part.kinds
    ]
    most = max((len(kinds) for _, kinds, _ in groups), default=1) * len(counts)
    step = max(CACHED // most, 1)
    buffers = np.empty((3, 2 * most * step))
    for start in range(0, moved.shape[1], step):
        genes = slice(start, start + step)
        # (p, B g): one product gives the shifts of all kinds.
        change = np.ascontiguousarray(np.moveaxis(moved[:, genes], 2, 0))
        for own, kinds, weights in groups:
            _add(own[:, :, genes], kinds, weights, genes, change, buffers)
    return out


def _add(
    own: Array, kinds: list[_Kind], weights: list[Array], genes: slice, change: Array, held: Array
) -> None:
    """Turn sums of z z' (3, B, g) of some genes into those of people drawn `weights` times.

    They are sums of w (z - c)(z' - e) with c = h (beta - beta observed) of d, and e of t. With
    n = sum w, x = sum w (2 z - c) and y = sum w (2 z' - e), sums of z z and z' z' lose c x and
    e y, and those of z z' (c y + e x) / 2.
    """
    shape = (2, len(kinds), *change.shape[1:])
    shift, twice, spare = (each[: np.prod(shape)].reshape(shape) for each in held)
    _shifts(kinds, genes, change, shift)
    for k, (kind, w) in enumerate(zip(kinds, weights, strict=True)):
        np.matmul(w, kind.twice[:, :, genes], out=twice[:, k])
    n = np.stack([w.sum(axis=1) for w in weights])[:, :, None]
    np.multiply(n, shift, out=spare)
    twice -= spare
    own[0] -= np.einsum("kbg,kbg->bg", shift[0], twice[0])
    own[2] -= np.einsum("kbg,kbg->bg", shift[1], twice[1])
    cross = np.einsum("kbg,kbg->bg", shift[0], twice[1])
    cross += np.einsum("kbg,kbg->bg", shift[1], twice[0])
    cross /= 2
    own[1] -= cross


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


def _part(z: Array, h: Array, at: npt.NDArray[np.intp]) -> _Part:
    """People of one part, those with the same h together; each alone where genes differ."""
    rows = np.round(np.moveaxis(h[0, :, at], 1, 0).reshape(len(at), -1), SAME)
    kind = np.unique(rows, axis=0, return_inverse=True)[1].ravel()
    kind = kind if len(h) == 1 else np.arange(len(at))
    own = z[:, at]
    products = np.stack([own[0] ** 2, own[0] * own[1], own[1] ** 2])
    found = []
    for k in range(kind.max() + 1):
        people = at[kind == k]
        if own[:, kind == k].any():
            found.append(_Kind(people, 2 * own[:, kind == k], h[:, :, people[0]]))
    groups = [found[start : start + TOGETHER] for start in range(0, len(found), TOGETHER)]
    return _Part(at, products, groups)


def _shifts(kinds: list[_Kind], genes: slice, change: Array, out: Array) -> None:
    """h (beta - beta observed) of some genes from `change` (p, B, g), into (2, kinds, B, g)."""
    if len(kinds[0].h) > 1:
        for k, kind in enumerate(kinds):
            out[:, k] = np.einsum("gkp,pbg->kbg", kind.h[genes], change)
        return
    h = np.stack([kind.h[0] for kind in kinds], axis=1)
    rows = out.shape[0] * out.shape[1]
    np.matmul(h.reshape(rows, -1), change.reshape(len(change), -1), out=out.reshape(rows, -1))


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
