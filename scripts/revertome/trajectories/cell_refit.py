"""Refits of the model of cell variances to people drawn again, as matrix products.

Correlation, pattern and the prior of the scale stay those of the observed data. Estimates, the
scale of every gene, the own variances of contrasts and their priors are computed anew, from sums
over people.
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
from revertome.trajectories.cell_planes import CellModel, coefficients, moving
from revertome.trajectories.drawn_plane import DrawnPeople, DrawnPlane
from revertome.trajectories.draws import summed
from revertome.trajectories.plane import Plane
from revertome.trajectories.refit import PlaneContrasts, inverses
from revertome.trial import dependent

SAME = 10  # digits in which people are of one kind


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
        working, pattern, seen = [], [], []
        scores: dict[PlaneContrasts, list[tuple[Array, Array]]] = {e: [] for e in self.contrasts}
        for blocks in blocks_of(fitted, self.clusters):
            root = adjustments(blocks)
            working.append(_sums_of(blocks, blocks.working))
            pattern.append(_sums_of(blocks, blocks.restricted(covariance)))
            seen.append(blocks.seen.sum(axis=2).T)
            for effect, c in self.contrasts.items():
                adjusted = np.swapaxes(root, -1, -2) @ influence(blocks, c)
                z = np.einsum("gnak,gna->kng", adjusted, blocks.e)
                h = np.einsum("lnap,lnak->lknp", blocks.x, adjusted)
                scores[effect].append((z, h))
        self.sums, self.pattern = _joined(working), _joined(pattern)
        self.seen = np.concatenate(seen, axis=1)  # (N, L)
        self.kinds = {effect: self._kinds(parts) for effect, parts in scores.items()}

    def full_rank(self, counts: Array) -> bool:
        """Whether every coefficient can be estimated from people drawn `counts` times."""
        rows = self.clusters.rows[counts > 0]
        return not dependent(self.design[np.sort(rows[rows >= 0])])

    def planes(self, counts: Array) -> Iterator[dict[str, DrawnPlane]]:
        """Planes of each resample, a row of `counts` (B, N): how often each person was drawn."""
        xe = summed(counts, self.sums.xe)
        moved = self.sums.solved(counts, xe)  # beta of the resample - beta observed
        raw, df = self._scales(counts)
        own = {effect: self._own(effect, counts, moved) for effect in self.kinds}
        sizes = self._sizes(counts)
        for row in range(len(counts)):
            post = squeeze(raw[row], df[row], *self.prior)
            found = {}
            for effect, c in self.contrasts.items():
                change, observed = moved[row] @ c, self.observed[effect]
                d, t = observed.d + change[:, 0], observed.t + change[:, 1]
                along = moving(d, post)
                people = DrawnPeople(
                    self.cells[effect], own[effect][:, :, row], raw[row], along, sizes[row]
                )
                found[effect] = DrawnPlane(people, d, t, post, along)
            yield {name: found[effect] for name, effect in self.effects.items()}

    def _scales(self, counts: Array) -> tuple[Array, Array]:
        """Unmoderated scales (B, G) under the pattern, and their degrees of freedom (B, L)."""
        xe, ee = summed(counts, self.pattern.xe), summed(counts, self.pattern.ee)
        rss = np.maximum(ee - (self.pattern.solved(counts, xe) * xe).sum(axis=2), 0.0)
        df = self.scale.df + (counts - 1) @ self.seen
        with np.errstate(divide="ignore", invalid="ignore"):
            return rss / np.where(df > 0, df, np.nan), df

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


def _sums_of(blocks: Blocks, covariance: Array) -> tuple[Array, Array, Array]:
    inverse = np.linalg.inv(covariance)
    weighted = inverse @ blocks.x
    xx = np.einsum("lnap,lnaq->nlpq", weighted, blocks.x)
    xe = np.einsum("gnap,gna->ngp", weighted, blocks.e)
    return xx, xe, np.einsum("gna,gnab,gnb->ng", blocks.e, inverse, blocks.e, optimize=True)


def _joined(parts: list[tuple[Array, Array, Array]]) -> _Sums:
    return _Sums(*(np.ascontiguousarray(np.concatenate(part, axis=1))
                   for part in zip(*parts, strict=True)))  # fmt: skip
