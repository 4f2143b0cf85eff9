"""What is called on the observed data, and the model held ready to ask how far that holds."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from revertome.limma.joint import JointFit
from revertome.trajectories.class_rules import effects_of, rule_of
from revertome.trajectories.classes import ClassCalls, Rule, classify
from revertome.trajectories.plane import Plane
from revertome.trajectories.refit import PlaneContrasts, Refit, planes_of


@dataclass(frozen=True)
class Observed:
    """Classes of the observed data.

    Attributes
    ----------
    effects : dict
        `main` and `induced`: contrasts of the two planes.
    rule : Rule
    planes : dict of str to Plane
    calls : ClassCalls
    refit : Refit
        The joint model, for resampled and permuted data.
    """

    effects: dict[str, PlaneContrasts]
    rule: Rule
    planes: dict[str, Plane]
    calls: ClassCalls
    refit: Refit


def observe(fitted: JointFit, options: Mapping[str, Any]) -> Observed:
    """Class every gene of a joint fit by the configuration section `trajectories`.

    Raises
    ------
    StudyError
        When the patients in whom a class is claimed have no samples.
    """
    effects, rule = effects_of(fitted.model, options), rule_of(options)
    planes = planes_of(fitted, effects)
    calls = classify(planes["main"], planes["induced"], rule)
    return Observed(effects, rule, planes, calls, Refit(fitted))
