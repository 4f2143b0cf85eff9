"""One module per patient against the healthy band."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from revertome import naming
from revertome.figures.fitted import cut, lines, p_words
from revertome.figures.genes import visit_key
from revertome.figures.paired_dots import paired_dots
from revertome.figures.style import MM, QUIET, ROLE, SINGLE, canvas, pt, rows, styled
from revertome.small_cells import size


@styled
def draw(table: pd.DataFrame) -> Figure:
    """Draw the module patient by patient."""
    samples = rows(table, "sample")
    band = rows(table, "band").iloc[0]
    tests = rows(table, "test")
    fig = canvas(SINGLE, (76 + 3.2 * len(tests)) * MM)
    ax = fig.subplots()
    paired_dots(
        ax, samples, "score", band.get("healthy_mean", np.nan), band.get("healthy_sd", np.nan)
    )
    if "threshold" in band:
        colour = ROLE.get(str(band["reference"]), ROLE["healthy"])
        ax.axhline(band["threshold"], color=colour, lw=0.7, ls=(0, (4, 2)), zorder=1)
        ax.annotate(
            f"{band['reference']}\nmean\n+ 2 SD",
            (1, band["threshold"]),
            xycoords=("axes fraction", "data"),
            xytext=(2, 0),
            textcoords="offset points",
            va="center",
            fontsize=pt(6),
            color=colour,
        )
    if band["scale"] == "log2":
        ax.set_yscale("log", base=2)
    ax.set_ylabel(f"{cut(naming.module(band['module']), pt(115), 7)}: score ({_unit(band)})")
    fig.legend(handles=visit_key(samples), loc="outside lower center", ncols=3)
    told = [_test(row) for row in tests.to_dict("records")]
    words = [line for text in told for line in lines(text, pt(220), 6)]
    ax.set_title("\n".join(words), loc="left", fontsize=pt(6), color=QUIET)
    return fig


def _unit(band: Mapping[Any, Any]) -> str:
    """Unit of a score: standard deviations of the reference where it is a z-score."""
    if band["method"] == "zscore" and isinstance(band.get("reference"), str):
        return f"{band['reference']} SD"
    return naming.method(band["method"])


def _test(row: Mapping[Any, Any]) -> str:
    p = p_words(row["adj.P.Val"])
    estimate = f"{row['estimate']:+.2f} ({row['CI.L']:.2f} to {row['CI.R']:.2f})".replace("-", "−")
    if row["test"] == "change_interaction":
        return f"Difference in change: {estimate}, n = {size(row.get('n'))}, adjusted p {p}"
    if row["test"] == "baseline":
        return f"Difference of responders: {estimate}, n = {size(row.get('n'))}, adjusted p {p}"
    who = cut(naming.group(row["group"]).capitalize(), pt(80), 6)
    if row["test"] == "disease":
        return f"{who} − healthy: {estimate}, n = {size(row.get('n'))}, adjusted p {p}"
    return f"{who}: change {estimate}, n = {size(row.get('n'))}, adjusted p {p}"
