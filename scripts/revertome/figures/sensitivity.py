"""UpSet plot of each set under several analyses, and agreement without each patient."""

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from revertome.figures.labels import short, shorts
from revertome.figures.strands import strands
from revertome.figures.style import (
    CLASS,
    DOUBLE,
    INK,
    MM,
    QUIET,
    canvas,
    panel,
    pt,
    rows,
    say,
    styled,
)

EMPTY = "#DDDDDD"


@styled
def draw(table: pd.DataFrame) -> Figure:
    """Draw the sensitivity of both sets."""
    analyses, bars = rows(table, "analysis"), rows(table, "intersection")
    members, patients = rows(table, "member"), rows(table, "patient")
    names = list(dict.fromkeys(analyses["set"]))
    most = int(analyses.groupby("set").size().max())
    fig = canvas(DOUBLE, (53 + 4.5 * most) * MM)
    grid = fig.add_gridspec(3, len(names), height_ratios=(26, 4.5 * most, 9))
    for i, name in enumerate(names):
        top, dots, strip = (fig.add_subplot(grid[j, i]) for j in range(3))
        mine = analyses[analyses["set"] == name].sort_values("order")
        panel(top, "AB"[i] if len(names) > 1 else "", name.capitalize(), CLASS[name])
        found = bars[bars["set"] == name]
        _bars(top, found, CLASS[name])
        _matrix(dots, mine, found, members[members["set"] == name])
        left_out = patients[patients["set"] == name] if len(patients) else patients
        _strip(strip, left_out, CLASS[name])
    return fig


def _bars(ax: Axes, bars: pd.DataFrame, colour: str) -> None:
    ax.bar(bars["intersection"], bars["n_genes"], 0.66, color=colour)
    for row in bars.to_dict("records"):
        text, place = f"{row['n_genes']:,}", (row["intersection"], row["n_genes"])
        ax.annotate(text, place, (0, 1.5), textcoords="offset points", ha="center", fontsize=pt(6))
    ax.set(xlim=(-0.6, max(4, len(bars)) - 0.4), xticks=[], ylabel="Genes")
    ax.margins(y=0.15)
    ax.spines["bottom"].set_visible(False)


def _matrix(ax: Axes, analyses: pd.DataFrame, bars: pd.DataFrame, members: pd.DataFrame) -> None:
    at = analyses.set_index("analysis")["order"]
    mine = members[members["intersection"].isin(bars["intersection"])]
    x, y = mine["intersection"], mine["analysis"].map(at)
    across, down = np.meshgrid(bars["intersection"], at)
    ax.scatter(across, down, s=14, color=EMPTY, lw=0)
    ends = y.groupby(x).agg(["min", "max"])
    lines = np.stack(np.broadcast_arrays(ends.index.to_numpy()[:, None], ends), axis=-1)
    strands(ax, lines, INK, 1.1, zorder=2)
    ax.scatter(x, y, s=14, color=INK, lw=0, zorder=3)
    for row in analyses.to_dict("records"):
        ax.text(
            1.01,
            row["order"],
            f"{row['n_genes']:,}",
            transform=ax.get_yaxis_transform(),
            va="center",
            fontsize=pt(6),
            color=QUIET,
        )
    ax.set_yticks(at.to_numpy(), shorts([str(name) for name in at.index], 30))
    ax.set(xlim=(-0.6, max(4, len(bars)) - 0.4), ylim=(len(at) - 0.4, -0.6), xticks=[])
    ax.tick_params(length=0)
    ax.spines[:].set_visible(False)


def _strip(ax: Axes, patients: pd.DataFrame, colour: str) -> None:
    if patients.empty:
        say(ax, "No analysis leaves a patient out.", 60)
        return
    ax.vlines(patients["jaccard"], 0, 1, color=colour, lw=0.9, alpha=0.7)
    worst = patients.sort_values(["jaccard", "patient"]).iloc[0]
    right = worst["jaccard"] > 0.6
    # Above the strip, clear of the other lines.
    ax.annotate(
        f"least: {worst['jaccard']:.2f}, without {short(str(worst['patient']), 24)}",
        (worst["jaccard"], 1),
        (2 if right else -2, 1.5),
        textcoords="offset points",
        ha="right" if right else "left",
        fontsize=pt(6),
    )
    ax.set(xlim=(0, 1.01), ylim=(0, 1), yticks=[])
    ax.spines["left"].set_visible(False)
    ax.set_xlabel("Jaccard index with the set as run,\nleaving out one person")
