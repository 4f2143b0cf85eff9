"""What the configuration says about the models, as one object.

Imports nothing heavy, so that the workflow can make it when it plans.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from revertome.sheet_word import sheet_word

# What an option that an engine or a stage does not use is set to.
OFF: Mapping[str, Any] = {
    "trend": False, "robust": False, "weights": "none", "lfc": 0.0, "subset": {}, "custom": {},
    "alpha": None,
}  # fmt: skip


@dataclass(frozen=True)
class ModelOptions:
    """Engine and options of the models.

    Attributes
    ----------
    engine : str
        Name of the engine.
    design : dict
        Configuration section `design`.
    blocking : str
        Patients as `fixed` effects or `random` blocks; `auto` takes fixed ones for the contrasts
        within patients and random ones for the others.
    trend, robust : bool
        The prior variance follows mean expression; it is fitted robustly and genes of outlying
        variance are moderated less.
    weights : str
        `array`: samples are weighted by their precision; `none`.
    lfc : float
        Log2 fold change that is tested against.
    subset : dict of str to list
        Samples of the contrast tables, values by column.
    custom : dict of str to str
        Further contrasts as sums of standard ones.
    groups : list of str
        Groups of response, in order, also those that nobody is in.
    alpha : float, optional
        False discovery rate of the study, at which independent filtering counts calls.
    """

    engine: str
    design: Mapping[str, Any]
    blocking: str
    trend: bool
    robust: bool
    weights: str
    lfc: float
    subset: Mapping[str, Any]
    custom: Mapping[str, str]
    groups: Sequence[str] = ()
    alpha: float | None = None

    def without(self, *names: str) -> "ModelOptions":
        """These options with some of them off."""
        return replace(self, **{name: OFF[name] for name in names})


def model_options(config: Mapping[str, Any], engine: str) -> ModelOptions:
    """Options of one engine from the completed configuration."""
    differential = config["differential"]
    named = ("blocking", "trend", "robust", "weights", "lfc", "subset", "custom")
    groups = [sheet_word(each) for each in config.get("response", {}).get("groups", ())]
    given = {name: differential[name] for name in named}
    alpha = config.get("trajectories", {}).get("alpha")
    return ModelOptions(engine, config["design"], **given, groups=groups, alpha=alpha)


def joint_options(config: Mapping[str, Any], engine: str) -> ModelOptions:
    """Options of the joint fit of all samples, which has no subset, threshold or contrast of a
    study's own: to change those asks for no new trajectories.

    Nor has it sample weights where the variances are those of cells. Weights are estimated from the
    same residuals, and as genes are correlated a few patients who agree by chance get most of the
    weight: with 8 responders and real residuals 8-14% of the genes called were then false.
    """
    options = model_options(config, engine).without("lfc", "subset", "custom", "alpha")
    if config["trajectories"]["variance"] == "cells":
        return options.without("weights")
    return options
