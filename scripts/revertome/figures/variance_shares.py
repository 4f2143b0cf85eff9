"""Where the variance of genes lies: shares of each source, and the genes that have most of each."""

from itertools import cycle
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from revertome.figures.labels import apart, short, shorts
from revertome.figures.style import (
    ARM,
    CLASS,
    DOUBLE,
    INK,
    LABEL,
    MM,
    ROLE,
    canvas,
    panel,
    pt,
    rows,
    styled,
)

ROOM = 3.6  # height of a source, in bars
TALL = 0.44  # largest half height of a distribution, of that of a source
NAME = 18  # letters


@styled
def draw(table: pd.DataFrame) -> Figure:
    """Draw both panels, whose rows are the sources."""
    sources, bins, parts = rows(table, "source"), rows(table, "bin"), rows(table, "part")
    sources = sources.sort_values("order")
    fig = canvas(DOUBLE, (14 + ROOM * 3.1 * len(sources)) * MM)
    shares, genes = fig.subplots(1, 2, width_ratios=(1, 1.25), sharey=True)
    colours = _colours(list(sources["source"]))
    _distributions(shares, sources, bins, colours)
    _bars(genes, sources, parts, colours)
    for ax in (shares, genes):
        ax.set(xlim=(0, 100), xlabel="Share of the variance (%)")
    shares.set_ylim(ROOM * len(sources) - 0.2, -0.2)
    panel(shares, "A", "All genes")
    panel(genes, "B", "Genes with most of each source")
    return fig


def _colours(sources: list[str]) -> dict[str, str]:
    own = {
        "patient": "#7F7F7F",
        "disease": ROLE["baseline"],
        "response": LABEL["responder"],
        "arm": ARM["arm1"],
        "visit": ROLE["followup"],
        "interaction": CLASS["induced"],
        "composition": ROLE["healthy"],
        "rest": "#DDDDDD",
    }
    others = cycle([LABEL["nonresponder"], ARM["arm2"], CLASS["exacerbated"], ARM["arm4"]])
    return {source: own.get(source) or next(others) for source in sources}


def _distributions(
    ax: Axes, sources: pd.DataFrame, bins: pd.DataFrame, colours: dict[str, str]
) -> None:
    for row in sources.to_dict("records"):
        middle, mine = _middle(row["order"]), bins[bins["source"] == row["source"]]
        # The root keeps the tail in sight where most genes are in one bin.
        tall = TALL * ROOM * np.sqrt(mine["n_genes"] / mine["n_genes"].max())
        width = 100 * (mine["high"] - mine["low"])
        colour = colours[row["source"]]
        ax.bar(100 * mine["low"], 2 * tall, width, middle - tall, align="edge", color=colour, lw=0)
        ax.hlines(middle, 100 * row["q05"], 100 * row["q95"], color=INK, lw=0.7)
        box = 100 * (row["q75"] - row["q25"])
        style: dict[str, Any] = {"fc": "white", "ec": INK, "lw": 0.7, "zorder": 3}
        ax.barh(middle, box, 0.75, left=100 * row["q25"], **style)
        ax.vlines(100 * row["median"], middle - 0.37, middle + 0.37, color=INK, lw=1.2, zorder=4)
        if not pd.isna(chance := row.get("by_chance", np.nan)):
            ends = (middle - TALL * ROOM, middle + TALL * ROOM)
            ax.vlines(100 * chance, *ends, color=INK, lw=0.8, ls=(0, (2, 1.5)), zorder=5)
    names = shorts(list(sources["text"]), NAME)
    names = [
        f"{name}\nmedian {_percent(m)}" for name, m in zip(names, sources["median"], strict=True)
    ]
    ax.set_yticks([_middle(order) for order in sources["order"]], names)
    ax.tick_params(axis="y", length=0)


def _bars(ax: Axes, sources: pd.DataFrame, parts: pd.DataFrame, colours: dict[str, str]) -> None:
    order = sources.set_index("source")["order"]
    for _, bar in parts.groupby(["most_of", "rank"]):
        left, at = 0.0, ROOM * order[bar["most_of"].iloc[0]] + bar["rank"].iloc[0] + 0.5
        for row in bar.sort_values("source", key=lambda s: s.map(order)).to_dict("records"):
            ax.barh(at, 100 * row["share"], 0.78, left=left, color=colours[row["source"]], lw=0)
            left += 100 * row["share"]
    named = parts.drop_duplicates(["most_of", "rank"])
    at = ROOM * named["most_of"].map(order) + named["rank"] + 0.5
    names = apart(list(named["gene"].astype(str)), lambda name: short(name, NAME))
    for y, name in zip(at, names, strict=True):
        ax.text(-1.5, y, name, ha="right", va="center", fontsize=pt(6), fontstyle="italic")
    ax.tick_params(axis="y", length=0, labelleft=False)
    ax.spines["left"].set_visible(False)


def _middle(order: float) -> float:
    return ROOM * order + 1.5


def _percent(share: float) -> str:
    return f"{100 * share:.1f}%" if share < 0.1 else f"{100 * share:.0f}%"
