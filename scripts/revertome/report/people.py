"""Who was studied, in numbers and in words."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import pandas as pd

from revertome import naming
from revertome.small_cells import size
from revertome.trajectories.randomised import ALL_ACTIVE
from revertome.visits import in_order, visits_of

VISITS = 4  # named one by one up to so many


class Fact(NamedTuple):
    """A number of the first line: what it counts, the number, what to set beside it."""

    name: str
    value: str
    note: str


def groups_of(flow: pd.DataFrame, design: Mapping[str, Any]) -> list[Fact]:
    """Every group with its people; of patients followed, how many have both visits."""
    groups = flow[flow["element"] == "group"].to_dict("records")
    return [
        Fact(
            str(row["name"]).capitalize() if str(row["name"]).islower() else str(row["name"]),
            size(row["n_patients"]),
            f"{size(row['n_pairs'])} with {_pair(design)}" if _followed(row, design) else "",
        )
        for row in groups
    ]


def studied(
    flow: pd.DataFrame, design: Mapping[str, Any], beyond: pd.DataFrame | None = None
) -> str:
    """Word who was studied, when, and in which arms.

    Parameters
    ----------
    flow
        Source data of that figure; its rows `group`.
    design
        Design of the study.
    beyond
        trajectories/beyond_control_summary.tsv, of a study with arms.
    """
    parts, said = [], False
    for row in flow[flow["element"] == "group"].to_dict("records"):
        note = ""
        if _followed(row, design):
            note = f" ({size(row['n_pairs'])}{'' if said else f' with {_pair(design)}'})"
            said = True
        parts.append(f"{_people(row)}{note}")
    times = [naming.visit(name) for name in visits_of(in_order(design))]
    when = listed(times)
    if len(times) > VISITS:
        when = f"{times[0]} and at {len(times) - 1} follow-ups from {times[1]} to {times[-1]}"
    people = listed(parts) or "nobody"
    return f"Studied: {people}; blood drawn at {when}{_arms(design, beyond)}."


def arms_of(beyond: pd.DataFrame | None) -> list[str]:
    """Arms that are compared with the control arm, each on its own."""
    if beyond is None or "arm" not in beyond:
        return []
    arms = beyond["arm"].dropna().astype(str)
    return [arm for arm in dict.fromkeys(arms) if arm != ALL_ACTIVE]


def listed(words: Sequence[str], most: int = 8, last: str = "and") -> str:
    """Join words as a sentence does: `a, b and c`; beyond `most` the rest is counted."""
    words = list(words)
    if len(words) > most:
        words = [*words[: most - 1], f"{len(words) - most + 1} more"]
    return f" {last} ".join([*([", ".join(words[:-1])] if words[1:] else []), *words[-1:]])


def either(words: Sequence[str]) -> str:
    """Join words as a choice: `a, b or c`."""
    return listed(words, last="or")


def _arms(design: Mapping[str, Any], beyond: pd.DataFrame | None) -> str:
    arm = design.get("arm")
    if arm is None:
        return ""
    until = f" to {naming.visit(arm['until'])}" if arm.get("until") else ""
    control = f"{naming.arm(arm['control'])} (the control{until})"
    if not (others := arms_of(beyond)):
        return f"; control arm: {control}"
    return f"; arms: {listed([naming.arm(each) for each in others])} against {control}"


def _people(row: Mapping[str, Any]) -> str:
    """Count the people of a group."""
    n, name = row["n_patients"], str(row["name"])
    if row["label"] == "healthy" and name == "healthy":
        return f"{size(n)} healthy {'person' if n == 1 else 'people'}"
    if row["label"] == "unlabelled" and name == "unlabelled":
        return f"{size(n)} patient{'' if n == 1 else 's'} without a response label"
    return f"{size(n)} {name.removesuffix('s') if n == 1 else name}"


def _pair(design: Mapping[str, Any]) -> str:
    """Word the two visits of a complete pair."""
    asked = in_order(design)
    if len(asked["followups"]) < 2:
        return "both visits"
    return f"samples at {naming.visit(asked['baseline'])} and {naming.visit(asked['followup'])}"


def _followed(row: Mapping[str, Any], design: Mapping[str, Any]) -> bool:
    return bool(design["followup"] is not None and row["label"] != "healthy")
