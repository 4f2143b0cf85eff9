"""Volcano of the paired change."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from revertome import naming
from revertome.small_cells import size
from revertome.source_data.tidy import absent, cohort, count, pairs, stack, told_labels

LABELLED = 8  # genes named on either side
# Contrasts that a study of one visit has, and the heading of the figure.
ONE_VISIT = {
    "disease": "Patients against healthy people",
    "baseline": "Responders against non-responders",
}


def table(
    contrasts: Mapping[str, pd.DataFrame],
    expression: Any,
    labels: pd.DataFrame,
    design: Mapping[str, Any],
    figures: Mapping[str, Any],
    trajectories: Mapping[str, Any],
    suppress_below: int = 0,
) -> pd.DataFrame:
    """Build the table of the volcano of `change_responders`, else of `change_all`.

    In a study of one visit it is of `disease`, else of `baseline`.

    Returns
    -------
    DataFrame
        `gene` rows: gene, logFC (log2), P.Value, adj.P.Val, direction (up, down, none), label.
        `count` rows: direction, n. `study` row: contrast, n_pairs, engine, alpha, p_at_alpha
        (the largest p-value called), baseline, followup; of one visit with the
        people compared as text, and a `title` row with the heading of the figure.
    """
    single = design["followup"] is None
    asked = ONE_VISIT if single else ("change_responders", "change_all")
    contrast = next((c for c in asked if c in contrasts), None)
    if contrast is None:
        return absent("No paired change was tested: this study has too few complete pairs.")
    people = cohort(expression, labels, design)
    n = told_labels(pairs(people), suppress_below)
    tested = contrasts[contrast]
    genes = tested[["gene", "logFC", "P.Value", "adj.P.Val"]].copy()
    called = genes["adj.P.Val"] < trajectories["alpha"]
    genes["direction"] = "none"
    genes.loc[called & (genes["logFC"] > 0), "direction"] = "up"
    genes.loc[called & (genes["logFC"] < 0), "direction"] = "down"
    genes["label"] = genes["gene"].where(genes["gene"].isin(_named(genes, figures)))
    counts = pd.DataFrame({"direction": ["up", "down", "none"]})
    counts["n"] = [int((genes["direction"] == d).sum()) for d in counts["direction"]]
    study = pd.DataFrame(
        {
            "contrast": [contrast],
            "n_pairs": [_pairs(contrast, n)],
            "engine": [tested["engine"].iloc[0]],
            "alpha": [trajectories["alpha"]],
            "p_at_alpha": [genes.loc[called, "P.Value"].max()],
            "baseline": [design["baseline"]],
            "followup": [design["followup"]],
        }
    )
    if single:
        study["text"] = _compared(contrast, people, suppress_below)
        title = pd.DataFrame({"text": [ONE_VISIT[contrast]]})
        return stack(
            *_words_of_one_visit(counts, study.iloc[0]),
            gene=genes, count=counts, study=study, title=title,
        )  # fmt: skip
    return stack(*_words(counts, study.iloc[0]), gene=genes, count=counts, study=study)


def _pairs(contrast: str, n: Mapping[str, float]) -> float:
    if contrast in ONE_VISIT:
        return float("nan")
    return n["all"] if contrast == "change_all" else n.get("responder", 0)


def _compared(contrast: str, people: pd.DataFrame, below: int) -> str:
    """Word the two sides of a contrast of one visit, the second taken from the first."""
    n = people.drop_duplicates("patient")["label"].value_counts()
    told = told_labels(n.drop("healthy", errors="ignore"), below)
    if contrast == "baseline":
        sides = {"responders": told["responder"], "non-responders": told["nonresponder"]}
    else:
        sides = {"patients": told["all"], "healthy": told_labels(n[["healthy"]], below)["all"]}
    return " and ".join(f"{size(number)} {name}" for name, number in sides.items())


def _named(genes: pd.DataFrame, figures: Mapping[str, Any]) -> list[str]:
    ranked = genes.sort_values(["P.Value", "gene"])
    lead = [
        ranked.loc[ranked["direction"] == direction, "gene"].head(LABELLED)
        for direction in ("up", "down")
    ]
    return [*figures["genes"], *pd.concat(lead)]


def _words(counts: pd.DataFrame, study: pd.Series) -> tuple[str, str]:
    n = counts.set_index("direction")["n"]
    who = naming.group(study["contrast"].removeprefix("change_"))
    caption = (
        f"Paired change from {study['baseline']} to {study['followup']} in {who} "
        f"({count(study['n_pairs'], 'pair')}; {study['engine']}). "
        f"{count(n['up'], 'gene')} rose and {count(n['down'], 'gene')} fell at an adjusted p below "
        f"{study['alpha']:g} (Benjamini-Hochberg) of {int(n.sum()):,} tested."
    )
    return caption, f"Volcano plot. {caption}"


def _words_of_one_visit(counts: pd.DataFrame, study: pd.Series) -> tuple[str, str]:
    n = counts.set_index("direction")["n"]
    caption = (
        f"{ONE_VISIT[study['contrast']]} at {study['baseline']} ({study['text']}; "
        f"{study['engine']}). {count(n['up'], 'gene is', 'genes are')} higher and "
        f"{count(n['down'], 'gene')} lower in the former at an adjusted p below "
        f"{study['alpha']:g} (Benjamini-Hochberg) of {int(n.sum()):,} tested."
    )
    return caption, f"Volcano plot. {caption}"
