"""Who was studied, in numbers and in words."""

from collections.abc import Mapping
from typing import Any, NamedTuple

import pandas as pd

from revertome.small_cells import size
from revertome.source_data.tidy import count
from revertome.visits import in_order


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
            str(row["name"]).capitalize(),
            size(row["n_patients"]),
            f"{size(row['n_pairs'])} with {_pair(design)}" if _followed(row, design) else "",
        )
        for row in groups
    ]


def compared(flow: pd.DataFrame, design: Mapping[str, Any]) -> str:
    """Word who is compared."""
    parts = [
        f"{size(row['n_patients'])} {row['name']}"
        + (f" ({count(row['n_pairs'], 'complete pair')})" if _followed(row, design) else "")
        for row in flow[flow["element"] == "group"].to_dict("records")
    ]
    text = f"Blood expression of {', '.join(parts)} is compared"
    if design["followup"] is None:
        return f"{text}; patients were sampled at {design['baseline']}."
    return (
        f"{text}; a complete pair is a patient with samples at {design['baseline']} and "
        f"{in_order(design)['followup']}."
    )


def _pair(design: Mapping[str, Any]) -> str:
    """Word the two visits of a complete pair."""
    asked = in_order(design)
    if len(asked["followups"]) < 2:
        return "both visits"
    return f"samples at {asked['baseline']} and {asked['followup']}"


def _followed(row: Mapping[str, Any], design: Mapping[str, Any]) -> bool:
    return bool(design["followup"] is not None and row["label"] != "healthy")
