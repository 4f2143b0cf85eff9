"""Refits of the model of cell variances to people drawn again, as matrix products.

Correlation, pattern and the prior of the scale stay those of the observed data. Estimates, the
scale of every gene, the own variances of contrasts and their priors are computed anew, from sums
over people.
"""

from collections.abc import Iterator, Mapping

import numpy as np
import pandas as pd

from revertome.arrays import Array
from revertome.limma.cell_variance import CellVariance
from revertome.limma.clusters import Blocks, blocks_of
from revertome.limma.ebayes import squeeze
from revertome.limma.joint import JointFit
from revertome.trajectories.cell_planes import CellModel, coefficients, moving
from revertome.trajectories.drawn_plane import DrawnPeople, DrawnPlane
from revertome.trajectories.gene_sums import GeneSums, put_together
from revertome.trajectories.plane import Plane
from revertome.trajectories.refit import PlaneContrasts
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
        contrasts = {e: coefficients(fitted, e) for e in self.effects.values()}
        self.observed = {e: observed[name] for name, e in self.effects.items()}
        self.cells = {e: _cells(plane) for e, plane in self.observed.items()}
        covariance = model.pattern.covariance(self.clusters)
        self.parts = [
            GeneSums(blocks, self.clusters, covariance, contrasts, _of(self.scale.df, blocks))
            for blocks in blocks_of(fitted, self.clusters)
        ]

    def full_rank(self, counts: Array) -> bool:
        """Whether every coefficient can be estimated from people drawn `counts` times."""
        rows = self.clusters.rows[counts > 0]
        return not dependent(self.design[np.sort(rows[rows >= 0])])

    def planes(self, counts: Array) -> Iterator[dict[str, DrawnPlane]]:
        """Planes of each resample, a row of `counts` (B, N): how often each person was drawn."""
        drawn = put_together((part.genes, part.drawn(counts)) for part in self.parts)
        sizes = self._sizes(counts)
        for row in range(len(counts)):
            raw = drawn.raw[row]
            post = squeeze(raw, drawn.df[row], *self.prior)
            found = {}
            for effect, observed in self.observed.items():
                change = drawn.change[effect][row]
                d, t = observed.d + change[:, 0], observed.t + change[:, 1]
                along = moving(d, post)
                own = drawn.own[effect][:, :, row]
                people = DrawnPeople(self.cells[effect], own, raw, along, sizes[row])
                found[effect] = DrawnPlane(people, d, t, post, along)
            yield {name: found[effect] for name, effect in self.effects.items()}

    def _sizes(self, counts: Array) -> Array:
        """How often people of each part were drawn, and of how many, (B, parts, 2)."""
        member = self.clusters.part[:, None] == np.arange(len(self.clusters.parts))
        drawn = counts @ member
        return np.stack([drawn, np.broadcast_to(member.sum(axis=0), drawn.shape)], axis=2)


def _of(df: Array, blocks: Blocks) -> Array:
    return df if len(df) == 1 else df[blocks.genes]


def _cells(plane: Plane) -> CellVariance:
    if not isinstance(plane.cells, CellVariance):
        raise ValueError("the plane has no variances of cells")
    return plane.cells
