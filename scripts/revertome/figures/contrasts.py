"""Small volcano plots, one a contrast."""

import math
import textwrap
from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from revertome import naming
from revertome.figures.labels import name_points, short
from revertome.figures.style import DOUBLE, MM, QUIET, canvas, pt, rows, settle, styled
from revertome.figures.volcano import COLOUR, SMALLEST, places_of_names

COLUMNS = 3
HEIGHT = 55 * MM  # of a row of panels: four of them are a page
TITLE = 34  # letters of a line of a title


@styled
def draw(table: pd.DataFrame) -> Figure:
    """Draw the panels."""
    panels = rows(table, "panel").sort_values("order").to_dict("records")
    genes, alpha = rows(table, "gene"), rows(table, "study")["alpha"].iloc[0]
    genes = genes.assign(height=-np.log10(genes["P.Value"].clip(lower=SMALLEST)))
    reach = 1.5 * max(float(genes["logFC"].abs().max()), 0.1)
    columns = min(COLUMNS, len(panels))
    lines = math.ceil(len(panels) / columns)
    fig = canvas(DOUBLE, lines * HEIGHT)
    axes = fig.subplots(lines, columns, squeeze=False).ravel()
    for ax, each in zip(axes, panels, strict=False):
        _panel(ax, genes[genes["order"] == each["order"]], each, reach, alpha)
    for ax in axes[len(panels) :]:
        ax.set_axis_off()
    fig.supxlabel("log2 fold change", fontsize=pt(7))
    fig.supylabel("−log10 p", fontsize=pt(7))
    settle(fig)
    for ax, each in zip(axes, panels, strict=False):
        name_points(ax, places_of_names(genes[genes["order"] == each["order"]], reach))
    return fig


def _panel(
    ax: Axes, genes: pd.DataFrame, panel: Mapping[str, Any], reach: float, alpha: float
) -> None:
    for direction in ("none", "up", "down"):
        mine = genes[genes["direction"] == direction]
        ax.scatter(mine["logFC"], mine["height"], s=3, lw=0, c=COLOUR[direction], rasterized=True)
    ax.axvline(0, color="#AAAAAA", lw=0.5, zorder=0)
    ax.set(xlim=(-reach, reach), ylim=(0, 1.12 * max(float(genes["height"].max()), 1)))
    if not pd.isna(cut := panel.get("p_at_alpha", np.nan)):
        ax.axhline(-np.log10(max(cut, SMALLEST)), color=QUIET, lw=0.6, ls=(0, (4, 3)))
    name = naming.contrast(panel["contrast"])
    if isinstance(panel.get("visit"), str):  # an earlier follow-up
        name = f"{name}, {naming.visit(panel['visit'])}"
    title = textwrap.wrap(short(name[:1].upper() + name[1:], 2 * TITLE - 4), TITLE)
    counts = f"▼ {panel['n_down']:,}   ▲ {panel['n_up']:,}"
    ax.set_title("\n".join([*title[:2], counts]), loc="left")
