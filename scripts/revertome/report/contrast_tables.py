"""The tables of contrasts in the report: all of them in short, and the surest genes of each."""

from collections.abc import Iterable, Mapping
from typing import Any

import pandas as pd

from revertome.report.contrast_words import compact, title, told
from revertome.visits import folder_of

COLUMNS = ["gene", "logFC", "CI.L", "CI.R", "P.Value", "adj.P.Val"]
ROWS, FEWER = 50, 20  # genes of a contrast, and where there are many contrasts
MANY = 10

Rows = tuple[str, str, str, pd.DataFrame]


def in_short(counts: pd.DataFrame, design: Mapping[str, Any]) -> Rows:
    """Key, title, file and rows of the table of all contrasts and follow-ups."""
    rows = compact(counts, design)
    return "contrasts", "Genes up and down in every contrast", "report/contrasts.tsv", rows


def leading(results: Mapping[str, Any], design: Mapping[str, Any]) -> Iterable[Rows]:
    """Key, title, file and rows of a table for each contrast that has a sentence.

    Parameters
    ----------
    results
        counts, contrasts, and visit_contrasts where there are further follow-ups.
    design
        Design of the study, its visits in order.
    """
    rows = told(results["counts"], design).to_dict("records")
    most = FEWER if len(rows) > MANY else ROWS
    visits = results.get("visit_contrasts", {})
    for row in rows:
        name, visit = row["contrast"], row["visit"]
        elsewhere = visit in visits
        tables = visits[visit] if elsewhere else results["contrasts"]
        genes = tables[name].dropna(subset="P.Value").sort_values(["P.Value", "gene"])
        first = f"the {most} genes with the smallest p of {len(genes):,}"
        heading = f"{title(row, design)}: {first if len(genes) > most else 'all genes'}"
        folder = f"visits/{folder_of(visit)}/" if elsewhere else ""
        key = f"contrast_{folder_of(visit) + '_' if elsewhere else ''}{name}"
        source = f"{folder}differential/{name}.tsv"
        yield key, heading, source, genes.filter(COLUMNS).head(most)
