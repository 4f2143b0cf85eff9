"""Questions that join clinic and blood."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from revertome.association.statistics import auc, spearman
from revertome.modules.t_tests import adjusted

MIN_N = 5
COLUMNS = ["question", "x", "y", "module", "method", "group", "estimate", "CI.L", "CI.R"]
COLUMNS += ["statistic", "P.Value", "adj.P.Val", "n", "note"]


def test(
    patients: pd.DataFrame, modules: Sequence[str], variables: Sequence[str], method: str
) -> pd.DataFrame:
    """Ask of every module how it goes with the laboratory and with response.

    Parameters
    ----------
    patients : DataFrame
        The table of `join`.
    modules, variables : sequence of str
        Modules and clinical variables with columns in `patients`.
    method : str
        Score method of the joined scores, for the record.

    Returns
    -------
    DataFrame
        question, x, y, module, method, group, estimate, CI.L, CI.R (95%), statistic, P.Value,
        adj.P.Val (Benjamini-Hochberg over modules within question and y), n, note. Questions:

        change_with_change : Spearman correlation of the change in score and in a variable.
        baseline_with_response : probability that a responder's baseline score is above a
            non-responder's (AUC; Mann-Whitney).
        change_by_response : the same of the change in score.

        With fewer than 5 patients, in either group where two are compared, the estimate is NA
        and `note` says so.
    """
    rows = [
        _correlation(patients, module, variable) for variable in variables for module in modules
    ]
    if {"responder", "nonresponder"} <= set(patients["label"]):
        asked = {"baseline_with_response": "baseline", "change_by_response": "change"}
        rows += [
            _separation(patients, question, module, time)
            for question, time in asked.items()
            for module in modules
        ]
    if not rows:
        return pd.DataFrame(columns=COLUMNS)
    table = pd.DataFrame(rows).assign(method=method)
    strata = table.groupby(["question", "y"], sort=False)["P.Value"]
    table["adj.P.Val"] = strata.transform(adjusted)
    return table[COLUMNS]


def _correlation(patients: pd.DataFrame, module: str, variable: str) -> dict[str, Any]:
    x, y = f"{module}_change", f"{variable}_change"
    both = patients[[x, y]].dropna().to_numpy(float)
    row: dict[str, Any] = {"question": "change_with_change", "x": x, "y": y, "module": module}
    row |= {"group": "all", "n": len(both)}
    if len(both) < MIN_N:
        return row | _unanswered(f"{len(both)} patients with both changes; at least {MIN_N} needed")
    if (np.ptp(both, axis=0) == 0).any():
        return row | _unanswered("one of the two does not vary")
    return row | _answered(spearman(*both.T))


def _separation(patients: pd.DataFrame, question: str, module: str, time: str) -> dict[str, Any]:
    x = f"{module}_{time}"
    yes, no = (
        patients.loc[patients["label"] == label, x].dropna().to_numpy(float)
        for label in ("responder", "nonresponder")
    )
    row: dict[str, Any] = {"question": question, "x": x, "y": "label", "module": module}
    row |= {"group": "responders_vs_nonresponders", "n": len(yes) + len(no)}
    if min(len(yes), len(no)) < MIN_N:
        sizes = f"{len(yes)} responders and {len(no)} non-responders"
        return row | _unanswered(f"{sizes}; at least {MIN_N} of each needed")
    return row | _answered(auc(yes, no))


def _answered(found: tuple[float, ...]) -> dict[str, Any]:
    names = ["estimate", "CI.L", "CI.R", "statistic", "P.Value"]
    return dict(zip(names, found, strict=True)) | {"note": np.nan}


def _unanswered(reason: str) -> dict[str, Any]:
    return dict.fromkeys(["estimate", "CI.L", "CI.R", "statistic", "P.Value"], np.nan) | {
        "note": f"cannot be said: {reason}"
    }
