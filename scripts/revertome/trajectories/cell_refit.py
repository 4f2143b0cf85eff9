"""Refits of the model of cell variances to people drawn again, as matrix products.

Correlation, pattern and the prior of the scale stay those of the observed data. Estimates, the
scale of every gene, the own variances of contrasts and their priors are computed anew, from sums
over people.
"""

from collections.abc import Iterator, Mapping, Sequence
from functools import partial

import numpy as np
import pandas as pd

from revertome.arrays import Array
from revertome.limma.cell_shrinkage import Edge
from revertome.limma.cell_variance import CellVariance
from revertome.limma.clusters import Genes, blocks_of, placed
from revertome.limma.ebayes import squeeze
from revertome.limma.joint import JointFit
from revertome.trajectories.cell_planes import CellModel, moving
from revertome.trajectories.drawn_plane import DrawnPeople, DrawnPlane
from revertome.trajectories.gene_sums import GeneSums, OwnDesigns, put_together
from revertome.trajectories.own_squares import Kinds, OwnSquares, own_squares
from revertome.trajectories.plane import Plane
from revertome.trajectories.refit import PlaneContrasts, coefficients
from revertome.trajectories.shared_sums import SharedDesign
from revertome.trajectories.squares_by_gene import HELD, SquaresByGene, squares_by_gene
from revertome.trial import dependent


class CellRefit:
    """A model of cell variances held ready for people drawn again.

    Parameters
    ----------
    fitted : JointFit
    model : CellModel
    effects : dict of str to PlaneContrasts
    observed : dict of str to Plane
        Planes of the observed data.
    """

    def __init__(
        self,
        fitted: JointFit,
        model: CellModel,
        effects: Mapping[str, PlaneContrasts],
        observed: Mapping[str, Plane],
    ) -> None:
        self.clusters, self.scale, self.prior = model.clusters, model.scale, model.prior
        self.design = fitted.model.design.to_numpy(float)
        self.patients = pd.Index(model.clusters.people)
        self.effects = dict(effects)
        self.contrasts = {e: coefficients(fitted, e) for e in self.effects.values()}
        self.observed = {e: observed[name] for name, e in self.effects.items()}
        self.cells = {e: _cells(plane) for e, plane in self.observed.items()}
        covariance = model.pattern.covariance(self.clusters)
        axes: tuple[Edge, ...] = ((1, 0), (0, 1))
        inside = {e: np.unique(own.ingredients(axes).part) for e, own in self.cells.items()}
        self.parts: list[GeneSums] = []
        self.own: list[Mapping[PlaneContrasts, OwnSquares | SquaresByGene]] = []
        room = HELD
        for blocks in blocks_of(fitted, self.clusters):
            df = self.scale.df if len(self.scale.df) == 1 else self.scale.df[blocks.genes]
            if blocks.shared:
                self.parts.append(SharedDesign(blocks, covariance, df))
                self.own.append(own_squares(blocks, self.clusters, self.contrasts, inside))
                continue
            self.parts.append(OwnDesigns(blocks, covariance, df))
            own = squares_by_gene(blocks, self.clusters, self.contrasts, inside, room)
            room -= sum(each.n_held for each in own.values())
            self.own.append(own)
        # Which part each gene is in, and where in it.
        self.home, self.place = np.zeros((2, fitted.y.shape[1]), dtype=np.intp)
        for k, part in enumerate(self.parts):
            self.home[part.genes], self.place[part.genes] = k, np.arange(len(part.genes))

    def full_rank(self, counts: Array) -> bool:
        """Whether every coefficient can be estimated from people drawn `counts` times."""
        rows = self.clusters.rows[counts > 0]
        return not dependent(self.design[np.sort(rows[rows >= 0])])

    def planes(self, counts: Array) -> Iterator[dict[str, DrawnPlane]]:
        """Planes of each resample, a row of `counts` (B, N): how often each person was drawn."""
        drawn = put_together((part.genes, part.drawn(counts)) for part in self.parts)
        sizes = self._sizes(counts)
        kinds = {e: [own[e].gathered(counts) for own in self.own] for e in self.observed}
        for row, times in enumerate(counts):
            moved, raw = drawn.moved[row], drawn.raw[row]
            post = squeeze(raw, drawn.df[row], *self.prior)
            found = {}
            for effect, observed in self.observed.items():
                change = self.contrasts[effect].T @ moved.T
                d, t = observed.d + change[0], observed.t + change[1]
                along = moving(d, post)
                own = partial(self._own, effect, times, row, kinds[effect], moved)
                people = DrawnPeople(self.cells[effect], own, raw, along, sizes[row])
                found[effect] = DrawnPlane(people, d, t, post, along, np.arange(len(d)))
            yield {name: found[effect] for name, effect in self.effects.items()}

    def _own(
        self,
        effect: PlaneContrasts,
        times: Array,
        row: int,
        kinds: list[Kinds],
        moved: Array,
        genes: Genes,
        of: Sequence[int],
    ) -> Array:
        """Own sums of squares of some genes; see `OwnSquares.drawn`."""
        found: list[tuple[Genes, Array]] = []
        for k, (own, kind) in enumerate(zip(self.own, kinds, strict=True)):
            mine = np.flatnonzero(self.home[genes] == k)
            at, place = genes[mine], self.place[genes[mine]]
            some = own[effect].drawn(times, row, kind, moved.take(at, axis=0), place, of)
            found.append((mine, some))
        return placed(found)

    def _sizes(self, counts: Array) -> Array:
        """How often people of each part were drawn, and of how many, (B, parts, 2)."""
        member = self.clusters.part[:, None] == np.arange(len(self.clusters.parts))
        drawn = counts @ member
        return np.stack([drawn, np.broadcast_to(member.sum(axis=0), drawn.shape)], axis=2)


def _cells(plane: Plane) -> CellVariance:
    if not isinstance(plane.cells, CellVariance):
        raise ValueError("the plane has no variances of cells")
    return plane.cells
