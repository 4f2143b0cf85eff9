"""Patterns of genes called: bars of their numbers over a grid of contrasts and classes.

After UpSet (Lex 2014, IEEE TVCG 20:1983), with directions: a gene has one mark in each row.
"""

from collections.abc import Hashable, Mapping
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from revertome import naming
from revertome.figures.fitted import apart, wide
from revertome.figures.style import CLASS, DOUBLE, GRID, INK, MM, canvas, dot, pt, rows, styled
from revertome.figures.volcano import COLOUR

NAME = 160  # points for the name of a row
STEP = 4.4  # mm between rows
BARS = 34  # mm, numbers of patterns
MARK = {"up": "^", "down": "v", "called": "s"}


@styled
def draw(table: pd.DataFrame) -> Figure:
    """Draw the overlap."""
    sets = rows(table, "set").sort_values("order", ignore_index=True)
    patterns, members = rows(table, "pattern"), rows(table, "member")
    fig = canvas(DOUBLE, (BARS + STEP * len(sets) + 16) * MM)
    ratios: dict[str, Any] = {"width_ratios": [1, 4.6], "height_ratios": [BARS, STEP * len(sets)]}
    grid = fig.add_gridspec(2, 2, wspace=0.02, hspace=0.02, **ratios)
    top, left = fig.add_subplot(grid[0, 1]), fig.add_subplot(grid[1, 0])
    matrix = fig.add_subplot(grid[1, 1], sharex=top)
    _bars(top, patterns)
    _sizes(left, sets)
    _grid(matrix, sets, members, len(patterns))
    fig.legend(handles=_key(sets), loc="outside lower center", ncols=3)
    return fig


def _bars(ax: Axes, patterns: pd.DataFrame) -> None:
    ax.bar(patterns["pattern"], patterns["n"], width=0.62, color=INK)
    words = [f"{n:,}" for n in patterns["n"]]
    turned = max(map(wide, words)) > 235 / max(len(words), 8)
    for x, n, text in zip(patterns["pattern"], patterns["n"], words, strict=True):
        ax.annotate(text, (x, n), (0, 2), textcoords="offset points", ha="center", va="bottom",
                    fontsize=pt(6), rotation=90 if turned else 0)  # fmt: skip
    ax.set_ylim(0, 1.22 * patterns["n"].max())
    ax.set_ylabel("Genes of the pattern")
    ax.tick_params(axis="x", length=0, labelbottom=False)


def _sizes(ax: Axes, sets: pd.DataFrame) -> None:
    """Sizes of the sets, growing to the left, with the numbers beyond."""
    told = sets.reindex(columns=["n", "n_up", "n_down", "class"])
    own = told["n"].where(told["class"].notna(), 0)
    start = np.zeros(len(sets))
    parts = (
        (told["n_up"].fillna(0), COLOUR["up"]),
        (told["n_down"].fillna(0), COLOUR["down"]),
        (own, [CLASS.get(name, INK) for name in told["class"]]),
    )
    for n, colour in parts:
        ax.barh(sets["order"], n, left=start, height=0.62, color=colour)
        start += n.to_numpy(float)
    for y, n in zip(sets["order"], sets["n"], strict=True):
        ax.annotate(f"{n:,}", (n, y), (-2, 0), textcoords="offset points", ha="right", va="center",
                    fontsize=pt(6))  # fmt: skip
    ax.set(xlim=(1.45 * sets["n"].max(), 0), ylim=(len(sets) - 0.5, -0.5), xlabel="Genes called")
    ax.set_yticks([])
    ax.spines[["left", "right"]].set_visible(False)
    ax.locator_params(axis="x", nbins=3)


def _grid(ax: Axes, sets: pd.DataFrame, members: pd.DataFrame, n: int) -> None:
    for y in sets["order"][::2]:
        ax.axhspan(y - 0.5, y + 0.5, color="#F5F5F5", lw=0, zorder=0)
    x, y = np.meshgrid(np.arange(n), sets["order"])
    ax.scatter(x, y, s=5, c=GRID, lw=0, zorder=1, rasterized=True)
    ends = members.groupby("pattern")["order"].agg(["min", "max"])
    ax.vlines(ends.index, ends["min"], ends["max"], color="#777777", lw=0.8, zorder=2)
    facts = dict(enumerate(sets.reindex(columns=["order", "class"]).to_dict("records")))
    for direction, mine in members.groupby("direction"):
        colours = [_colour(str(direction), facts[order]) for order in mine["order"]]
        ax.scatter(mine["pattern"], mine["order"], s=22, c=colours, lw=0, zorder=3,
                   marker=MARK[str(direction)])  # fmt: skip
    ax.set_yticks(sets["order"], apart([_name(row) for row in sets.to_dict("records")], pt(NAME)))
    ax.set_ylim(len(sets) - 0.5, -0.5)
    ax.set_xlim(-0.6, max(n, 8) - 0.4)
    ax.tick_params(length=0, labelbottom=False)
    ax.spines[["left", "bottom"]].set_visible(False)


def _colour(direction: str, row: Mapping[Hashable, Any]) -> str:
    return COLOUR.get(direction) or CLASS.get(row["class"], INK)


def _name(row: Mapping[Hashable, Any]) -> str:
    if isinstance(row.get("contrast"), str):
        return naming.contrast(row["contrast"])
    return str(row["class"])


def _key(sets: pd.DataFrame) -> list[Any]:
    found = []
    if "contrast" in sets:
        found = [dot(COLOUR["up"], "risen or higher", "^", markersize=5),
                 dot(COLOUR["down"], "fallen or lower", "v", markersize=5)]  # fmt: skip
    return [*found, dot(INK, "of the class", "s")] if "class" in sets else found
