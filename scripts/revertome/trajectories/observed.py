"""What is called on the observed data, and the model held ready to ask how far that holds."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from revertome.limma.joint import JointFit
from revertome.trajectories.cell_planes import CellModel, cell_planes
from revertome.trajectories.cell_refit import CellRefit
from revertome.trajectories.class_rules import claims_of, effects_of, rule_of
from revertome.trajectories.classes import ClassCalls, Rule, classify, outcomes
from revertome.trajectories.patient_sums import PatientSums
from revertome.trajectories.plane import Plane
from revertome.trajectories.refit import PlaneContrasts, Refit, planes_of
from revertome.trajectories.stability import Redrawn
from revertome.trajectories.study import FittedStudy


@dataclass(frozen=True)
class Observed:
    """Classes of the observed data.

    Attributes
    ----------
    effects : dict
        `main` and `induced`: contrasts of the two planes.
    rule : Rule
    planes : dict of str to Plane
        `main`, `induced`, and `specific`, whose change is the interaction, where there is one.
    calls : ClassCalls
    common : (G,)
        Classes by one variance for all cells.
    refit : Refit
        The joint model of one variance, for permuted data.
    redrawn : Redrawn
        The model of the classes, for people drawn again.
    cells : CellModel or None
        The variances of the cells; None with one variance for all.
    """

    effects: dict[str, PlaneContrasts]
    rule: Rule
    planes: dict[str, Plane]
    calls: ClassCalls
    common: npt.NDArray[np.object_]
    refit: Refit
    redrawn: Redrawn
    cells: CellModel | None


def observe(study: FittedStudy, options: Mapping[str, Any]) -> Observed:
    """Class every gene of a joint fit by the configuration section `trajectories`.

    Raises
    ------
    StudyError
        When the patients in whom a class is claimed have no samples.
    """
    fitted = study.fitted
    effects, rule = effects_of(fitted.model, options), rule_of(options)
    refit, asked = Refit(fitted), claims_of(fitted.model, effects)
    planes, cells = study_planes(fitted, study.where, asked, options["variance"])
    calls = classify(planes["main"], planes["induced"], rule)
    common = calls.outcome
    if cells is not None:
        one = planes_of(fitted, effects)
        common = outcomes(one["main"], one["induced"], rule)
    redrawn = redrawn_of(fitted, study.where, (effects, planes, cells), refit)
    return Observed(effects, rule, planes, calls, common, refit, redrawn, cells)


def study_planes(
    fitted: JointFit,
    where: pd.DataFrame,
    effects: Mapping[str, PlaneContrasts],
    variance: str,
) -> tuple[dict[str, Plane], CellModel | None]:
    """Planes of a joint fit with variances of the cells, or of one variance for all (`common`)."""
    if variance == "common":
        return planes_of(fitted, effects), None
    return cell_planes(fitted, where, effects)


def redrawn_of(
    fitted: JointFit,
    where: pd.DataFrame,
    observed: tuple[Mapping[str, PlaneContrasts], Mapping[str, Plane], CellModel | None],
    refit: Refit | None = None,
) -> Redrawn:
    """The model of some planes held ready for people drawn again.

    Parameters
    ----------
    fitted, where
        As of `study_planes`.
    observed : tuple
        Effects `main` and `induced`, their planes, and the variances of the cells if those count.
    refit : Refit, optional
        Of the same fit, where there is one already.
    """
    effects, planes, cells = observed
    if cells is None:
        return PatientSums(refit or Refit(fitted), fitted.y, where["patient"], effects)
    return CellRefit(fitted, cells, effects, planes)
