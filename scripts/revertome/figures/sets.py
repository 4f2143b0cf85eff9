"""Dot plot of modules tested as sets: contrasts across, modules down."""

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from revertome.figures.labels import short
from revertome.figures.style import DIVERGING, INK, MM, SINGLE, canvas, dot, pt, rows, styled

SMALLEST = 1e-4  # adjusted p of the largest dot
PALE = "#BBBBBB"
LEVEL = 6  # contrasts whose names fit side by side


def _area(p: pd.Series) -> pd.Series:
    return 5 + 13 * -np.log10(p.clip(lower=SMALLEST))


@styled
def draw(table: pd.DataFrame) -> Figure:
    """Draw the modules in every contrast."""
    dots = rows(table, "dot")
    modules, contrasts = rows(table, "module"), rows(table, "contrast")
    alpha = rows(table, "study")["alpha"].iloc[0]
    fig = canvas(SINGLE, (4.6 * len(modules) + 42) * MM)
    ax = fig.subplots()
    x = dots["contrast"].map(contrasts.set_index("contrast")["order"])
    y = dots["module"].map(modules.set_index("module")["order"])
    reach = max(0.1, dots["logFC"].abs().max())
    changes = dots["adj.P.own"] < alpha
    image = ax.scatter(
        x,
        y,
        s=_area(dots["adj.P.own"]),
        c=dots["logFC"],
        cmap=DIVERGING,
        vmin=-reach,
        vmax=reach,
        ec=np.where(changes, INK, PALE),
        lw=0.7,
    )
    more = changes & (dots["adj.P.camera"] < alpha)
    ax.scatter(x[more], y[more], s=5, c=INK, ec="white", lw=0.4)
    name_contrasts(ax, list(contrasts["contrast"]))
    ax.set_yticks(range(len(modules)), [short(name, 34) for name in modules["module"]])
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
        title="adjusted p that no gene changes",
        title_fontsize=pt(6.5),
    )
    return fig


def name_contrasts(ax: Axes, contrasts: list[str]) -> None:
    """Name the columns: on lines short enough for one, or turned where there are many."""
    if len(contrasts) <= LEVEL:
        words = [n.replace("_", "\n", 1).replace("nonresp", "non-\nresp") for n in contrasts]
        ax.set_xticks(range(len(words)), words)
        return
    words = [name.replace("_", " ").replace("nonresp", "non-resp") for name in contrasts]
    ax.set_xticks(range(len(words)), words, rotation=40, ha="right", rotation_mode="anchor")


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
