"""What is claimed, in whom, and by which rule: the configuration put into the stage's terms."""

from collections.abc import Mapping
from dataclasses import fields
from typing import Any

from revertome.errors import StudyError
from revertome.trajectories.classes import Rule
from revertome.trajectories.plane import Bounds
from revertome.trajectories.refit import PlaneContrasts
from revertome.trial import Model

EFFECTS = {
    "responders": PlaneContrasts("disease_responders", "change_responders"),
    "all": PlaneContrasts("disease", "change_all"),
}
CONTRASTS = ["disease_responders", "disease", "change_responders", "change_nonresponders",
             "change_all", "interaction"]  # fmt: skip


def effects_of(model: Model, options: Mapping[str, Any]) -> dict[str, PlaneContrasts]:
    """Contrasts of the two planes, `main` and `induced`.

    Raises
    ------
    StudyError
        When the patients in whom a class is claimed have no samples, or covariates hide a contrast.
    """
    found = {}
    for plane, key in (("main", "reverted_in"), ("induced", "induced_in")):
        effect = EFFECTS[options[key]]
        for name in (effect.disease, effect.change):
            if name in model.verdicts and model.verdicts[name].reason:
                raise StudyError(f"trajectories.{key}: {model.verdicts[name].reason}")
        if not {effect.change, effect.disease} <= set(model.contrasts):
            raise StudyError(
                f"trajectories.{key}: {options[key]}, but no patient labelled responder has "
                "samples at both visits; set it to all, or check the response configuration"
            )
        found[plane] = effect
    return found


def claims_of(model: Model, effects: Mapping[str, PlaneContrasts]) -> dict[str, PlaneContrasts]:
    """Contrasts of all planes: those of the classes, and `specific` with the interaction."""
    if "interaction" not in model.contrasts:
        return dict(effects)
    specific = PlaneContrasts(effects["main"].disease, "interaction")
    return {**effects, "specific": specific}


def bounds_of(options: Mapping[str, Any]) -> Bounds:
    """Edges of the wedges by the configuration section `trajectories`."""
    return Bounds(**{edge.name: options[edge.name] for edge in fields(Bounds)})


def rule_of(options: Mapping[str, Any]) -> Rule:
    """Rule of the configuration section `trajectories`."""
    return Rule(
        alpha=options["alpha"],
        bounds=bounds_of(options),
        screened=options["multiplicity"] == "screened",
        thresholds=options["rule"] == "thresholds",
    )
