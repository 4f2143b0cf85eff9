"""Own sums of squares of contrasts in people drawn again, of the genes that are asked for."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import NamedTuple

import numpy as np

from revertome.arrays import Array
from revertome.limma.cluster_robust import adjustments, influence
from revertome.limma.clusters import Blocks, Clusters, Genes
from revertome.trajectories.influences import Held, Influences, Made, Rows, residuals_by_gene
from revertome.trajectories.refit import PlaneContrasts

CACHED = 2**14  # numbers of one array of some genes and all people, 128 KB
PAIRS = ((0, 0), (0, 1), (1, 1))  # of d and t
SAME = 10  # digits in which people are of one kind
MANY = 16  # people from which a kind is added up for all genes; of fewer it takes longer


class Kinds(NamedTuple):
    """People who are added up by kind, in B resamples.

    means : (B, 2, G, kinds), of z of d and t; n : (B, kinds), how many were drawn; sums : (B, 3,
    parts, G), of z^2 and products about these means, of parts that have kinds.
    """

    means: Array
    n: Array
    sums: Array


class OwnSquares:
    """What people add to the sums of squares of two contrasts, d and t.

    Of a person it is the square of z_i(observed) - h_i (beta - beta observed). People of one part
    with the same h are one kind: with n of them, the mean m of their z and s = h (beta - beta
    observed) it is the sum of z^2 less n m^2, which no coefficient moves, and n (m - s)^2.

    Parameters
    ----------
    h : (2, N, p)
        Change of -z with the coefficients.
    part : (N,)
        Of each person.
    people : (N,)
        Their positions.
    size : (int, int)
        How many parts and genes there are.
    z_of : callable
        z of some of the people.
    """

    def __init__(
        self,
        h: Array,
        part: Rows,
        people: Rows,
        size: tuple[int, int],
        z_of: Callable[[Rows], Influences],
    ) -> None:
        kinds = _kinds(h, part)
        few = [kind for kind in kinds if len(kind) < MANY]
        self.kinds = [kind for kind in kinds if len(kind) >= MANY]
        alone = np.sort(np.concatenate([*few, np.zeros(0, dtype=np.intp)]))
        first = np.array([kind[0] for kind in self.kinds], dtype=np.intp)
        rows = np.concatenate([alone, first])
        self.people, self.alone = people, people[alone]
        self.h = np.ascontiguousarray(h[:, rows])
        n_parts, self.n_genes = size
        self.member = (np.arange(n_parts)[:, None] == part[rows]).astype(float)
        self.z = z_of(alone)
        self.parts, self.to = np.unique(part[first], return_inverse=True)
        self.of_kinds = [z_of(kind) for kind in self.kinds]

    def gathered(self, counts: Array) -> Kinds:
        """Add up people of one kind in the people of each row of `counts`, (B, all people)."""
        n, n_genes = len(counts), self.n_genes
        means = np.empty((n, 2, n_genes, len(self.kinds)))
        sums = np.zeros((n, 3, len(self.parts), n_genes))
        size = np.empty((n, len(self.kinds)))
        for k, (kind, z) in enumerate(zip(self.kinds, self.of_kinds, strict=True)):
            times = counts[:, self.people[kind]]
            size[:, k] = times.sum(axis=1)
            share = times / np.maximum(size[:, k, None], 1)
            step = max(CACHED // max(times.shape), 1)
            for start in range(0, n_genes, step):
                at = slice(start, start + step)
                own = [each.T for each in z.of((0, 1), at)]
                mean = [share @ own[i] for i in (0, 1)]
                for pair, (i, j) in enumerate(PAIRS):
                    about = times @ (own[i] * own[j]) - size[:, k, None] * (mean[i] * mean[j])
                    sums[:, pair, self.to[k], at] += about
                means[:, :, at, k] = np.stack(mean, axis=1)
        return Kinds(means, size, sums)

    def drawn(
        self, times: Array, row: int, kinds: Kinds, moved: Array, genes: Genes, of: Sequence[int]
    ) -> Array:
        """Sums over people drawn so many `times`, (pairs, parts, g).

        Parameters
        ----------
        times : (all people,)
        row : int
            Which resample of the `kinds` this is.
        kinds : Kinds
        moved : (g, p)
            Coefficients of the genes less those observed.
        genes : (g,)
            Their positions.
        of : sequence of int
            0 for d, 1 for t; the pairs are those of d with d, d with t, and t with t.
        """
        pairs = pairs_of(of)
        found = np.empty((len(pairs), len(self.member), len(genes)))
        weight = self.member * np.append(times[self.alone], kinds.n[row])
        step = max(CACHED // max(weight.shape[1], 1), 1)
        for start in range(0, len(genes), step):
            at = slice(start, start + step)
            z = {
                k: self._moved(k, own, kinds.means[row, k], moved[at], genes[at])
                for k, own in zip(of, self.z.of(of, genes[at]), strict=True)
            }
            for out, (number, i, j) in zip(found, pairs, strict=True):
                out[:, at] = weight @ (z[i] * z[j]).T
                if self.kinds:
                    out[self.parts, at] += kinds.sums[row, number].take(genes[at], axis=1)
        return found

    def _moved(self, k: int, z: Array, means: Array, moved: Array, genes: Genes) -> Array:
        """z of people alone, and means of kinds, with the coefficients, (g, people and kinds)."""
        if self.kinds:
            z = np.concatenate([z, means.take(genes, axis=0)], axis=1)
        z -= moved @ self.h[k].T
        return np.asarray(z)


def pairs_of(of: Sequence[int]) -> list[tuple[int, int, int]]:
    """Number and members of the pairs that d (0), t (1) or both make."""
    return [(number, i, j) for number, (i, j) in enumerate(PAIRS) if {i, j} <= set(of)]


def _kinds(h: Array, part: Rows) -> list[Rows]:
    """People of one part with the same h together."""
    rows = np.moveaxis(h, 1, 0).reshape(len(part), -1)
    rows = np.column_stack([part, np.round(rows, SAME)])
    kind = np.unique(rows, axis=0, return_inverse=True)[1].ravel()
    return [np.flatnonzero(kind == k) for k in range(kind.max() + 1)]


def own_squares(
    blocks: Blocks,
    clusters: Clusters,
    contrasts: Mapping[PlaneContrasts, Array],
    parts: Mapping[PlaneContrasts, Rows],
) -> dict[PlaneContrasts, OwnSquares]:
    """Own squares of the contrasts (p, 2) of each plane, over the `parts` that are in them.

    Of genes that share their design; see `squares_by_gene` for others.
    """
    root, found = np.swapaxes(adjustments(blocks), -1, -2), {}
    residuals = residuals_by_gene(blocks, len(contrasts))
    for effect, c in contrasts.items():
        people = np.flatnonzero(np.isin(clusters.part, parts[effect]))
        adjusted = (root @ influence(blocks, c))[:, people]
        h = np.einsum("nap,nak->knp", blocks.x[0, people], adjusted[0])
        z_of = partial(_influences, blocks, residuals, adjusted, people)
        size = len(clusters.parts), len(blocks.genes)
        found[effect] = OwnSquares(h, clusters.part[people], people, size, z_of)
    return found


def _influences(
    blocks: Blocks, residuals: Array | None, adjusted: Array, people: Rows, rows: Rows
) -> Influences:
    """z of some rows of the people."""
    if residuals is None:
        return Held(blocks, adjusted[:, rows], people[rows])
    return Made(residuals, adjusted[:, rows], people[rows])
