"""Own sums of squares of contrasts in people drawn again, from what each person adds to them."""

from dataclasses import dataclass

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


@dataclass(frozen=True)
class _Part:
    """People of one part, who share a variance.

    people : their positions; products : (3, n, G) of z; kinds : at most `TOGETHER` in each list.
    """

    people: npt.NDArray[np.intp]
    products: Array
    kinds: list[list[_Kind]]


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
        self.groups = [
            (own, kinds, [np.ascontiguousarray(counts[:, kind.people]) for kind in kinds])
            for own, part in zip(self.sums, parts, strict=True)
            for kinds in part.kinds
        ]
        self.held = np.empty((3, 2 * TOGETHER * len(counts) * block(len(counts))))

    def move(self, genes: slice, change: Array) -> None:
        """Move some genes, at most a `block`, to coefficients that are `change` (p, B, g) off."""
        for own, kinds, weights in self.groups:
            _add(own[:, :, genes], kinds, weights, genes, change, self.held)


def block(n: int) -> int:
    """Number of genes whose sums in n resamples stay in the cache.

    Of all genes together every step would fetch and store megabytes for each kind of people.
    """
    return max(CACHED // (TOGETHER * n), 1)


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
