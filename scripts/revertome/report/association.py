"""What goes with clinical response, in words a clinician can read."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from revertome.source_data.tidy import count, p_text

ASKED = {
    "change_with_change": "change in {x} goes with change in {y}",
    "baseline_with_response": "{x} before treatment differs between later responders and others",
    "change_by_response": "change in {x} differs between responders and others",
}
SHOWN = 5


def clinic_and_blood(tests: pd.DataFrame, alpha: float) -> list[str]:
    """Word the table of association.

    Parameters
    ----------
    tests
        question, y, module, estimate, CI.L, CI.R, P.Value, adj.P.Val, n, note.
    alpha
        False discovery rate.

    Returns
    -------
    list of str
        At most one paragraph: what was asked of how many patients, what is shown after adjustment
        and how strong it is, and what cannot be said.
    """
    if tests.empty:
        return []
    answered = tests.dropna(subset=["estimate"])
    silent = tests[tests["estimate"].isna()]
    asked = f"Clinic and blood: {count(len(tests), 'question')} asked"
    if answered.empty:
        return [f"{asked}; none can be answered ({silent['note'].iloc[0]})."]
    low, high = int(answered["n"].min()), int(answered["n"].max())
    size = f"{low}" if low == high else f"{low} to {high}"
    shown = answered[answered["adj.P.Val"] < alpha].sort_values(["P.Value", "module"])
    words = [f"{asked}, {len(answered)} with enough patients ({size})."]
    rate = f"{100 * alpha:g}%"
    if shown.empty:
        words.append(f"None is shown at a false discovery rate of {rate} among modules.")
    else:
        listed = "; ".join(_told(row) for row in shown.head(SHOWN).to_dict("records"))
        rest = len(shown) - SHOWN
        more = f"; and {rest} more in the table" if rest > 0 else ""
        words.append(f"Shown at a false discovery rate of {rate} among modules: {listed}{more}.")
    if len(shown) < len(answered):
        words.append(
            "The others are not shown, which is not the same as absent: the notes in the table say "
            "how strong an association so many patients easily miss. None says what causes what."
        )
    return [" ".join(words)]


def _told(row: Mapping[str, Any]) -> str:
    y = str(row["y"]).removesuffix("_change").replace("_", " ")
    x = "distance to health" if row["module"] == "distance" else str(row["module"])
    what = ASKED[str(row["question"])].format(x=x, y=y)
    scale = "Spearman" if row["question"] == "change_with_change" else "AUC"
    limits = f"{row['estimate']:.2f}, {row['CI.L']:.2f} to {row['CI.R']:.2f}"
    return f"{what} ({scale} {limits}; {p_text(row['P.Value'])})"
