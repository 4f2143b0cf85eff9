"""Chosen genes, patient by patient."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from revertome import naming
from revertome.small_cells import size
from revertome.source_data.tidy import (
    absent,
    cohort,
    followed,
    p_text,
    stack,
    told_labels,
)
from revertome.trajectories.leading import shown


def table(
    expression: Any,
    genes: pd.DataFrame,
    labels: pd.DataFrame,
    design: Mapping[str, Any],
    figures: Mapping[str, Any],
    suppress_below: int = 0,
) -> pd.DataFrame:
    """Build the table of the chosen genes (`figures.genes`, else the leading genes of each set).

    Returns
    -------
    DataFrame
        `sample` rows: gene, sample, patient, role, visit, label, value (log2). `gene` rows: gene,
        order, class, healthy_mean, healthy_sd, note (the test behind the class).
    """
    known = set(expression.var_names)
    chosen = shown(figures["genes"], genes, known)
    missing = sorted(set(figures["genes"]) - known)
    if not chosen:
        return absent("No gene was chosen and no gene is in the reverted or the induced set.")
    people = followed(cohort(expression, labels, design))
    x = expression[people["sample"].tolist(), chosen].to_df()
    samples = pd.concat(
        [people.assign(gene=gene, value=x[gene].to_numpy()) for gene in chosen], ignore_index=True
    )
    healthy = x.loc[people.loc[people["role"] == "healthy", "sample"]]
    facts = pd.DataFrame({"gene": chosen, "order": range(len(chosen))})
    facts["healthy_mean"] = healthy.mean().reindex(chosen).to_numpy()
    facts["healthy_sd"] = healthy.std(ddof=1).reindex(chosen).to_numpy()
    record = genes.set_index("gene").reindex(chosen)
    facts["class"] = record["class"].to_numpy()
    facts["note"] = [note(row) for row in record.to_dict("records")]
    return stack(*_words(facts, people, missing, suppress_below), sample=samples, gene=facts)


def note(gene: Mapping[Any, Any]) -> str:
    """Word the class of a gene and the adjusted p-value behind it."""
    name = gene.get("class")
    if not isinstance(name, str):
        found = {effect: gene.get(f"adj_p_{effect}") for effect in ("disease", "change")}
        known = {effect: p for effect, p in found.items() if p is not None and pd.notna(p)}
        words = [f"{effect}, adjusted {p_text(float(p))}" for effect, p in known.items()]
        return "; ".join(words) or "not tested"
    p = gene.get(f"adj_p_{name}")
    return name if p is None or pd.isna(p) else f"{name}, adjusted {p_text(float(p))}"


def _words(
    facts: pd.DataFrame, people: pd.DataFrame, missing: list[str], below: int
) -> tuple[str, str]:
    n = people.drop_duplicates("patient")["label"].value_counts()
    told = {**told_labels(n.filter(["healthy"]), below)}
    told |= told_labels(n.drop("healthy", errors="ignore"), below, people)
    who = ", ".join(f"{size(told[str(name)])} {naming.group(str(name))}" for name in n.index)
    followed = bool(people["role"].eq("followup").any())
    who = who if followed else who.replace(naming.group("treated"), "patients")
    lines = " Lines join the visits of one patient." * followed
    caption = (
        f"Expression of {len(facts)} genes, patient by patient (log2; {who}).{lines}"
        + " Bands: healthy mean and two standard deviations either side;" * bool("healthy" in n)
        + " bars: medians."
    )
    if missing:
        caption += f" Not measured here: {', '.join(missing)}."
    classes = "; ".join(f"{row.gene}: {row.note}" for row in facts.itertuples())
    return caption, f"{caption} {classes}."
