"""Dot plot of modules tested as sets: contrasts across, modules down."""

from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from revertome import naming
from revertome.figures.fitted import apart, column_names
from revertome.figures.style import (
    DIVERGING,
    DOUBLE,
    INK,
    MM,
    QUIET,
    SINGLE,
    canvas,
    dot,
    pt,
    rows,
    styled,
)
from revertome.figures.theme import width

SMALLEST = 1e-4  # adjusted p of the largest dot
PALE = "#BBBBBB"
FIT = 5  # contrasts in one column of a page
NAME = 122  # points for the name of a module


def _area(p: pd.Series) -> pd.Series:
    """Area by the powers of ten of p, to a quarter: in files of vectors, each size is told once."""
    return 5 + 13 * (-4 * np.log10(p.clip(lower=SMALLEST))).round() / 4


@styled
def draw(table: pd.DataFrame) -> Figure:
    """Draw the modules in every contrast."""
    dots = rows(table, "dot")
    modules, contrasts = rows(table, "module"), rows(table, "contrast")
    alpha = rows(table, "study")["alpha"].iloc[0]
    wide = SINGLE if len(contrasts) <= FIT else DOUBLE
    room = 72 * width(wide) - pt(NAME + 32)  # names, and numbers of genes
    words = [naming.contrast(name) for name in contrasts["contrast"]]
    names_below = column_names(words, room / (len(words) + 0.2))
    fig = canvas(wide, (4.2 * len(modules) + 33 + names_below.height) * MM)
    ax = fig.subplots()
    x = dots["contrast"].map(contrasts.set_index("contrast")["order"])
    y = dots["module"].map(modules.set_index("module")["order"])
    reach = max(0.1, dots["logFC"].abs().max())
    changes = dots["adj.P.own"] < alpha
    for area, own in dots.groupby(_area(dots["adj.P.own"])):
        at, edge = own.index, np.where(changes[own.index], INK, PALE)
        image = ax.scatter(x[at], y[at], s=float(str(area)), c=own["logFC"], ec=edge, lw=0.7,
                           cmap=DIVERGING, vmin=-reach, vmax=reach)  # fmt: skip
    more = changes & (dots["adj.P.camera"] < alpha)
    ax.scatter(x[more], y[more], s=5, c=INK, ec="white", lw=0.4)
    names_below.put(ax)
    names = apart([naming.module(name) for name in modules["module"]], pt(NAME))
    ax.set_yticks(range(len(modules)), names)
    _genes(ax, modules["module"], dots.groupby("module")["n_found"].max())
    ax.set_ylim(len(modules) - 0.4, -0.6)
    ax.set_xlim(-0.6, len(contrasts) - 0.4)
    ax.tick_params(length=0)
    ax.grid(color="#EFEFEF", lw=0.5)
    bar = fig.colorbar(
        image, ax=ax, orientation="horizontal", location="top", shrink=0.7, aspect=22, pad=0.02
    )
    bar.set_label("Mean log2 fold change")
    bar.outline.set_visible(False)
    fig.legend(
        handles=_sizes(alpha),
        loc="outside lower center",
        ncols=3,
        title="adjusted p of the module",
        title_fontsize=pt(6.5),
    )
    return fig


def _genes(ax: Axes, modules: pd.Series, found: pd.Series) -> None:
    """Write how many genes of each module were tested beside its line."""
    style: dict[str, Any] = {"transform": ax.get_yaxis_transform(), "va": "center", "color": QUIET,
                             "fontsize": pt(6), "clip_on": False}  # fmt: skip
    for y, n in enumerate(found.reindex(modules)):
        ax.text(1.01, y, f"{n:,}", **style)
    ax.text(1.01, -0.95, "genes", **style)


def _sizes(alpha: float) -> list[Line2D]:
    sizes = [
        dot(
            PALE,
            f"{p:g}" if p > SMALLEST else f"≤ {p:g}",
            markersize=float(np.sqrt(_area(pd.Series([p]))[0])),
            markeredgecolor=INK if p < alpha else PALE,
        )
        for p in sorted({1, alpha, 0.01, SMALLEST}, reverse=True)
    ]
    return [*sizes, dot(INK, "more than other genes", markersize=1.8)]
