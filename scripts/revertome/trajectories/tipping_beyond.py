"""Tipping point of the sets beyond control.

The absent of an arm are let have 1 - k of the drug effect of those present: 1 is no drug effect at
all, as if they had been in the control arm (reference-based imputation: Carpenter, Roger & Kenward
2013, J Biopharm Stat 23:1352). Those absent from the control arm changed as its others did.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd

from revertome.differential.model_options import ModelOptions
from revertome.gene_classes import BEYOND
from revertome.trajectories.class_rules import rule_of
from revertome.trajectories.observed import study_planes
from revertome.trajectories.randomised import ALL_ACTIVE, Claim, randomised_fit
from revertome.trajectories.tipping import SETS, Absence, counted, in_sets
from revertome.trajectories.tipping_tables import Tipping, tables
from revertome.trial import at_visit


def tipping_beyond(
    expression: Any, model: ModelOptions, options: Mapping[str, Any]
) -> Iterator[Tipping]:
    """Tipping points of both sets beyond control, of every active arm at every controlled visit.

    Parameters
    ----------
    expression : AnnData, samples x genes
        Output of `normalise`, without excluded samples.
    model : ModelOptions
        As of `beyond_control`.
    options : dict
        Configuration section `trajectories`.

    Yields
    ------
    Tipping
        The set is `reverted_beyond_control` or `induced_beyond_control`, the group the arm. None
        without arms, or without healthy people.
    """
    from threadpoolctl import threadpool_limits

    if model.design.get("arm") is None or model.design["healthy"] is None:
        return
    with threadpool_limits(limits=1):
        yield from _of_trial(expression, model, options)


def _of_trial(
    expression: Any, model: ModelOptions, options: Mapping[str, Any]
) -> Iterator[Tipping]:
    fit, design = randomised_fit(expression, model), model.design
    asked = {f"{each.visit}.{each.arm}": each for each in fit.claims if each.effect}
    if fit.fitted is None or not asked:
        return
    effects = {name: claim.effect for name, claim in asked.items() if claim.effect}
    planes, _ = study_planes(fit.fitted, fit.where, effects, options["variance"])
    rule = replace(rule_of(options), deconvolve=False, thresholds=False)  # as of `beyond_control`
    names, baseline = np.asarray(expression.var_names, dtype=object), str(design["baseline"])
    for key, claim in asked.items():
        both = dict.fromkeys(SETS.values(), planes[key])
        who = absent_of(claim, fit.where, design)
        held = in_sets(both, rule, dict.fromkeys(SETS.values(), who))
        for name in SETS:
            row = {"visit": claim.visit, "set": BEYOND[name].replace(" ", "_"), "group": claim.arm}
            yield tables(row, who, held[name], held[name], names, baseline)


def absent_of(claim: Claim, where: pd.DataFrame, design: Mapping[str, Any]) -> Absence:
    """Patients of an arm with a sample at baseline, by whether they have one at the visit."""
    own = where["arm"].eq(claim.arm)
    if claim.arm == ALL_ACTIVE:
        own = where["arm"].notna() & where["arm"].ne(claim.control)
    return Absence(*counted(where[own], at_visit(design, claim.visit)))
