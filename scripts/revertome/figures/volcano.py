"""Volcano plot."""

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from revertome import naming
from revertome.figures.labels import filled, name_points, shorts
from revertome.figures.style import (
    INK,
    MM,
    POINT_CLOUD,
    QUIET,
    SINGLE,
    canvas,
    named,
    pt,
    rows,
    settle,
    styled,
)

COLOUR = {"up": "#B2182B", "down": "#2166AC", "none": "#CFCFCF"}
SMALLEST = 1e-300  # drawn in place of smaller p-values, which have no logarithm


@styled
def draw(table: pd.DataFrame) -> Figure:
    """Draw the volcano."""
    genes, study = rows(table, "gene"), rows(table, "study").iloc[0]
    counts = rows(table, "count").set_index("direction")["n"]
    genes["height"] = -np.log10(genes["P.Value"].clip(lower=SMALLEST))
    reach = 1.5 * float(genes["logFC"].abs().max()) or 1.0
    fig = canvas(SINGLE, 80 * MM)
    ax = fig.subplots()
    _points(ax, genes)
    _threshold(ax, study)
    ax.axvline(0, color="#AAAAAA", lw=0.5, zorder=0)
    top = 1.12 * float(genes["height"].max()) or 1.0
    ax.set(xlim=(-reach, reach), ylim=(0, top), ylabel="−log10 p")
    ax.set_xlabel(filled(f"log2 fold change, {_difference(study)}", 44))
    for x, side, arrow, ha in ((0, "down", "▼", "left"), (1, "up", "▲", "right")):
        words, place = f"{arrow} {counts[side]:,} {side}", ax.transAxes
        ax.text(x, 1.01, words, ha=ha, va="bottom", color=COLOUR[side], transform=place)
    settle(fig)
    name_points(ax, places_of_names(genes, reach))
    return fig


def _difference(study: pd.Series) -> str:
    """What is taken from what."""
    if study["contrast"] in ("change_responders", "change_all"):
        visits = [naming.visit(study[name]) for name in ("followup", "baseline")]
        return " − ".join(shorts(visits, 24))
    return naming.contrast(study["contrast"]).replace(" less ", " − ")


def _points(ax: Axes, genes: pd.DataFrame) -> None:
    for direction in ("none", "up", "down"):
        mine = genes[genes["direction"] == direction]
        picture = len(genes) > POINT_CLOUD
        ax.scatter(
            mine["logFC"], mine["height"], s=4, lw=0, c=COLOUR[direction], rasterized=picture
        )


def _threshold(ax: Axes, study: pd.Series) -> None:
    """Mark the largest p that is called, in words beside the axes, where no gene is named."""
    if "p_at_alpha" not in study:
        return
    cut = -np.log10(max(study["p_at_alpha"], SMALLEST))
    ax.axhline(cut, color=QUIET, lw=0.6, ls=(0, (4, 3)))
    place = ax.get_yaxis_transform()
    words = f"adj. p\n= {study['alpha']:g}"
    ax.text(1.01, cut, words, transform=place, va="center", fontsize=pt(6), color=QUIET)


def places_of_names(genes: pd.DataFrame, reach: float) -> pd.DataFrame:
    """Return the genes to name, each with its point and the edge of the axes it is named at."""
    words = named(genes["gene"], genes.get("label"))
    marked = genes.head(0) if words is None else genes.assign(label=words).dropna(subset=["label"])
    right = marked["logFC"] > 0
    return marked.assign(
        x=marked["logFC"],
        y=marked["height"],
        colour=INK,
        text_x=np.where(right, reach, -0.985 * reach),
        ha=np.where(right, "right", "left"),
    )
