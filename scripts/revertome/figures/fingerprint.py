"""Grid of modules and contrasts: how much of each module rises and falls."""

from collections.abc import Mapping
from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.colors import Colormap
from matplotlib.figure import Figure

from revertome import naming
from revertome.figures.fitted import apart, column_names
from revertome.figures.style import (
    DIVERGING,
    DOUBLE,
    MM,
    SINGLE,
    canvas,
    on_colour,
    pt,
    rows,
    styled,
)
from revertome.figures.theme import width

FIT = 4  # contrasts whose cells hold two numbers in one column of a page
NAME = 122  # points for the name of a module
SHOWN, BOTH = 0.01, 0.1  # shares from which a number stands, and from which both do


@styled
def draw(table: pd.DataFrame) -> Figure:
    """Draw the fingerprint."""
    cells = rows(table, "cell")
    modules, contrasts = rows(table, "module"), rows(table, "contrast")
    wide = SINGLE if len(contrasts) <= FIT else DOUBLE
    room = 72 * width(wide) - pt(NAME + 30)
    words = [naming.contrast(name) for name in contrasts["contrast"]]
    names_below = column_names(words, room / len(words))
    fig = canvas(wide, (4.2 * len(modules) + 17 + names_below.height) * MM)
    ax = fig.subplots()
    at = modules.set_index("module")["order"]
    along = contrasts.set_index("contrast")["order"]
    grid = cells.pivot_table(index="module", columns="contrast", values="net")
    grid = grid.reindex(index=modules["module"], columns=contrasts["contrast"])
    image = ax.imshow(grid, cmap=DIVERGING, vmin=-1, vmax=1, aspect="auto")
    for cell in cells.to_dict("records"):
        _number(ax, along[cell["contrast"]], at[cell["module"]], cell, image.cmap)
    named = apart([naming.module(name) for name in modules["module"]], pt(NAME))
    names = [f"{name} ({n})" for name, n in zip(named, modules["n_genes"], strict=True)]
    ax.set_yticks(range(len(names)), names)
    names_below.put(ax)
    ax.tick_params(length=0)
    ax.spines[:].set_visible(False)
    for edge in range(1, len(names)):
        ax.axhline(edge - 0.5, color="white", lw=1)
    for edge in range(1, len(along)):
        ax.axvline(edge - 0.5, color="white", lw=1)
    bar = fig.colorbar(
        image, ax=ax, orientation="horizontal", location="top", shrink=0.7, aspect=22, pad=0.02
    )
    bar.set_ticks([-1, -0.5, 0, 0.5, 1], labels=["−100", "−50", "0", "50", "100"])
    bar.set_label("Genes up less down (%)")
    bar.outline.set_visible(False)
    return fig


def _number(ax: Axes, x: float, y: float, cell: Mapping[Any, Any], colours: Colormap) -> None:
    up, down, net = cell["share_up"], cell["share_down"], cell["net"]
    if max(up, down) < SHOWN:
        return
    shown = [(up, "▲"), (down, "▼")]
    if min(up, down) < BOTH:
        shown = [max(shown)]
    text = " ".join(f"{arrow}{100 * share:.0f}" for share, arrow in shown)
    colour = on_colour(colours((net + 1) / 2))
    ax.text(x, y, text, ha="center", va="center", fontsize=pt(6), color=colour)
