"""Genes that each set keeps, against how much the absent patients changed."""

from collections.abc import Hashable
from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from revertome import naming
from revertome.figures.labels import shorts
from revertome.figures.style import (
    CLASS,
    DOUBLE,
    MM,
    QUIET,
    canvas,
    legend,
    panel,
    pt,
    rows,
    say,
    styled,
)

FAINTEST = 0.3  # less than the opacity of the first of several visits; the last has 1
LISTED = 6  # lines named
CLAIMED = ("reverted", "induced")
BEYOND = ("reverted_beyond_control", "induced_beyond_control")


@styled
def draw(table: pd.DataFrame) -> Figure:
    """Draw a panel for each set with a line for each visit."""
    kept, sets = rows(table, "kept"), rows(table, "set")
    # A pair of sets of which neither rests on absent patients has no panels.
    pairs = [pair for pair in (CLAIMED, BEYOND) if sets["set"].isin(pair).any()]
    names = [name for pair in pairs for name in pair]
    fig = canvas(DOUBLE, 29 * len(names) * MM)
    axes = fig.subplots(len(names) // 2, 2, squeeze=False)
    for ax, letter, name in zip(axes.flat, "ABCD", names, strict=False):
        words, colour = name.replace("_", " "), CLASS[name.partition("_")[0]]
        panel(ax, letter, words.capitalize(), colour)
        mine = sets[sets["set"] == name]
        if mine.empty:
            say(ax, f"No gene {words} rests on patients who are absent.")
            continue
        _lines(ax, kept[kept["set"] == name], mine, colour)
    for ax in axes[:, 0]:
        ax.set_ylabel("Genes kept")
    return fig


def _lines(ax: Axes, kept: pd.DataFrame, sets: pd.DataFrame, colour: str) -> None:
    handles, names = [], shorts([_named(row) for row in sets.to_dict("records")], 24)
    for name, row in zip(names, sets.to_dict("records"), strict=True):
        line = kept[kept["visit"].eq(row["visit"]) & kept["group"].eq(row["group"])]
        opacity = FAINTEST + (1 - FAINTEST) * (row["order"] + 1) / len(sets)
        (drawn,) = ax.plot(line["percent"], line["n_kept"], color=colour, lw=1.4, alpha=opacity)
        words, x = "more than half kept throughout", row.get("percent")
        if pd.notna(x):
            at = line.loc[line["percent"] == x, "n_kept"].iloc[0]
            ax.plot([x], [at], "o", ms=3.5, color=colour, alpha=opacity)
            words = f"half kept to {x:.0f}%".replace("-", "−")
        drawn.set_label(f"{name}: {words}")
        handles.append(drawn)
    behind = {"frameon": True, "facecolor": "white", "edgecolor": "none", "framealpha": 1.0}
    legend(ax, handles[-LISTED:], loc="upper right", fontsize=pt(6.5), **behind)
    ax.axvline(0, color=QUIET, lw=0.6, ls=(0, (4, 3)))
    ax.set(xlim=(100, -100), xlabel="Change of the absent, % of that of those present")
    ax.set_ylim(0, 1.25 * float(sets["n_genes"].max()))


def _named(row: dict[Hashable, Any]) -> str:
    """Name of a line: its visit, and of a set beyond control its arm."""
    arm = f", {naming.arm(row['arm'])}" if row["set"] in BEYOND else ""
    return naming.visit(row["visit"]) + arm
