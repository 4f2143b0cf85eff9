"""What is associated with clinical response, in words a clinician can read."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from revertome import naming
from revertome.small_cells import size
from revertome.source_data.association import CORRELATIONS
from revertome.source_data.tidy import count, p_text

SENTENCES = {
    "change_with_change": "change in {x} correlates with change in {y}",
    "baseline_with_baseline": "{x} at baseline correlates with {y}",
    "baseline_with_response": "{x} before treatment differs between later {responders} and "
    "{nonresponders}",
    "change_by_response": "change in {x} differs between {responders} and {nonresponders}",
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
        At most one paragraph: how many associations were tested in how many patients, which are
        significant after adjustment, how strong they are, and what cannot be said.
    """
    if tests.empty:
        return []
    answered = tests.dropna(subset=["estimate"])
    silent = tests[tests["estimate"].isna()]
    if answered.empty:
        planned = f"{count(len(tests), 'association')} planned"
        return [f"Clinic and blood: {planned}; none could be tested ({silent['note'].iloc[0]})."]
    low, high = size(answered["n"].min()), size(answered["n"].max())
    number = f"{low}" if low == high else f"{low} to {high}"
    shown = answered[answered["adj.P.Val"] < alpha].sort_values(["P.Value", "module"])
    enough = "all" if silent.empty else f"{len(answered):,}"
    words = [
        f"Clinic and blood: {count(len(tests), 'association')} tested, {enough} with enough "
        f"patients ({number})."
    ]
    rate = f"a false discovery rate of {100 * alpha:g}% among modules"
    if shown.empty:
        words.append(f"None was significant at {rate}.")
    else:
        listed = "; ".join(_sentence(row) for row in shown.head(SHOWN).to_dict("records"))
        rest = len(shown) - SHOWN
        more = f"; and {rest} more in the table" if rest > 0 else ""
        words.append(f"Significant at {rate}: {listed}{more}.")
    if len(shown) < len(answered):
        words.append(
            "The others were not significant, which does not mean that there is no association. "
            "The notes in the table say how strong an association so many patients can miss. "
            "No association shows a cause."
        )
    return [" ".join(words)]


def _sentence(row: Mapping[str, Any]) -> str:
    variable = str(row["y"]).removesuffix("_change").removesuffix("_baseline")
    y, x = naming.variable(variable, unit=False), "distance to health"
    if row["module"] != "distance":
        x = f"the {naming.module(row['module'])} score"
    groups = {name: naming.group(name) for name in ("responders", "nonresponders")}
    what = SENTENCES[str(row["question"])].format(x=x, y=y, **groups)
    scale = "Spearman" if row["question"] in CORRELATIONS else "AUC"
    limits = f"{row['estimate']:.2f}, 95% CI {row['CI.L']:.2f} to {row['CI.R']:.2f}"
    return f"{what} ({scale} {limits}; {p_text(row['P.Value'])})"
