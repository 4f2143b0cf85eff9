"""Volcano plot."""

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from revertome.figures.labels import name_points, settle
from revertome.figures.style import (
    INK,
    MM,
    POINT_CLOUD,
    QUIET,
    SINGLE,
    canvas,
    rows,
    styled,
)

COLOUR = {"up": "#B2182B", "down": "#2166AC", "none": "#CFCFCF"}


@styled
def draw(table: pd.DataFrame) -> Figure:
    """Draw the volcano."""
    genes, study = rows(table, "gene"), rows(table, "study").iloc[0]
    counts = rows(table, "count").set_index("direction")["n"]
    fig = canvas(SINGLE, 80 * MM)
    ax = fig.subplots()
    height = -np.log10(genes["P.Value"])
    for direction in ("none", "up", "down"):
        mine = genes["direction"] == direction
        ax.scatter(
            genes.loc[mine, "logFC"],
            height[mine],
            s=4,
            lw=0,
            c=COLOUR[direction],
            rasterized=len(genes) > POINT_CLOUD,
        )
    if "p_at_alpha" in study:
        cut = -np.log10(study["p_at_alpha"])
        ax.axhline(cut, color=QUIET, lw=0.6, ls=(0, (4, 3)))
        ax.annotate(
            f"adjusted p = {study['alpha']:g}",
            (1, cut),
            xycoords=("axes fraction", "data"),
            xytext=(0, 1.5),
            textcoords="offset points",
            ha="right",
            fontsize=6,
            color=QUIET,
        )
    ax.axvline(0, color="#AAAAAA", lw=0.5, zorder=0)
    reach = 1.5 * genes["logFC"].abs().max()
    ax.set(xlim=(-reach, reach), ylim=(0, 1.12 * height.max()))
    ax.set_xlabel(f"log2 fold change, {study['followup']} − {study['baseline']}")
    ax.set_ylabel("−log10 p")
    for x, side, arrow in ((0, "down", "▼"), (1, "up", "▲")):
        ax.text(
            x,
            1.0,
            f"{arrow} {int(counts[side]):,} {side}",
            ha="left" if x == 0 else "right",
            color=COLOUR[side],
            transform=ax.transAxes,
            va="bottom",
        )
    settle(fig)
    named = genes.dropna(subset=["label"]) if "label" in genes else genes.head(0)
    right = named["logFC"] > 0
    name_points(
        ax,
        named.assign(
            x=named["logFC"],
            y=height,
            colour=INK,
            text_x=np.where(right, reach, -0.985 * reach),
            ha=np.where(right, "right", "left"),
        ),
    )
    return fig
