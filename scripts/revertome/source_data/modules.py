"""Change of every module score by response group, or its difference from healthy people."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from revertome import naming
from revertome.small_cells import size
from revertome.source_data.interferon import compared, test_name
from revertome.source_data.module_order import leading, not_drawn
from revertome.source_data.tidy import absent, count, stack

WHAT = {
    "paired_change": "Paired change",
    "disease": "Difference from {healthy}",
    "baseline": "Difference of {responders} from {nonresponders}",
}
TITLES = {
    "disease": "All modules against {healthy}",
    "baseline": "All modules in {responders} and {nonresponders}",
}


def table(
    scores: pd.DataFrame,
    module_tests: pd.DataFrame,
    trajectories: Mapping[str, Any],
    design: Mapping[str, Any],
) -> pd.DataFrame:
    """Build the table of the module forest.

    Returns
    -------
    DataFrame
        `change` rows: module, test (paired_change; of one visit disease, or baseline without
        healthy people), group, estimate, CI.L, CI.R, P.Value, adj.P.Val, n, covariates.
        `module` rows: module, order (0 on top, as in the files), genes_found,
        genes_total.
        `study` row: method, alpha, scale.
    """
    method = scores["method"].iloc[0] if len(scores) else ""
    mine = module_tests[module_tests["method"] == method]
    changes = compared(mine, design).dropna(subset=["estimate"])
    if changes.empty:
        return absent("No module score has a test: too few people, or too few genes found.")
    best = changes.groupby("module", sort=False)["P.Value"].min()
    kept = leading(best)
    changes = changes[changes["module"].isin(kept)]
    found = scores[scores["method"] == method].drop_duplicates("module").set_index("module")
    modules = pd.DataFrame({"module": kept, "order": range(len(kept))})
    for name in ("genes_found", "genes_total"):
        modules[name] = modules["module"].map(found[name])
    alpha = trajectories["alpha"]
    scale = changes["scale"].iloc[0] if "scale" in changes else "score"
    words = _words(changes, method, alpha, len(best) - len(kept))
    study = pd.DataFrame({"method": [method], "alpha": [alpha], "scale": [scale]})
    shown = changes.drop(columns=["method", "note"], errors="ignore")
    title = TITLES.get(changes["test"].iloc[0], "").format(**_groups())  # of what is no change
    named = pd.DataFrame([{"text": title}] if title else [])
    return stack(*words, change=shown, module=modules, study=study, title=named)


def _groups() -> dict[str, str]:
    groups = {name: naming.group(name) for name in ("responders", "nonresponders")}
    return {**groups, "healthy": naming.healthy()}


def _words(changes: pd.DataFrame, method: str, alpha: float, left: int) -> tuple[str, str]:
    n = changes.groupby("group", sort=False)["n"].max()
    who = ", ".join(f"{naming.group(str(group))} n = {size(number)}" for group, number in n.items())
    tests = dict.fromkeys(test_name(row) for row in changes.to_dict("records"))
    caption = (
        f"{WHAT[changes['test'].iloc[0]].format(**_groups())} of "
        f"{count(changes['module'].nunique(), 'module score')} "
        f"({naming.method(method)}; {who}) with 95% CI, {' or '.join(tests)}. Filled: adjusted p "
        f"below {alpha:g} (Benjamini-Hochberg over all modules, in each group). In brackets: genes "
        "measured of those of the module. Modules stand in the order of their files."
    )
    caption += not_drawn(left, "with larger p", "modules/tests.tsv")
    lead = changes.sort_values(["P.Value", "module", "group"]).iloc[0]
    alt = (
        f"Forest plot. {caption} The surest is {naming.module(lead['module'])} in "
        f"{naming.group(lead['group'])}: {lead['estimate']:.2f}."
    )
    return caption, alt
