"""Principal components: where samples lie, and what the components are associated with."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from revertome.source_data.tidy import absent, count, stack, visit_rows
from revertome.trial import label_by_patient, role


def table(
    pca: pd.DataFrame, components: pd.DataFrame, labels: pd.DataFrame, design: Mapping[str, Any]
) -> pd.DataFrame:
    """Build the table of the principal component figure.

    Returns
    -------
    DataFrame
        `sample` rows: sample, patient, role, visit, label, batch, PC1, PC2. `axis` rows:
        component, variance_explained (share of 1). `association` rows: component, variable,
        statistic, P.Value, adj.P.Val.
    """
    if len(pca) < 3 or pca["PC2"].isna().all():
        return absent("Principal components need at least three samples.")
    samples = pca.assign(role=role(pca, design).fillna("other"))
    samples["label"] = samples["patient"].map(label_by_patient(labels))
    keep = ["sample", "patient", "role", "visit", "group", "label", "batch", "PC1", "PC2"]
    samples = samples[[name for name in keep if name in samples]].sort_values("sample")
    axes = components[["component", "variance_explained"]].drop_duplicates()
    tests = components.dropna(subset=["P.Value"])
    return stack(
        *_words(samples, axes, tests),
        sample=samples,
        axis=axes,
        association=tests.drop(columns="variance_explained"),
        design=visit_rows(design),
    )


def _words(samples: pd.DataFrame, axes: pd.DataFrame, tests: pd.DataFrame) -> tuple[str, str]:
    share = axes.set_index("component")["variance_explained"]
    caption = (
        f"Principal components of {count(len(samples), 'sample')} (log2 expression). PC1 and PC2 "
        f"explain {share['PC1']:.0%} and {share['PC2']:.0%} of the variance."
    )
    if tests.empty:
        return caption, caption
    caption += " Lines join the visits of one patient." * bool(samples["role"].eq("followup").any())
    caption += (
        " The grid shows how strongly each component is associated with each recorded "
        "variable (adjusted p, Benjamini-Hochberg)."
    )
    lead = tests.sort_values(["P.Value", "component", "variable"]).iloc[0]
    alt = (
        f"{caption} The strongest association is {lead['component']} with {lead['variable']} "
        f"(adjusted p {lead['adj.P.Val']:.2g})."
    )
    return caption, alt
