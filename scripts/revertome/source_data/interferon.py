"""The chosen module, patient by patient, against healthy."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from revertome.source_data.tidy import absent, cohort, followed, group_name, p_text, signed, stack


def table(
    scores: pd.DataFrame,
    module_tests: pd.DataFrame,
    expression: Any,
    labels: pd.DataFrame,
    design: Mapping[str, Any],
    figures: Mapping[str, Any],
) -> pd.DataFrame:
    """Build the table of the module drawn patient by patient (`figures.module`).

    Returns
    -------
    DataFrame
        `sample` rows: sample, patient, role, visit, label, score. `band` row: module, method,
        reference (the samples behind the band), healthy_mean, healthy_sd, threshold (mean + 2 SD),
        genes_found, genes_total, scale (log2 where the tests are on the log2 of the score).
        `test` rows: test (paired_change, or change_interaction for responders minus
        non-responders), group, scale, estimate, CI.L, CI.R, statistic, df, P.Value, adj.P.Val, n.
    """
    method = scores["method"].iloc[0] if len(scores) else ""
    mine = scores[(scores["module"] == figures["module"]) & (scores["method"] == method)]
    mine = mine.dropna(subset=["score"])
    if mine.empty:
        return absent(f"The module {figures['module']} has no score in this study.")
    people = followed(cohort(expression, labels, design))
    samples = people.merge(mine[["sample", "score"]], on="sample")
    keep = ["module", "method", "reference", "healthy_mean", "healthy_sd", "threshold"]
    band = mine[[*keep, "genes_found", "genes_total"]].head(1)
    scale = module_tests.loc[module_tests["method"] == method, "scale"].head(1)
    band = band.assign(scale=scale.iloc[0] if len(scale) else "score")
    tests = module_tests[(module_tests["method"] == method)]
    tests = tests[tests["module"] == figures["module"]]
    shown = pd.concat([paired(tests), tests[tests["test"] == "change_interaction"]])
    shown = shown.dropna(subset=["estimate"]).drop(columns=["module", "method", "note"])
    words = _words(samples, band.iloc[0], shown, design)
    return stack(*words, sample=samples, band=band, test=shown)


def paired(tests: pd.DataFrame) -> pd.DataFrame:
    """Return the tests of paired change by response group, or of all patients where none is."""
    change = tests[tests["test"] == "paired_change"]
    split = change[change["group"] != "all"]
    return split if len(split) else change


def _words(
    samples: pd.DataFrame, band: pd.Series, tests: pd.DataFrame, design: Mapping[str, Any]
) -> tuple[str, str]:
    caption = (
        f"{band['module']} score ({band['method']}; {band['genes_found']:.0f} of "
        f"{band['genes_total']:.0f} genes measured) per patient, {design['baseline']} and "
        f"{design['followup']}; bars: medians."
    )
    if pd.notna(band["threshold"]):
        caption += (
            f" Band: mean and two standard deviations of the {band['reference']} samples; dashed: "
            "mean + 2 SD."
        )
    caption += f" {told(tests)}"
    medians = samples.groupby(["role", "label"], sort=False)["score"].median()
    shown = "; ".join(f"{role}, {label}: median {m:.2f}" for (role, label), m in medians.items())
    return caption, f"{caption} {shown}."


def told(tests: pd.DataFrame) -> str:
    """Word the `test` rows: estimate, interval, n and p of every one."""
    said = {"paired_change": "Paired change in", "change_interaction": "Difference of change,"}
    return " ".join(
        f"{said[row['test']]} {group_name(row['group'])}: {signed(row['estimate'])} "
        f"(95% interval {signed(row['CI.L'])} to {signed(row['CI.R'])}; n = {row['n']:.0f}; "
        f"{p_text(row['P.Value'])}, adjusted over modules {p_text(row['adj.P.Val'])})."
        for row in tests.to_dict("records")
    )
