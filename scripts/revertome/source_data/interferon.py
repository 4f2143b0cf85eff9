"""The chosen module, patient by patient, against healthy."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from revertome import naming
from revertome.small_cells import size
from revertome.source_data.tidy import (
    absent,
    cohort,
    followed,
    medians,
    moved,
    p_text,
    signed,
    stack,
)
from revertome.trial import sample_times

TESTS = {"paired_change": "paired t-test"} | dict.fromkeys(
    ("change_interaction", "disease", "baseline"), "Welch's t-test"
)
BETWEEN = {
    "change_interaction": "The difference in change",
    "baseline": "The difference at the one visit",
}


def table(
    scores: pd.DataFrame,
    module_tests: pd.DataFrame,
    expression: Any,
    labels: pd.DataFrame,
    design: Mapping[str, Any],
    figures: Mapping[str, Any],
    trajectories: Mapping[str, Any],
) -> pd.DataFrame:
    """Build the table of the module drawn patient by patient (`figures.module`).

    Returns
    -------
    DataFrame
        `sample` rows: sample, patient, role, visit, label, score. `band` row: module, method,
        reference (the samples behind the band), healthy_mean, healthy_sd, threshold (mean + 2 SD),
        genes_found, genes_total, scale (log2 where the tests are on the log2 of the score).
        `test` rows: test (paired_change, or change_interaction for responders minus
        non-responders; of one visit `disease` or `baseline`), group, scale, estimate, CI.L, CI.R,
        statistic, df, P.Value, adj.P.Val, n, covariates (of the test).
    """
    method = scores["method"].iloc[0] if len(scores) else ""
    mine = scores[(scores["module"] == figures["module"]) & (scores["method"] == method)]
    mine = mine.dropna(subset=["score"])
    if mine.empty:
        return absent(f"The module {naming.module(figures['module'])} has no score in this study.")
    people = followed(cohort(expression, labels, design))
    samples = people.merge(mine[["sample", "score"]], on="sample")
    keep = ["module", "method", "reference", "healthy_mean", "healthy_sd", "threshold"]
    band = mine[[*keep, "genes_found", "genes_total"]].head(1)
    scale = module_tests.loc[module_tests["method"] == method, "scale"].head(1)
    band = band.assign(scale=scale.iloc[0] if len(scale) else "score")
    tests = module_tests[(module_tests["method"] == method)]
    tests = tests[tests["module"] == figures["module"]]
    beside = "change_interaction" if design["followup"] is not None else "baseline"
    shown = pd.concat([compared(tests, design), tests[tests["test"] == beside]])
    shown = shown.drop_duplicates(["test", "group"])
    shown = shown.dropna(subset=["estimate"]).drop(columns=["module", "method", "note"])
    words = _words(samples, band.iloc[0], shown, design, trajectories["alpha"])
    return stack(*words, sample=samples, band=band, test=shown)


def compared(tests: pd.DataFrame, design: Mapping[str, Any]) -> pd.DataFrame:
    """Return the tests that a study leads with.

    Of paired change; of one visit of the difference from healthy people, or without them of
    responders from non-responders.
    """
    if design["followup"] is not None:
        return paired(tests)
    found = split(tests, "disease")
    return found if found["estimate"].notna().any() else tests[tests["test"] == "baseline"]


def paired(tests: pd.DataFrame) -> pd.DataFrame:
    """Return the tests of paired change by response group, or of all patients where none is."""
    return split(tests, "paired_change")


def split(tests: pd.DataFrame, test: str) -> pd.DataFrame:
    """Return the rows of a test by response group, or of all patients where none is."""
    found = tests[tests["test"] == test]
    groups = found[found["group"] != "all"]
    return groups if len(groups) else found


def _words(
    samples: pd.DataFrame, band: pd.Series, tests: pd.DataFrame, design: Mapping[str, Any],
    alpha: float,
) -> tuple[str, str]:  # fmt: skip
    times = [naming.visit(time) for time in sample_times(design).values()]
    caption = (
        f"{naming.module(band['module'])}: score ({naming.method(band['method'])}; "
        f"{band['genes_found']:.0f} of {band['genes_total']:.0f} genes measured) per patient, "
        f"{' and '.join(times)}; bars: medians."
    )
    if pd.notna(band["threshold"]):
        caption += (
            f" Band: mean and two standard deviations of the {band['reference']} samples; dashed: "
            "mean + 2 SD."
        )
    caption += f" {changes(tests, band, alpha)}"
    if len(tests):
        caption += " Adjusted p: Benjamini-Hochberg over the modules."
    return caption, f"{caption} {medians(samples, 'score', design, '.2f')}."


def changes(tests: pd.DataFrame, band: Mapping[str, Any], alpha: float) -> str:
    """Word the `test` rows: direction, estimate with unit and interval, test, n and p of each.

    Parameters
    ----------
    tests
        The `test` rows of the table.
    band
        Its `band` row: module, method, reference.
    alpha
        False discovery rate over modules: a direction is said at it, as everywhere on a page.
    """
    return " ".join(_change(row, band, alpha) for row in tests.to_dict("records"))


def _change(row: Mapping[str, Any], band: Mapping[str, Any], alpha: float) -> str:
    low, high, unit = row["CI.L"], row["CI.R"], _unit(row, band)
    named, n = naming.module(band["module"]), size(row["n"])
    if pd.isna(low) or pd.isna(high):
        return f"{_asked(row, named)} could not be tested (n = {n})."
    test = (
        f"{test_name(row)}, n = {n}; {p_text(row['P.Value'])}, "
        f"{p_text(row['adj.P.Val'])} after adjustment over modules"
    )
    amount = _interval(row["estimate"], low, high, unit)
    if row["test"] in BETWEEN:
        return f"{_asked(row, named)} was {amount}; {test})."
    score, group = f"The {named} score", naming.group(row["group"])
    sure = row["adj.P.Val"] <= alpha and (low > 0 or high < 0)
    if row["test"] == "disease":
        if sure:
            way, by, least, most = moved(row["estimate"], low, high, ("higher", "lower"))
            return (
                f"{score} was {way} in {group} than in {naming.healthy()} by "
                f"{_interval(by, least, most, unit)}; {test})."
            )
        same = f"did not differ significantly from {naming.healthy()}"
        return f"{score} {same} in {group}: {amount}; {test})."
    if sure:
        way, by, least, most = moved(row["estimate"], low, high)
        return f"{score} {way} in {group} by {_interval(by, least, most, unit)}; {test})."
    return f"{score} did not change significantly in {group}: {amount}; {test})."


def _asked(row: Mapping[str, Any], named: str) -> str:
    """What a test estimates, as the subject of a sentence."""
    if row["test"] in BETWEEN:
        between = f"{naming.group('responders')} minus {naming.group('nonresponders')}"
        return f"{BETWEEN[row['test']]}, {between},"
    group = naming.group(row["group"])
    if row["test"] == "disease":
        return f"The difference of the {named} score from {naming.healthy()} in {group}"
    return f"The change of the {named} score in {group}"


def test_name(row: Mapping[str, Any]) -> str:
    """Name the test of a row of modules/tests.tsv, with what it is adjusted for."""
    covariates = row.get("covariates", np.nan)
    if pd.isna(covariates):
        return TESTS[row["test"]]
    names = [naming.variable(name, unit=False) for name in str(covariates).split(",")]
    return f"t-test adjusted for {', '.join(names)}"


def _interval(estimate: float, low: float, high: float, unit: str) -> str:
    """Word an estimate with its interval, the bracket left open."""
    return f"{signed(estimate)} {unit} (95% CI {signed(low)} to {signed(high)}"


def _unit(row: Mapping[str, Any], band: Mapping[str, Any]) -> str:
    """Unit of a difference of scores."""
    if band["method"] == "zscore":
        return f"{band['reference']} SD"
    return "log2 units" if row["scale"] == "log2" else "units of the score"
