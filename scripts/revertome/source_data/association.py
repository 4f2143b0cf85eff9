"""Association of module scores with the laboratory and with clinical response."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from revertome.source_data.tidy import absent, count, p_text, stack

QUESTIONS = {
    "change_with_change": "change of score and of {y}",
    "baseline_with_response": "score at {baseline}, responders above non-responders",
    "change_by_response": "change of score, responders above non-responders",
}
NULL = {"change_with_change": 0.0, "baseline_with_response": 0.5, "change_by_response": 0.5}
SCALE = {0.0: "Spearman correlation", 0.5: "AUC"}


def table(
    association_tests: pd.DataFrame, design: dict[str, str], trajectories: Mapping[str, Any]
) -> pd.DataFrame:
    """Build the table of the association forest.

    Returns
    -------
    DataFrame
        `estimate` rows: panel, module, estimate, CI.L, CI.R, P.Value, adj.P.Val, n. `panel` rows:
        panel, order, title, scale, null (the estimate of no association), note (why nothing was
        tested). `module` rows: module, order. `study` row: alpha.
    """
    if association_tests.empty:
        return absent(
            "No clinical variable and no responder label was given, so no association with module "
            "scores was tested."
        )
    tests = association_tests.copy()
    tests["panel"] = tests["question"] + " " + tests["y"].astype(str)
    answered = tests.dropna(subset=["estimate"])
    if answered.empty:
        return absent(f"Association with module scores: {tests['note'].iloc[0]}.")
    panels = tests.drop_duplicates("panel")[["panel", "question", "y"]].reset_index(drop=True)
    panels["order"] = range(len(panels))
    panels["title"] = [
        QUESTIONS[q].format(y=str(y).replace("_change", "").replace("_", " "), **design)
        for q, y in zip(panels["question"], panels["y"], strict=True)
    ]
    panels["null"] = panels["question"].map(NULL)
    panels["scale"] = panels["null"].map(SCALE)
    silent = ~panels["panel"].isin(answered["panel"])
    reasons = tests.drop_duplicates("panel").set_index("panel")["note"]
    panels["note"] = panels["panel"].map(reasons).where(silent)
    modules = answered.drop_duplicates("module")[["module"]].reset_index(drop=True)
    modules["order"] = range(len(modules))
    shown = ["panel", "module", "estimate", "CI.L", "CI.R", "P.Value", "adj.P.Val", "n"]
    return stack(
        *_words(answered, panels, trajectories["alpha"]),
        estimate=answered[shown],
        panel=panels.drop(columns=["question", "y"]),
        module=modules,
        study=pd.DataFrame({"alpha": [trajectories["alpha"]]}),
    )


def _words(answered: pd.DataFrame, panels: pd.DataFrame, alpha: float) -> tuple[str, str]:
    low, high = int(answered["n"].min()), int(answered["n"].max())
    size = f"n = {low}" if low == high else f"n = {low} to {high}"
    caption = (
        f"Association of {count(answered['module'].nunique(), 'module score')} with clinical "
        f"measurements ({size} patients), with 95% CI. Correlations are Spearman's; AUC is "
        "the probability that a responder's value is higher than a non-responder's (Mann-Whitney). "
        f"Filled: adjusted p below {alpha:g} (Benjamini-Hochberg over modules)."
    )
    lead = answered.sort_values(["P.Value", "module"]).iloc[0]
    title = panels.set_index("panel")["title"][lead["panel"]]
    alt = (
        f"Forest plot. {caption} The strongest is {lead['module']}: {title}, "
        f"{lead['estimate']:.2f}, {p_text(lead['P.Value'])}."
    )
    return caption, alt
