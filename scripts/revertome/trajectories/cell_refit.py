"""Refits of the model of cell variances to people drawn again, as matrix products.

Pattern, priors and their degrees of freedom stay those of the observed data; estimates, the scale
of every gene and the own variances of contrasts are computed anew from sums over people.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from revertome.arrays import Array
from revertome.limma.cell_variance import CellVariance
from revertome.limma.cluster_robust import adjustments, influence
from revertome.limma.clusters import Blocks, blocks_of
from revertome.limma.ebayes import squeeze
from revertome.limma.joint import JointFit
from revertome.trajectories.cell_planes import CellModel, coefficients
from revertome.trajectories.drawn_plane import DrawnPlane
from revertome.trajectories.draws import summed
from revertome.trajectories.plane import Plane
from revertome.trajectories.refit import PlaneContrasts, inverses
from revertome.trial import dependent

SAME = 10  # digits in which people are of one kind


@dataclass(frozen=True)
class _Sums:
    """Of each person: X'W^-1 X (N, L, p, p), X'W^-1 e (N, G, p) and e'W^-1 e (N, G)."""

    xx: Array
    xe: Array
    ee: Array


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
        sums = []
        scores: dict[PlaneContrasts, list[tuple[Array, Array]]] = {e: [] for e in self.contrasts}
        for blocks in blocks_of(fitted, self.clusters):
            weighted, root = blocks.weighted, adjustments(blocks)
            sums.append(_sums_of(blocks, weighted))
            for effect, c in self.contrasts.items():
                adjusted = np.swapaxes(root, -1, -2) @ influence(blocks, c)
                z = np.einsum("gnak,gna->kng", adjusted, blocks.e)
                h = np.einsum("lnap,lnak->lknp", blocks.x, adjusted)
                scores[effect].append((z, h))
        self.sums = _Sums(*(np.ascontiguousarray(np.concatenate(part, axis=1))
                            for part in zip(*sums, strict=True)))  # fmt: skip
        self.rss = self.sums.ee.sum(axis=0)
        self.kinds = {effect: self._kinds(parts) for effect, parts in scores.items()}

    def full_rank(self, counts: Array) -> bool:
        """Whether every coefficient can be estimated from people drawn `counts` times."""
        rows = self.clusters.rows[counts > 0]
        return not dependent(self.design[np.sort(rows[rows >= 0])])

    def planes(self, counts: Array) -> Iterator[dict[str, DrawnPlane]]:
        """Planes of each resample, a row of `counts` (B, N): how often each person was drawn."""
        xe, ee = summed(counts, self.sums.xe), summed(counts, self.sums.ee)
        moved = np.empty_like(xe)  # beta of the resample - beta observed
        for row, count in enumerate(counts):
            inverse = inverses(np.tensordot(count, self.sums.xx, 1))
            moved[row] = (
                xe[row] @ inverse[:, :, 0]
                if inverse.shape[2] == 1
                else np.einsum("pqg,gq->gp", inverse, xe[row])
            )
        rss = np.maximum(ee - (moved * xe).sum(axis=2), 0.0)
        own = {effect: self._own(effect, counts, moved) for effect in self.kinds}
        sizes = self._sizes(counts)
        for row in range(len(counts)):
            post = squeeze(
                self.scale.raw * rss[row] / np.where(self.rss > 0, self.rss, 1.0),
                self.scale.df, *self.prior,
            )  # fmt: skip
            found = {
                effect: self._plane(effect, moved[row], own[effect][:, :, row], post, sizes[row])
                for effect in self.kinds
            }
            yield {name: found[effect] for name, effect in self.effects.items()}

    def _plane(
        self, effect: PlaneContrasts, moved: Array, own: Array, post: Array, size: Array
    ) -> DrawnPlane:
        observed, change = self.observed[effect], moved @ self.contrasts[effect]
        d, t = observed.d + change[:, 0], observed.t + change[:, 1]
        return DrawnPlane(self.cells[effect], d, t, post, own, size)

    def _sizes(self, counts: Array) -> Array:
        """How often people of each part were drawn, and of how many, (B, parts, 2)."""
        member = self.clusters.part[:, None] == np.arange(len(self.clusters.parts))
        drawn = counts @ member
        return np.stack([drawn, np.broadcast_to(member.sum(axis=0), drawn.shape)], axis=2)

    def _kinds(self, scores: list[tuple[Array, Array]]) -> list[_Kind]:
        """People of each part, those with the same h together; each alone where genes differ."""
        z = np.concatenate([z for z, _ in scores], axis=2)
        h = np.concatenate([h for _, h in scores])
        found = []
        for part in range(len(self.clusters.parts)):
            at = np.flatnonzero(self.clusters.part == part)
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

    def _own(self, effect: PlaneContrasts, counts: Array, moved: Array) -> Array:
        """Own sums of squares of every part, (parts, 3, B, G)."""
        kinds = self.kinds[effect]
        out = np.zeros((len(self.clusters.parts), 3, *moved.shape[:2]))
        for kind, (c, e) in zip(kinds, _shifts(kinds, moved), strict=True):
            w, own = counts[:, kind.people], out[kind.part]
            own += w @ kind.products
            # sum of w (z - c)(z' - e) with c = h (beta - beta observed) of d, and e of t.
            (z, x), n = w @ kind.z, w.sum(axis=1)[:, None]
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
        return out


def _cells(plane: Plane) -> CellVariance:
    if not isinstance(plane.cells, CellVariance):
        raise ValueError("the plane has no variances of cells")
    return plane.cells


def _shifts(kinds: list[_Kind], moved: Array) -> Iterator[Array]:
    """h (beta - beta observed) of every kind from `moved` (B, G, p): (2, B, G)."""
    if len(kinds[0].h) > 1:
        yield from (np.einsum("gkp,bgp->kbg", kind.h, moved) for kind in kinds)
        return
    h = np.concatenate([kind.h[0] for kind in kinds])
    found = h @ np.ascontiguousarray(moved.reshape(-1, moved.shape[2]).T)
    yield from found.reshape(len(kinds), 2, *moved.shape[:2])


def _sums_of(blocks: Blocks, weighted: Array) -> tuple[Array, Array, Array]:
    xx = np.einsum("lnap,lnaq->nlpq", weighted, blocks.x)
    xe = np.einsum("gnap,gna->ngp", weighted, blocks.e)
    inverse = np.linalg.inv(blocks.working)
    return xx, xe, np.einsum("gna,gnab,gnb->ng", blocks.e, inverse, blocks.e, optimize=True)
