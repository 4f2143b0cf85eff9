"""Volcano of the paired change, else of the first contrast that the study has."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from revertome import naming
from revertome.differential.called import called
from revertome.small_cells import size
from revertome.source_data.tidy import (
    ADJUSTED,
    absent,
    cohort,
    count,
    moderated,
    pairs,
    stack,
    told_labels,
)

LABELLED = 8  # genes named on either side
PAIRED = ("change_responders", "change_all")
ORDER = (*PAIRED, "drug_effect", "disease", "baseline")


def table(
    contrasts: Mapping[str, pd.DataFrame],
    expression: Any,
    labels: pd.DataFrame,
    design: Mapping[str, Any],
    figures: Mapping[str, Any],
    trajectories: Mapping[str, Any],
    suppress_below: int = 0,
) -> pd.DataFrame:
    """Build the table of the volcano of the paired change, else of what the study can tell.

    That is the first contrast of `ORDER` that was tested, else the first of all.

    Returns
    -------
    DataFrame
        `gene` rows: gene, logFC (log2), P.Value, adj.P.Val, direction (up, down, none), label.
        `count` rows: direction, n. `study` row: contrast, n_pairs, engine, alpha, p_at_alpha
        (the largest p-value called), baseline, followup, with the people compared as text. `title`
        row: heading of the figure, of another contrast than the paired change.
    """
    contrast = first_of(contrasts)
    if contrast is None:
        return absent("No contrast of genes was tested: this study has too few samples to compare.")
    people = cohort(expression, labels, design)
    tested = contrasts[contrast].dropna(subset=["logFC", "P.Value"])
    genes = directions(tested, trajectories["alpha"])
    genes["label"] = genes["gene"].where(genes["gene"].isin(named(genes, figures, LABELLED)))
    counts = pd.DataFrame({"direction": ["up", "down", "none"]})
    counts["n"] = [int((genes["direction"] == d).sum()) for d in counts["direction"]]
    sure = genes["direction"] != "none"
    study = pd.DataFrame(
        {
            "contrast": [contrast],
            "n_pairs": [_pairs(contrast, people, suppress_below)],
            "engine": [tested["engine"].iloc[0]],
            "alpha": [trajectories["alpha"]],
            "p_at_alpha": [genes.loc[sure, "P.Value"].max()],
            "baseline": [design["baseline"]],
            "followup": [design["followup"]],
        }
    )
    study["text"] = _compared(contrast, people, suppress_below)
    title = (
        pd.DataFrame()
        if contrast in PAIRED
        else pd.DataFrame({"text": [naming.capital(naming.contrast(contrast))]})
    )
    return stack(*_words(counts, study.iloc[0]), gene=genes, count=counts, study=study, title=title)


def first_of(contrasts: Mapping[str, pd.DataFrame]) -> str | None:
    """The contrast that is drawn: the first of `ORDER` that was tested, else the first of all."""
    needed = ["logFC", "P.Value"]  # a test of several groups at once has no fold change
    tested = [name for name, found in contrasts.items() if found[needed].notna().all(axis=1).any()]
    return next((name for name in (*ORDER, *tested) if name in tested), None)


def directions(tested: pd.DataFrame, alpha: float) -> pd.DataFrame:
    """Genes with the direction in which each differs (up, down, none) at the rate `alpha`."""
    genes = tested[["gene", "logFC", "P.Value", "adj.P.Val"]]
    return genes.assign(direction=called(tested, alpha))


def named(genes: pd.DataFrame, figures: Mapping[str, Any], most: int) -> list[str]:
    """Genes of the study file and the `most` surest on either side; if none is sure, as many."""
    ranked = genes.sort_values(["P.Value", "gene"])
    if genes["direction"].eq("none").all():
        return [*figures["genes"], *ranked["gene"].head(most)]
    lead = [
        ranked.loc[ranked["direction"] == direction, "gene"].head(most)
        for direction in ("up", "down")
    ]
    return [*figures["genes"], *pd.concat(lead)]


def _pairs(contrast: str, people: pd.DataFrame, below: int) -> float:
    if contrast not in PAIRED:
        return float("nan")
    n = told_labels(pairs(people), below)
    return n["all"] if contrast == "change_all" else n.get("responder", 0)


def _compared(contrast: str, people: pd.DataFrame, below: int) -> str:
    """Word how many stand on the two sides of a contrast at baseline, the second taken away."""
    if below and people["role"].eq("followup").any():
        return ""  # beside the counts of pairs it would tell how few have no sample at baseline
    n = people[people["role"] != "followup"].drop_duplicates("patient")["label"].value_counts()
    told = told_labels(n.drop("healthy", errors="ignore"), below)
    if contrast == "baseline" and {"responder", "nonresponder"} <= set(told):
        sides = {name: told[name] for name in ("responder", "nonresponder")}
    elif contrast == "disease" and "healthy" in n:
        sides = {"patients": told["all"], "healthy": told_labels(n[["healthy"]], below)["all"]}
    else:
        return ""
    return " and ".join(f"{size(many)} {naming.group(name)}" for name, many in sides.items())


def _words(counts: pd.DataFrame, study: pd.Series) -> tuple[str, str]:
    n = counts.set_index("direction")["n"]
    contrast = study["contrast"]
    if contrast in PAIRED:
        who = naming.group(contrast.removeprefix("change_"))
        of = (
            f"Paired change from {naming.visit(study['baseline'])} to "
            f"{naming.visit(study['followup'])} in {who} ({count(study['n_pairs'], 'pair')})"
        )
        found = f"{count(n['up'], 'gene')} rose and {count(n['down'], 'gene')} fell"
    else:
        of = naming.capital(naming.contrast(contrast)) + f" ({study['text']})" * bool(study["text"])
        found = (
            f"{count(n['up'], 'gene is', 'genes are')} higher and {count(n['down'], 'gene')} lower "
            "in the former"
        )
    alpha, called = f"{study['alpha']:g}", n["up"] + n["down"]
    found = found if called else f"No gene {'rose or fell' if contrast in PAIRED else 'differs'}"
    caption = (
        f"{of}: log2 fold change and p of {moderated(study['engine'])}. {found} at an "
        f"{ADJUSTED} below {alpha}, of {int(n.sum()):,} tested."
    )
    if called:
        caption += f" Dashed: p = {study['p_at_alpha']:.2g}, the largest called."
    else:
        caption += " Those with the smallest p are named all the same."
    return caption, f"Volcano plot. {caption}"
