"""What could be claimed beyond composition at most: the same tests with the slopes known."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from benchmarks.beyond_composition_draw import Blood
from paired_trial import OPTIONS, Expression
from revertome.composition.cells_used import cells_used
from revertome.limma.cell_variance import CellVariance, Taken
from revertome.trajectories.beyond_composition import fit_with_cells
from revertome.trajectories.classes import classify
from revertome.trajectories.composition_planes import Split, split_planes
from revertome.trajectories.observed import observe
from revertome.trajectories.plane import Plane
from revertome.trajectories.study import study_of


@dataclass(frozen=True)
class Slopes:
    """Variances of contrasts and, of independent slopes on cells, what their error adds.

    Attributes
    ----------
    known : CellVariance or Taken
    along : (2, G)
        SD of what the error of the slope adds to disease and change, one of them negative where
        cells shift up and then down.
    """

    known: CellVariance | Taken
    along: np.ndarray

    def variance(self, a: float, b: float) -> np.ndarray:
        return self.known.variance(a, b) + (a * self.along[0] + b * self.along[1]) ** 2

    def degrees(self, a: float, b: float) -> Any:
        return self.known.degrees(a, b)

    def take(self, where: np.ndarray) -> "Slopes":
        return Slopes(self.known.take(where), self.along[:, where])


def inflated(plane: Plane, split: Split, which: str, draw: np.ndarray) -> Plane:
    """The plane of known slopes with the error that slopes on one type have, and its variance.

    The slope has the variance v with shift^2 v + var = inflation var, of disease or change,
    whichever shifts more.
    """
    own = split.planes[which]
    shift = own.shift[:, 0]
    at = int(np.argmax(np.abs(shift)))
    variance = (plane.variance(1, 0), plane.variance(0, 1))[at]
    slope = np.sqrt((own.inflation[at] - 1) * variance) / abs(shift[at])
    along = np.outer(shift, slope)
    d, t = plane.d + along[0] * draw, plane.t + along[1] * draw
    return replace(plane, d=d, t=t, cells=Slopes(plane.cells, along))  # type: ignore[arg-type]


def with_known_slopes(
    blood: Blood, model: Any, reliability: Mapping[str, float], rng: np.random.Generator
) -> dict[str, np.ndarray]:
    """Classes (G,) by rule: `known` without what follows cells, which is subtracted, and
    `inflated` with the error that slopes on one type have, drawn from a normal of known variance.
    """
    values = Expression(
        blood.expression.X - blood.follows, blood.expression.obs, blood.expression.var_names
    )
    found = observe(study_of(values, blood.labels, model), OPTIONS)
    study = study_of(blood.expression, blood.labels, model)
    used = cells_used(blood.cells, study.fitted.model.design, reliability)
    fitted, where = fit_with_cells(study, blood.labels, model, OPTIONS, used)
    split = split_planes(fitted, where, found.effects, used.percent.shape[1], used.errors)
    draw = rng.standard_normal(values.X.shape[1])
    planes = {name: inflated(found.planes[name], split, name, draw) for name in ("main", "induced")}
    calls = classify(planes["main"], planes["induced"], found.rule)
    return {"known": found.calls.outcome, "inflated": calls.outcome}
