"""Own sums of squares in people drawn again, of genes each of which has a design of its own."""

from collections.abc import Mapping, Sequence

import numpy as np

from revertome.arrays import Array
from revertome.limma.cluster_robust import adjustments, influence
from revertome.limma.clusters import Blocks, Clusters, Genes
from revertome.trajectories.influences import Rows
from revertome.trajectories.own_squares import CACHED, Kinds, pairs_of
from revertome.trajectories.refit import PlaneContrasts

HELD = 2**24  # numbers of the influences that are held, 128 MB; others are made when asked for


class SquaresByGene:
    """What people add to the sums of squares of two contrasts, d and t; see `OwnSquares`.

    Of a person it is the square of u'A e, of the influence u of the observed data, its adjustment
    A and the residuals e about the coefficients of the people drawn again.

    Parameters
    ----------
    blocks : Blocks
    clusters : Clusters
    contrasts : (p, 2)
    people : (N,)
        Their positions.
    held : bool
        Whether influences are held: they are four times the data.
    """

    def __init__(
        self, blocks: Blocks, clusters: Clusters, contrasts: Array, people: Rows, held: bool
    ) -> None:
        self.blocks, self.contrasts, self.people = blocks, contrasts, people
        part = clusters.part[people]
        self.member = (np.arange(len(clusters.parts))[:, None] == part).astype(float)
        every = np.arange(len(blocks.genes))
        self.held = self._made(every) if held else None
        self.n_held = 0 if self.held is None else self.held.size

    def gathered(self, counts: Array) -> Kinds:
        """Nobody is added up by kind: where genes differ each person is alone."""
        n, n_genes = len(counts), len(self.blocks.genes)
        return Kinds(np.empty((n, 2, n_genes, 0)), np.empty((n, 0)), np.empty((n, 3, 0, n_genes)))

    def drawn(
        self, times: Array, row: int, kinds: Kinds, moved: Array, genes: Genes, of: Sequence[int]
    ) -> Array:
        """Sums over people drawn so many `times`, (pairs, parts, g); see `OwnSquares.drawn`."""
        pairs, weight = pairs_of(of), self.member * times[self.people]
        found = np.empty((len(pairs), len(self.member), len(genes)))
        step = max(CACHED // weight.shape[1], 1)
        for start in range(0, len(genes), step):
            at = slice(start, start + step)
            some = genes[at]
            influences = self._made(some) if self.held is None else self.held[some]
            own = self.blocks.take(some)
            e = own.held.about(own.beta + moved[at]).of(slice(None))[:, self.people]
            z = {k: np.einsum("gna,gna->gn", influences[..., k], e) for k in of}
            for out, (_, i, j) in zip(found, pairs, strict=True):
                out[:, at] = weight @ (z[i] * z[j]).T
        return found

    def _made(self, genes: Genes) -> Array:
        """Influence of people on d and t times the adjustments of their residuals, (g, N, m, 2)."""
        some = self.blocks.take(genes)
        back = np.swapaxes(adjustments(some), -1, -2)
        return (back @ influence(some, self.contrasts))[:, self.people]


def squares_by_gene(
    blocks: Blocks,
    clusters: Clusters,
    contrasts: Mapping[PlaneContrasts, Array],
    parts: Mapping[PlaneContrasts, Rows],
    room: int,
) -> dict[PlaneContrasts, SquaresByGene]:
    """Own squares of the contrasts (p, 2) of each plane, over the `parts` that are in them.

    Influences are held if they are no more than `room` numbers.
    """
    held = 2 * len(contrasts) * blocks.genes.size * clusters.rows.size <= room
    return {
        effect: SquaresByGene(
            blocks, clusters, c, np.flatnonzero(np.isin(clusters.part, parts[effect])), held
        )
        for effect, c in contrasts.items()
    }
