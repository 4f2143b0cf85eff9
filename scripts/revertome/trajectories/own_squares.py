"""Own sums of squares of contrasts in people drawn again, from what each person adds to them."""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from revertome.arrays import Array
from revertome.limma.clusters import Clusters

SAME = 10  # digits in which people are of one kind
TOGETHER = 8  # kinds of people at most that are added up together
CACHED = 2**15  # numbers of one array of some genes, kinds and resamples, 256 KB


@dataclass(frozen=True)
class _Kind:
    """People whose z_i move alike: z_i(observed) - h (beta - beta observed).

    people : their positions; twice : (2, n, G), 2 z of d and t; h : (L, 2, p).
    """

    people: npt.NDArray[np.intp]
    twice: Array
    h: Array


class _Drawn(NamedTuple):
    """Some kinds of people of one part, drawn B times.

    own : (3, B, G), sums of squares of their part; twice : (2, n, G) of each kind; weights : (B, n)
    of each; n : (kinds, B, 1), how many were drawn; h : (L, 2, kinds, p).
    """

    own: Array
    twice: list[Array]
    weights: list[Array]
    n: Array
    h: Array


@dataclass(frozen=True)
class _Part:
    """People of one part, who share a variance.

    people : their positions; products : (3, n, G) of z; kinds : at most `TOGETHER` in each list.
    """

    people: npt.NDArray[np.intp]
    products: Array
    kinds: list[list[_Kind]]

    def drawn(self, counts: Array, own: Array) -> Iterator[_Drawn]:
        """Kinds in the people of each row of `counts`, with the sums of the part."""
        for kinds in self.kinds:
            weights = [np.ascontiguousarray(counts[:, kind.people]) for kind in kinds]
            n = np.stack([w.sum(axis=1) for w in weights])[:, :, None]
            h = np.stack([kind.h for kind in kinds], axis=2)
            yield _Drawn(own, [kind.twice for kind in kinds], weights, n, h)


class OwnSquares:
    """What people add to the sums of squares of two contrasts, d and t.

    Parameters
    ----------
    z : (2, N, G)
        Of each person in the observed data; see `limma.cluster_robust`.
    h : (L, 2, N, p)
        Change of -z with the coefficients.
    clusters : Clusters
    """

    def __init__(self, z: Array, h: Array, clusters: Clusters) -> None:
        parts = range(len(clusters.parts))
        self.parts = [_part(z, h, np.flatnonzero(clusters.part == k)) for k in parts]

    def drawn(self, counts: Array) -> "DrawnSquares":
        """The sums in the people of each row of `counts` (B, N), for coefficients as observed."""
        return DrawnSquares(self.parts, counts)


class DrawnSquares:
    """Own sums of squares of every part in people drawn B times.

    Attributes
    ----------
    sums : (parts, 3, B, G)
        Of the genes that were `moved`.
    """

    def __init__(self, parts: list[_Part], counts: Array) -> None:
        n_genes = parts[0].products.shape[-1]
        self.sums = np.empty((len(parts), 3, len(counts), n_genes))
        for own, part in zip(self.sums, parts, strict=True):
            np.matmul(counts[:, part.people], part.products, out=own)
        self.kinds = [
            kinds
            for own, part in zip(self.sums, parts, strict=True)
            for kinds in part.drawn(counts, own)
        ]
        self.held = np.empty((3, 2 * TOGETHER * len(counts) * block(len(counts))))

    def move(self, genes: slice, change: Array) -> None:
        """Move some genes, at most a `block`, to coefficients that are `change` (p, B, g) off."""
        for kinds in self.kinds:
            _move(kinds, genes, change, self.held)


def block(n: int) -> int:
    """Number of genes whose sums in n resamples stay in the cache.

    Of all genes together every step would fetch and store megabytes for each kind of people.
    """
    return max(CACHED // (TOGETHER * n), 1)


def _move(kinds: _Drawn, genes: slice, change: Array, held: Array) -> None:
    """Turn sums of z z' of some genes into those of their coefficients after a `change`.

    They are sums of w (z - c)(z' - e) with c = h (beta - beta observed) of d, and e of t. With
    n = sum w, x = sum w (2 z - c) and y = sum w (2 z' - e), sums of z z and z' z' lose c x and
    e y, and those of z z' (c y + e x) / 2.
    """
    shape = (2, len(kinds.twice), *change.shape[1:])
    shift, twice, spare = (each[: math.prod(shape)].reshape(shape) for each in held)
    if len(kinds.h) == 1:
        h, flat = kinds.h[0].reshape(2 * shape[1], -1), change.reshape(len(change), -1)
        np.matmul(h, flat, out=shift.reshape(len(h), -1))
    else:
        np.einsum("gskp,pbg->skbg", kinds.h[genes], change, out=shift)
    for k, (w, z) in enumerate(zip(kinds.weights, kinds.twice, strict=True)):
        np.matmul(w, z[:, :, genes], out=twice[:, k])
    np.multiply(kinds.n, shift, out=spare)
    twice -= spare
    own = kinds.own[:, :, genes]
    own[0] -= np.einsum("kbg,kbg->bg", shift[0], twice[0])
    own[2] -= np.einsum("kbg,kbg->bg", shift[1], twice[1])
    cross = np.einsum("kbg,kbg->bg", shift[0], twice[1])
    cross += np.einsum("kbg,kbg->bg", shift[1], twice[0])
    cross /= 2
    own[1] -= cross


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
