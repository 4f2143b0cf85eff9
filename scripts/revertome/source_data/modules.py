"""Paired change of every module score, by response group."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from revertome import naming
from revertome.small_cells import size
from revertome.source_data.interferon import paired
from revertome.source_data.tidy import absent, count, stack


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
        `change` rows: module, group, estimate, CI.L, CI.R, P.Value, adj.P.Val, n,
        covariates.
        `module` rows: module, order (0 on top, by the change in the first group), genes_found,
        genes_total.
        `study` row: method, alpha.
    """
    method = scores["method"].iloc[0] if len(scores) else ""
    mine = module_tests[module_tests["method"] == method]
    if design["followup"] is None:
        return absent("Scores of one visit have no change; modules/tests.tsv compares people.")
    changes = paired(mine).dropna(subset=["estimate"])
    if changes.empty:
        return absent("No module score has a paired test: too few complete pairs or genes found.")
    first = changes.drop_duplicates("module")[["module", "estimate"]]
    order = first.sort_values(["estimate", "module"], ascending=[False, True])
    found = scores[scores["method"] == method].drop_duplicates("module").set_index("module")
    modules = order[["module"]].assign(order=range(len(order)))
    for name in ("genes_found", "genes_total"):
        modules[name] = modules["module"].map(found[name])
    n = changes.groupby("group", sort=False)["n"].max()
    who = ", ".join(f"{naming.group(str(group))} n = {size(number)}" for group, number in n.items())
    alpha = trajectories["alpha"]
    caption = (
        f"Paired change of {count(len(modules), 'module score')} ({method}; {who}) with 95% "
        f"CI. Filled: adjusted p below {alpha:g} (Benjamini-Hochberg over modules)."
    )
    covariates = changes["covariates"].dropna().unique() if "covariates" in changes else []
    if len(covariates):
        caption += f" Adjusted for {', '.join(covariates)}."
    lead = changes.sort_values(["P.Value", "module", "group"]).iloc[0]
    alt = (
        f"Forest plot. {caption} The strongest change is {lead['module']} in "
        f"{naming.group(lead['group'])}: {lead['estimate']:.2f}."
    )
    study = pd.DataFrame({"method": [method], "alpha": [alpha]})
    shown = changes.drop(columns=["method", "test", "note"])
    return stack(caption, alt, change=shown, module=modules, study=study)
