"""Associations between clinic and blood."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from revertome.statistics import resolution
from revertome.statistics.auc import auc, delong
from revertome.statistics.estimate import Estimate
from revertome.statistics.fdr import adjust
from revertome.statistics.rank_correlation import spearman

MIN_N = 5
ADJUSTED = "not significant after adjustment for the number of modules tested"
COLUMNS = ["question", "x", "y", "module", "method", "group", "estimate", "CI.L", "CI.R"]
COLUMNS += ["statistic", "P.Value", "adj.P.Val", "n", "note", "DeLong.L", "DeLong.R"]
COLUMNS += ["n_responders", "n_nonresponders"]
DISTANCE = "distance"
CORRELATED = {"change_with_change": "change", "baseline_with_baseline": "baseline"}


def test(
    patients: pd.DataFrame,
    modules: Sequence[str],
    variables: Sequence[str],
    method: str,
    alpha: float,
    changes: bool = True,
) -> pd.DataFrame:
    """Test every module for association with laboratory values and with response.

    Parameters
    ----------
    patients : DataFrame
        The table of `join`.
    modules, variables : sequence of str
        Modules and clinical variables with columns in `patients`.
    method : str
        Score method of the joined scores, for the record.
    alpha : float
        False discovery rate, and level at which the notes reckon what the study could have shown.
    changes : bool
        Ask of changes too, which a study of one visit has not.

    Returns
    -------
    DataFrame
        question, x, y, module, method, group, estimate, CI.L, CI.R (95%), statistic, P.Value,
        adj.P.Val (Benjamini-Hochberg over modules within question and y), n, note, DeLong.L and
        DeLong.R (for an AUC, DeLong's interval, known from other software, beside CI.L and CI.R),
        n_responders and n_nonresponders (of the two that are compared).
        Where the patient table holds the distance to health, it is tested in the same way and
        stands as `distance` in the column module. Questions:

        change_with_change : Spearman correlation of the change in score and in a variable.
        baseline_with_baseline : that of score and variable at baseline, patients seen once too.
        baseline_with_response : probability that a responder's baseline score is above a
            non-responder's (AUC; Mann-Whitney).
        change_by_response : the same of the change in score.

        With fewer than 5 patients, in either group where two are compared, the estimate is NA
        and `note` says so. Where an association is not significant, `note` says how strong one
        would have to be to be found with 80% power: a weaker one is not ruled out.
    """
    if f"{DISTANCE}_change" in patients:
        modules = [*modules, DISTANCE]
    rows = [
        _correlation(patients, question, f"{module}_{time}", f"{variable}_{time}", alpha)
        | {"module": module}
        for question, time in CORRELATED.items()
        if changes or time != "change"
        for variable in variables
        for module in modules
    ]
    if {"responder", "nonresponder"} <= set(patients["label"]):
        times = {"baseline_with_response": "baseline", "change_by_response": "change"}
        rows += [
            _separation(patients, question, module, time, alpha)
            for question, time in times.items()
            if changes or time != "change"
            for module in modules
        ]
    if not rows:
        return pd.DataFrame(columns=COLUMNS)
    table = pd.DataFrame(rows, columns=[name for name in COLUMNS if name != "adj.P.Val"])
    table["method"] = table["module"].map({DISTANCE: "distance"}).fillna(method)
    table = adjusted(table, ["question", "y"], alpha)
    sizes = ["n_responders", "n_nonresponders"]
    return table[COLUMNS].astype(dict.fromkeys(sizes, "Int64"))


def _correlation(
    patients: pd.DataFrame, question: str, x: str, y: str, alpha: float
) -> dict[str, Any]:
    row: dict[str, Any] = {"question": question, "x": x, "y": y, "group": "all"}
    return row | correlated(patients[[x, y]].dropna(), alpha)


def correlated(both: pd.DataFrame, alpha: float) -> dict[str, Any]:
    """Spearman's correlation of two columns over patients, or why there is none; with n."""
    n = len(both)
    if n < MIN_N:
        return {"n": n} | unanswered(f"{n} patients with both values; at least {MIN_N} needed")
    if (np.ptp(both, axis=0) == 0).any():
        return {"n": n} | unanswered("one of the two does not vary")
    found, least = spearman(*both.to_numpy(float).T), resolution.correlation(n, alpha)
    missed = f"{n} patients a correlation weaker than {least:.2f}"
    return {"n": n} | answered(found, missed, alpha)


def adjusted(table: pd.DataFrame, strata: Sequence[str], alpha: float) -> pd.DataFrame:
    """Add adj.P.Val within strata, and say in `note` where significance is lost by it."""
    table["adj.P.Val"] = table.groupby(list(strata), sort=False)["P.Value"].transform(adjust)
    lost = (table["P.Value"] <= alpha) & (table["adj.P.Val"] > alpha)
    table["note"] = table["note"].astype(object).mask(lost, ADJUSTED)
    return table


def _separation(
    patients: pd.DataFrame, question: str, module: str, time: str, alpha: float
) -> dict[str, Any]:
    x = f"{module}_{time}"
    yes, no = (
        patients.loc[patients["label"] == label, x].dropna().to_numpy(float)
        for label in ("responder", "nonresponder")
    )
    row: dict[str, Any] = {"question": question, "x": x, "y": "label", "module": module}
    row |= {"group": "responders_vs_nonresponders", "n": len(yes) + len(no)}
    row |= {"n_responders": len(yes), "n_nonresponders": len(no)}
    if min(len(yes), len(no)) < MIN_N:
        sizes = f"{len(yes)} responders and {len(no)} non-responders"
        return row | unanswered(f"{sizes}; at least {MIN_N} of each needed")
    if np.ptp(np.r_[yes, no]) == 0:
        return row | unanswered(f"{x} does not vary")
    found, least = auc(yes, no), resolution.area(len(yes), len(no), alpha)
    row |= dict(zip(["DeLong.L", "DeLong.R"], delong(yes, no), strict=True))
    missed = f"{len(yes)} and {len(no)} patients an AUC between {1 - least:.2f} and {least:.2f}"
    return row | answered(found, missed, alpha)


def answered(found: Estimate, missed: str, alpha: float) -> dict[str, Any]:
    """Numbers of a test; where it is not significant, what can be missed."""
    names = ["estimate", "CI.L", "CI.R", "statistic", "P.Value"]
    note = f"not significant; with {missed} can be missed" if found.p > alpha else np.nan
    return dict(zip(names, found, strict=True)) | {"note": note}


def unanswered(reason: str) -> dict[str, Any]:
    """No numbers, and why."""
    return dict.fromkeys(["estimate", "CI.L", "CI.R", "statistic", "P.Value"], np.nan) | {
        "note": f"not tested: {reason}"
    }
