"""Chosen genes, patient by patient."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from revertome import naming
from revertome.gene_classes import UNCLAIMED
from revertome.small_cells import size
from revertome.source_data.tidy import (
    ADJUSTED,
    absent,
    cohort,
    count,
    followed,
    p_text,
    stack,
    told_labels,
    unclassed,
)
from revertome.trajectories.leading import RESTS_ON, shown


def table(
    expression: Any,
    genes: pd.DataFrame,
    labels: pd.DataFrame,
    design: Mapping[str, Any],
    figures: Mapping[str, Any],
    trajectories: Mapping[str, Any],
    suppress_below: int = 0,
) -> pd.DataFrame:
    """Build the table of the chosen genes (`figures.genes`, else the leading genes).

    Returns
    -------
    DataFrame
        `sample` rows: gene, sample, patient, role, visit, label, value (log2). `gene` rows: gene,
        order, class, healthy_mean, healthy_sd, note (the test behind the class).
    """
    known = set(expression.var_names)
    chosen = shown(figures["genes"], genes, known, trajectories["alpha"])
    missing = sorted(set(figures["genes"]) - known)
    if not chosen:
        return absent("No gene was chosen, and none was tested for a difference or a change.")
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
    why = _why([g for g in figures["genes"] if g in known], record)
    return stack(*_words(facts, people, missing, suppress_below, why), sample=samples, gene=facts)


def note(gene: Mapping[Any, Any]) -> str:
    """Word the class of a gene and the adjusted p-value behind it.

    Of a gene without a claim it is the effect that is shown most surely.
    """
    name = gene.get("class")
    if isinstance(name, str) and name not in UNCLAIMED:
        p = gene.get(f"adj_p_{name}")
        return name if p is None or pd.isna(p) else f"{name}, adjusted {p_text(float(p))}"
    found = {effect: gene.get(f"adj_p_{effect}") for effect in ("disease", "change")}
    known = {effect: float(p) for effect, p in found.items() if p is not None and pd.notna(p)}
    if not known:
        return name if isinstance(name, str) else "not tested"
    effect = min(known, key=lambda e: known[e])
    told = f"adjusted {p_text(known[effect])}"
    return f"{name}, {effect}: {told}" if isinstance(name, str) else f"{effect}, {told}"


def _why(asked: list[str], record: pd.DataFrame) -> str:
    """Why these genes are shown, in words."""
    if asked:
        return "chosen by the study"
    held = [name for name in RESTS_ON if record["class"].eq(name).any()]
    sets = f"the leading genes of the {' and the '.join(held)} set"
    if record["class"].isin(RESTS_ON).all():
        return sets
    words = {"reverted": f"differ from {naming.group('healthy')}", "induced": "change"}
    empty = [name for name in RESTS_ON if name not in held]
    tested = [n for n in empty if record[RESTS_ON[n]].notna().any()]
    stands = f"those that {' or '.join(words[n] for n in tested)} most surely"
    if unclassed(record):
        return f"{stands}, as no gene has a class"
    return f"{f'{sets} and ' * bool(held)}{stands}, as no gene is {' or '.join(empty)}"


def _words(
    facts: pd.DataFrame, people: pd.DataFrame, missing: list[str], below: int, why: str
) -> tuple[str, str]:
    n = people.drop_duplicates("patient")["label"].value_counts()
    told = {**told_labels(n.filter(["healthy"]), below)}
    told |= told_labels(n.drop("healthy", errors="ignore"), below, people)
    who = ", ".join(f"{size(told[str(name)])} {naming.group(str(name))}" for name in n.index)
    followed = bool(people["role"].eq("followup").any())
    who = who if followed else who.replace(naming.group("treated"), "patients")
    bands = "Bands: healthy mean and two standard deviations either side. " * bool("healthy" in n)
    caption = (
        f"Expression of {count(len(facts), 'gene')} ({why}), patient by patient (log2; {who}). "
        + "Lines join the visits of one patient. " * followed
        + bands
        + "Bars: medians. Under each name: the class of the gene, or the effect that it shows most "
        f"surely, with the {ADJUSTED}."
    )
    if missing:
        caption += f" Not measured here: {', '.join(missing)}."
    classes = "; ".join(f"{row.gene}: {row.note}" for row in facts.itertuples())
    return caption, f"{caption} {classes}."
