"""Principal components: where samples lie, and what the components are associated with."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from revertome import naming
from revertome.source_data.tidy import (
    LABELS,
    RESPONSES,
    absent,
    count,
    p_text,
    stack,
    told_labels,
    visit_rows,
)
from revertome.trial import label_by_patient, role

MOST = 20  # variables in the grid, by their smallest p
MARKS = 6  # batches that can be told apart by the shape of a point


def table(
    pca: pd.DataFrame,
    components: pd.DataFrame,
    labels: pd.DataFrame,
    design: Mapping[str, Any],
    suppress_below: int = 0,
) -> pd.DataFrame:
    """Build the table of the principal component figure.

    Returns
    -------
    DataFrame
        `sample` rows: sample, patient, role, visit, label, batch, PC1, PC2. `axis` rows:
        component, variance_explained (share of 1). `association` rows: component, variable,
        statistic, P.Value, adj.P.Val, variables by their smallest p. `design` rows: role, visit.
        `group` rows, where response is known: label, n_patients with a sample.
    """
    if len(pca) < 3 or pca["PC2"].isna().all():
        return absent("Principal components need at least three samples.")
    samples = pca.assign(role=role(pca, design).fillna("other"))
    samples["label"] = samples["patient"].map(label_by_patient(labels))
    groups = _groups(samples, suppress_below)
    keep = ["sample", "patient", "role", "visit", "group", "label", "batch", "PC1", "PC2"]
    samples = samples[[name for name in keep if name in samples]].sort_values("sample")
    axes = components[["component", "variance_explained"]].drop_duplicates()
    tests = components.dropna(subset=["P.Value"])
    best = tests.groupby("variable", sort=False)["P.Value"].min().sort_values(kind="stable")
    place = {name: i for i, name in enumerate(best.index[:MOST])}
    tests = tests[tests["variable"].isin(place)]
    tests = tests.sort_values("variable", key=lambda name: name.map(place), kind="stable")
    return stack(
        *_words(samples, axes, tests, len(best) - len(place), design, groups),
        sample=samples,
        axis=axes,
        association=tests.drop(columns="variance_explained"),
        design=visit_rows(design),
        group=groups,
    )


def _groups(samples: pd.DataFrame, below: int) -> pd.DataFrame:
    """Patients of each response; no rows where nobody's is known."""
    people = samples[samples["role"] != "healthy"].drop_duplicates("patient")
    n = people["label"].fillna("unlabelled").value_counts()
    if not RESPONSES & {*n.index}:
        return pd.DataFrame(columns=["label", "n_patients"])
    told = told_labels(n, below)
    shown = [label for label in LABELS if label in n]
    return pd.DataFrame({"label": shown, "n_patients": [told[label] for label in shown]})


def _words(
    samples: pd.DataFrame,
    axes: pd.DataFrame,
    tests: pd.DataFrame,
    left: int,
    design: Mapping[str, Any],
    groups: pd.DataFrame,
) -> tuple[str, str]:
    share = axes.set_index("component")["variance_explained"]
    caption = (
        f"Principal components of {count(len(samples), 'sample')} (log2 expression). A, PC1 and "
        f"PC2, which explain {share['PC1']:.0%} and {share['PC2']:.0%} of the variance."
    )
    caption += " Lines join the visits of one patient." * bool(samples["role"].eq("followup").any())
    caption += _between(design)
    batches = samples["batch"].nunique() if "batch" in samples else 0
    if batches > MARKS:
        caption += f" The {batches} batches are not marked: too many shapes to tell apart."
    if len(groups):
        caption += " B, the same by clinical response; numbers: patients."
    if tests.empty:
        return caption, caption
    caption += (
        f" {'C' if len(groups) else 'B'}, how strongly each component is associated with each "
        "recorded variable (F test of a linear model; p adjusted after Benjamini-Hochberg over "
        "all variables and components)."
    )
    if left:
        few = f"the {MOST} with the smallest p; the other {left} are in quality/components.tsv"
        caption += f" Variables: {few}."
    lead = tests.sort_values(["P.Value", "component", "variable"]).iloc[0]
    alt = (
        f"{caption} The strongest association is {lead['component']} with "
        f"{naming.variable(lead['variable'], unit=False)} (adjusted {p_text(lead['adj.P.Val'])})."
    )
    return caption, alt


def _between(design: Mapping[str, Any]) -> str:
    """Say how follow-ups before the main one are drawn; empty where there are none."""
    rows = visit_rows(design)
    between = [naming.visit(name) for name in rows.loc[rows["role"].eq("between"), "visit"]]
    if not between:
        return ""
    last = naming.visit(design["followup"])
    return f" Follow-ups are paler the earlier they are, from {between[0]} to {last}."
