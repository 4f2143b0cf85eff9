"""Matrix of the correlations of effects between studies."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from revertome.figures.fitted import apart, column_names, cut
from revertome.figures.style import (
    DIVERGING,
    DOUBLE,
    GRID,
    INK,
    MM,
    QUIET,
    SINGLE,
    canvas,
    on_colour,
    pt,
    rows,
    styled,
)
from revertome.figures.theme import width

FEW = 3  # studies that fit into one column of a page
LARGEST, SMALLEST = 16.0, 4.0  # mm, side of a cell
NAME = {SINGLE: 80, DOUBLE: 110}  # points for the name of a study


@styled
def draw(table: pd.DataFrame) -> Figure:
    """Draw the matrix of correlations."""
    cells, studies, halves = (rows(table, name) for name in ("cell", "study", "half"))
    n = len(studies)
    wide = SINGLE if n <= FEW else DOUBLE
    room = 72 * width(wide) - pt(NAME[wide] + 16)
    side = float(np.clip(room / n / 72 * 25.4, SMALLEST, LARGEST))
    below = column_names([str(name) for name in studies["study"]], side / 25.4 * 72)
    fig = canvas(wide, min(side * n + below.height + 34, 240) * MM)
    ax = fig.subplots()
    values = np.full((n, n), np.nan)
    freed = cells[cells["freed"] == 1]
    values[freed["line"], freed["column"]] = freed["r"]
    image = ax.imshow(values, cmap=DIVERGING, vmin=-1, vmax=1, aspect="equal")
    for cell in cells.to_dict("records"):
        _cell(ax, cell, image)
    _empty(ax, cells, halves, n)
    ax.set_yticks(range(n), apart([str(name) for name in studies["study"]], pt(NAME[wide])))
    below.put(ax)
    ax.tick_params(length=0)
    ax.spines[:].set_visible(False)
    titles = dict(zip(halves["side"], halves["title"], strict=True))
    long = 72 * width(wide) - pt(24)
    if "above" in titles:
        ax.set_title(cut(f"Above the diagonal: {titles['above']}", long, 7), loc="right")
    if "below" in titles:
        ax.set_xlabel(cut(f"Below the diagonal: {titles['below']}", long, 7))
    bar = fig.colorbar(
        image, ax=ax, orientation="horizontal", location="top", shrink=0.5, aspect=22, pad=0.03
    )
    bar.set_label("Correlation of effects, freed of noise")
    bar.set_ticks([-1, -0.5, 0, 0.5, 1], labels=["−1", "−0.5", "0", "0.5", "1"])
    bar.outline.set_visible(False)
    return fig


def _cell(ax: Axes, cell: Mapping[Any, Any], image: Any) -> None:
    x, y = cell["column"], cell["line"]
    shared = cell["verdict"] == "dependent"
    if not cell["freed"]:
        frame: dict[str, Any] = {"fc": "none", "ec": GRID, "lw": 0.6}
        if shared:
            frame |= {"hatch": "/////", "ec": "#BBBBBB"}
        ax.add_patch(Rectangle((x - 0.5, y - 0.5), 1, 1, **frame))
    label = cell.get("label")
    if pd.isna(label) or not label:
        return
    shown = cell["verdict"] in ("agree", "opposite")
    colour = on_colour(image.cmap(image.norm(cell["r"]))) if cell["freed"] else INK
    ground = {"bbox": {"fc": "white", "ec": "none", "pad": 0.6}} if shared else {}
    ax.text(x, y, label, ha="center", va="center", fontsize=pt(6), color=colour,
            linespacing=1.3, weight="bold" if shown else "normal", **ground)  # fmt: skip


def _empty(ax: Axes, cells: pd.DataFrame, halves: pd.DataFrame, n: int) -> None:
    """Mark the diagonal, and the pairs that lack a contrast."""
    held = set(zip(cells["line"], cells["column"], strict=True))
    drawn = set(halves["side"])
    for line in range(n):
        ax.add_patch(Rectangle((line - 0.5, line - 0.5), 1, 1, fc=GRID, ec="white", lw=0.6))
        for column in range(n):
            side = "below" if line > column else "above"
            if line != column and side in drawn and (line, column) not in held:
                ax.text(column, line, "–", ha="center", va="center", color=QUIET, fontsize=pt(6))
    for edge in range(1, n):
        ax.axhline(edge - 0.5, color="white", lw=0.6, zorder=0.9)
        ax.axvline(edge - 0.5, color="white", lw=0.6, zorder=0.9)
