"""Modules in words: whether the drug is seen at its target, and the type of interferon."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from revertome import naming
from revertome.small_cells import size
from revertome.source_data.tidy import moved, p_text, signed


def engaged(engagement: pd.DataFrame, alpha: float) -> list[str]:
    """Word modules/engagement.tsv: the modules of the target that move, and the type of interferon.

    In responders where they are known, else in all patients.
    """
    if engagement.empty:
        return []
    groups = engagement[engagement["of"] == "group"].dropna(subset=["P.Value"])
    name = "responders" if (groups["name"] == "responders").any() else "all"
    own = groups[groups["name"] == name]
    if own.empty:
        return []
    sure = own[own["adj.P.Val"] <= alpha].to_dict("records")
    moved = "; ".join(_change(row) for row in sure) or "no module moved beyond chance"
    text = f"Target engagement in {naming.group(name)} (n = {size(own['n'].max())}): {moved}."
    between = own[own["adj.P.Val"].isna()].to_dict("records")
    if between:
        row = between[0]
        alike = "which does not tell the two types apart"
        if row["CI.L"] > 0 or row["CI.R"] < 0:
            alike = "so the change is not the same in both"
        text += (
            " The change of the genes of type I interferon less that of those of type II was "
            f"{_interval(row['change'], row['CI.L'], row['CI.R'], row['P.Value'])}, {alike}."
        )
    return [text, *_beyond_control(engagement, alpha)]


def _beyond_control(engagement: pd.DataFrame, alpha: float) -> list[str]:
    """Word the drug effect of all active arms together, where the visit has a control."""
    own = engagement[(engagement["of"] == "drug_effect") & (engagement["name"] == "all")]
    if own.empty:
        return []
    sure = own[own["adj.P.Val"] <= alpha].to_dict("records")
    moved = "; ".join(_change(row) for row in sure) or "no module differs beyond chance"
    n = size(own["n"].max())
    return [f"Target engagement beyond the control arm (drug effect, n = {n}): {moved}."]


def _change(row: Mapping[str, Any]) -> str:
    way, by, low, high = moved(row["change"], row["CI.L"], row["CI.R"])
    return f"{naming.module(row['module'])} {way} by {_interval(by, low, high, row['P.Value'])}"


def _interval(value: float, low: float, high: float, p: float) -> str:
    return f"{signed(value)} (95% CI {signed(low)} to {signed(high)}; {p_text(p)})"
