"""Words on studies of one visit, without healthy people or without response: what they can say."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from revertome import naming
from revertome.class_groups import classed
from revertome.source_data.tidy import count

Tables = Mapping[str, pd.DataFrame]

ONE_VISIT = (
    "The study has one visit, {baseline}, and no follow-up: it shows how people differ at that "
    "time. It cannot show what a treatment changes. Nothing is said of change, recovery or "
    "induction, and no gene has a class."
)
DISEASE = (
    "A difference between patients and healthy people may come of the disease, and as well of its "
    "treatment so far, of age, sex, or how the samples were taken."
)
FORETELLS = (
    "Responders and non-responders are compared before anybody responded. What differs goes with "
    "later response; it is no effect of a treatment, and whether it foretells response in other "
    "patients has to be tested in them."
)
NO_HEALTHY = (
    "Without healthy samples no gene can be called reverted or induced. The study shows what "
    "changes, and not whether a change leads back to normal: no gene has a class, and numbers of "
    "genes in classes are missing (NA), which is neither 0 nor unresolved."
)
# The effect in words: verb, and what it is an effect of.
WORDS = {
    "disease": ("differ", "between patients at {baseline} and {healthy}"),
    "change": ("change", "from {baseline} to {followup} in all patients"),
}
VARIANCE = {
    "cells": "with a variance of its own for each part of the people",
    "common": "with one variance for all people",
}
UNMOVED = "What is called reverted or induced does not rest on them."
ONE_VARIANCE = (
    "The tables of differential/, and with them the numbers of genes by contrast, give patients "
    "and healthy people one variance. Where few patients vary more than many healthy people they "
    "name too many genes."
)
NO_RESPONSE = (
    "Who responded is not known to this run (response.source: none): all patients are one group, "
    "and nothing is said of responders and non-responders."
)


def effects(tables: Tables, config: Mapping[str, Any]) -> list[str]:
    """Word the effect of a study that cannot class genes, with the variance of the claims."""
    design, options, genes = config["design"], config["trajectories"], tables["genes"]
    if classed(design):
        return []
    known = [name for name in WORDS if f"p_{name}" in genes and genes[f"p_{name}"].notna().any()]
    words = []
    names = {time: naming.visit(design[time]) for time in ("baseline", "followup")}
    names["healthy"] = naming.healthy()
    for name in known:
        called = genes[genes[f"adj_p_{name}"] <= options["alpha"]]
        up = int((called[name] > 0).sum())
        verb, rest = WORDS[name]
        variance = VARIANCE[options["variance"]]
        words.append(
            f"Tested {variance}, {count(len(called), 'gene ' + verb + 's', 'genes ' + verb)} "
            f"{rest.format(**names)} ({up:,} up, {len(called) - up:,} down) at a false discovery "
            f"rate of {100 * options['alpha']:g}%; trajectories/sets.gmt lists them."
        )
    return words


def limits(config: Mapping[str, Any], uncontrolled: list[str]) -> list[str]:
    """Word what the design of a study leaves out; `uncontrolled` is said of a change."""
    design, source = config["design"], config["response"]["source"]
    found = [*uncontrolled]
    if design["followup"] is None:
        found = [ONE_VISIT.format(baseline=naming.visit(design["baseline"]))]
        found += [DISEASE, ONE_VARIANCE] if design["healthy"] is not None else []
        found += [FORETELLS] if source != "none" else []
    elif design["healthy"] is None:
        found.append(NO_HEALTHY)
    if source == "none":
        found.append(NO_RESPONSE)
    if classed(design):
        found.append(f"{ONE_VARIANCE} {UNMOVED}")
    return found
