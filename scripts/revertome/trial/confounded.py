"""Words on covariates that hide a contrast: which, in whom, and what to do."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd

from revertome.trial.cells import GROUPS
from revertome.trial.information import Information
from revertome.trial.pairs import paired_rows

SHOWN = 5  # patients named
KINDS = 3  # ways in which a covariate differs


def sentence(
    contrast: str,
    hidden: Sequence[Sequence[str]],
    information: Information,
    design: Mapping[str, Any],
) -> str:
    """Why a contrast is not estimated, and what to do.

    Parameters
    ----------
    contrast : str
    hidden : tuple of tuple of str
        Of `confounding`.
    information : Information
    design : mapping
        `baseline`, `followup`, `healthy`.
    """
    if not hidden:
        return f"{contrast}: too few samples beside the covariates ({', '.join(information.names)})"
    told = _between_visits if information.within else _between_groups
    label = GROUPS.get(contrast.removeprefix("change_"))
    if label is not None:
        own = information.where["label"].eq(label)
        information = replace(
            information, where=information.where[own], sheet=information.sheet[own]
        )
    found = []
    for names in hidden:
        noun = "covariate" if len(names) == 1 else "covariates"
        together = "" if len(names) == 1 else " together"
        found.append(
            f"{noun} {_listed(names)}{together} cannot be told apart from "
            f"{_asked(contrast, design)}: {'; '.join(told(n, information, design) for n in names)}"
        )
    every = _listed(list(dict.fromkeys(name for names in hidden for name in names)), "or")
    less = f"take {every} out of design.covariates, knowing that the"
    if information.within:
        way = (
            f"Measure some of these patients again so that {every} is the same at both visits, or "
            f"{less} change then holds its effect as well"
        )
    else:
        way = f"{less[0].upper()}{less[1:]} difference then holds its effect as well"
        if design.get("healthy") is not None and "disease" in contrast:
            way += (
                ", or ask for changes within patients alone by design.healthy: null, with the "
                "group of the patients alone in intake.keep"
            )
    return f"{'; '.join(found)}. {way}"


def _asked(contrast: str, design: Mapping[str, Any]) -> str:
    """A contrast in words."""
    base, follow = design["baseline"], design["followup"]
    change = f"the change from {base} to {follow}"
    arm, timed = design.get("arm") or {}, design.get("time_control")
    control, until = arm.get("control"), arm.get("until")
    words = {
        "change_treated": f"{change} in the arms with the drug",
        "change_control": f"{change} in the control arm ({control})",
        "drug_effect": f"the difference between the arms and {control} at {follow}",
        "change_since_switch": f"the change of {control} from {until} to {follow}",
        "change_time_control": f"{change} in {timed}",
        "change_beyond_time": f"{change} beyond that of {timed}",
        "change_all": change,
        "change_responders": f"{change} in responders",
        "change_nonresponders": f"{change} in non-responders",
        "interaction": f"the difference in {change} between responders and non-responders",
        "disease": f"the difference between patients at {base} and healthy people",
        "disease_responders": f"the difference between responders at {base} and healthy people",
        "baseline": f"the difference between responders and non-responders at {base}",
        "residual_all": f"the difference between patients at {follow} and healthy people",
        "residual_responders": f"the difference between responders at {follow} and healthy people",
    }
    return f"{words[contrast]} ({contrast})" if contrast in words else contrast


def _between_visits(name: str, information: Information, design: Mapping[str, Any]) -> str:
    """How a covariate differs between the visits of pairs, and in whom."""
    where, value = information.where, information.sheet[name]
    before, after = paired_rows(where, design["baseline"], design["followup"])
    patients = where["patient"].iloc[before].to_numpy()
    first, second = value.iloc[before].to_numpy(), value.iloc[after].to_numpy()
    number = pd.api.types.is_numeric_dtype(value)
    moves = pd.Series("nowhere", patients)
    for place in np.flatnonzero(first != second):
        a, b = first[place], second[place]
        moves.iloc[place] = f"by {b - a:+.6g}" if number else f"from {a} to {b}"
    counts = moves.value_counts()
    shown = [
        f"{kind} in {n} of {len(moves)} patients ({_few(moves.index[moves.eq(kind)])})"
        for kind, n in counts.head(KINDS).items()
    ]
    more = f", {len(counts) - KINDS} further ways" if len(counts) > KINDS else ""
    if more and not number:
        more += f" (it is text with {value.nunique()} different values, a category each)"
    return f"{name} goes {', '.join(shown)}{more}"


def _between_groups(name: str, information: Information, design: Mapping[str, Any]) -> str:
    """Values of a covariate in each cell."""
    value, cell = information.sheet[name], information.where["cell"]
    parts = []
    for group, own in value.groupby(cell, observed=True):
        people = information.where.loc[own.index, "patient"].unique()
        if pd.api.types.is_numeric_dtype(own):
            low, high = own.min(), own.max()
            kind = f"{low:.6g}" if low == high else f"{low:.6g} to {high:.6g}"
        else:
            levels = sorted(own.astype(str).unique())
            kind = "/".join(levels[:KINDS]) + ("/..." if len(levels) > KINDS else "")
        parts.append(f"{kind} in {str(group).replace('unlabelled.', '')} ({_few(people)})")
    return f"{name} is {', '.join(parts)}"


def _listed(names: Sequence[str], word: str = "and") -> str:
    if len(names) < 2:
        return "".join(names)
    return f"{', '.join(names[:-1])} {word} {names[-1]}"


def _few(people: Sequence[str]) -> str:
    more = f" and {len(people) - SHOWN} more" if len(people) > SHOWN else ""
    return ", ".join(map(str, people[:SHOWN])) + more
