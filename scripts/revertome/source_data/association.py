"""Association of module scores with the laboratory and with clinical response."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from revertome import naming
from revertome.small_cells import size
from revertome.source_data.module_order import leading, not_drawn
from revertome.source_data.tidy import absent, count, p_text, stack

QUESTIONS = {
    "change_with_change": "change of score and of {y}",
    "baseline_with_baseline": "score and {y} at {baseline}",
    "baseline_with_response": "score at {baseline}, {responders} above {others}",
    "change_by_response": "change of score, {responders} above {others}",
}
CORRELATIONS = ("change_with_change", "baseline_with_baseline")
MOST = 14  # modules drawn, by their smallest p
PANELS = 9  # questions drawn, by their smallest p
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
    asked = tests["panel"].nunique()
    tests = tests[tests["panel"].isin(_panels(tests))]
    answered = answered[answered["panel"].isin(set(tests["panel"]))]
    panels = tests.drop_duplicates("panel")[["panel", "question", "y"]].reset_index(drop=True)
    panels["order"] = range(len(panels))
    panels["title"] = [
        QUESTIONS[q].format(
            y=naming.variable(str(y).removesuffix("_change").removesuffix("_baseline"), unit=False),
            baseline=naming.visit(design["baseline"]),
            responders=naming.group("responders"),
            others=naming.group("nonresponders"),
        )
        for q, y in zip(panels["question"], panels["y"], strict=True)
    ]
    panels["null"] = panels["question"].isin(CORRELATIONS).map({True: 0.0, False: 0.5})
    panels["scale"] = panels["null"].map(SCALE)
    silent = ~panels["panel"].isin(answered["panel"])
    reasons = tests.drop_duplicates("panel").set_index("panel")["note"]
    panels["note"] = panels["panel"].map(reasons).where(silent)
    best = answered.groupby("module", sort=False)["P.Value"].min()
    kept = leading(best, MOST)
    modules = pd.DataFrame({"module": kept})
    modules["order"] = range(len(modules))
    left = len(best) - len(modules)
    by_response = panels["null"].eq(0.5).any()
    title = [] if by_response else [{"text": "Association with clinical measurements"}]
    shown = ["panel", "module", "estimate", "CI.L", "CI.R", "P.Value", "adj.P.Val", "n"]
    return stack(
        *_words(answered, panels, trajectories["alpha"], left, asked - len(panels)),
        estimate=answered.loc[answered["module"].isin(kept), shown],
        panel=panels.drop(columns=["question", "y"]),
        module=modules,
        study=pd.DataFrame({"alpha": [trajectories["alpha"]]}),
        title=pd.DataFrame(title),
    )


def _panels(tests: pd.DataFrame) -> list[str]:
    """Questions to draw, in their order; of many those with the smallest p."""
    best = tests.groupby("panel", sort=False)["P.Value"].min().fillna(1.0)
    return leading(best, PANELS)


def _words(
    answered: pd.DataFrame, panels: pd.DataFrame, alpha: float, left: int, unasked: int
) -> tuple[str, str]:
    low, high = size(answered["n"].min()), size(answered["n"].max())
    number = f"n = {low}" if low == high else f"n = {low} to {high}"
    of_response = "; AUC is the probability that a value of " + (
        f"{naming.group('responders')} is higher than one of {naming.group('nonresponders')} "
        "(Mann-Whitney)"
    )
    caption = (
        f"Association of {count(answered['module'].nunique(), 'module score')} with clinical "
        f"measurements ({number} patients), with 95% CI. Correlations are Spearman's"
        f"{of_response if panels['null'].eq(0.5).any() else ''}. "
        f"Filled: adjusted p below {alpha:g} (Benjamini-Hochberg over modules)."
    )
    caption += not_drawn(left, "with larger p", "association/tests.tsv")
    if unasked:
        caption += f" {count(unasked, 'further question')} with larger p: association/tests.tsv."
    lead = answered.sort_values(["P.Value", "module"]).iloc[0]
    title = panels.set_index("panel")["title"][lead["panel"]]
    alt = (
        f"Forest plot. {caption} The surest is {naming.variable(lead['module'], unit=False)}: "
        f"{title}, {lead['estimate']:.2f}, {p_text(lead['P.Value'])}."
    )
    return caption, alt
