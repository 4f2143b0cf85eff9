"""Relative log expression of every sample, expressed sex and identity of pairs."""

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from revertome.figures.labels import spread
from revertome.figures.style import (
    DOUBLE,
    INK,
    MM,
    QUIET,
    ROLE,
    canvas,
    dot,
    legend,
    panel,
    pt,
    rows,
    say,
    styled,
)

OTHER = "#AAAAAA"
SEX = {"female": "#CC79A7", "male": "#56B4E9"}
MARK = "#C1121F"  # a sample in doubt


@styled
def draw(table: pd.DataFrame) -> Figure:
    """Draw the quality panel."""
    fig = canvas(DOUBLE, 112 * MM)
    grid = fig.add_gridspec(2, 2, height_ratios=(1, 1.15))
    top = fig.add_subplot(grid[0, :])
    _spread(top, rows(table, "sample"), rows(table, "design"))
    panel(top, "A", "Relative log expression")
    left, right = fig.add_subplot(grid[1, 0]), fig.add_subplot(grid[1, 1])
    panel(left, "B", "Expressed sex")
    panel(right, "C", "Identity of pairs")
    sexed, matched = rows(table, "sex"), rows(table, "match")
    if sexed.empty:
        say(left, "XIST or the genes of the Y chromosome are not measured.")
    else:
        _sex(left, sexed)
    if matched.empty:
        say(right, "Too few patients have two samples to tell people apart.")
    else:
        _match(right, matched)
    return fig


def _spread(ax: Axes, samples: pd.DataFrame, design: pd.DataFrame) -> None:
    colours = {**ROLE, "other": OTHER}
    colour = samples["role"].map(colours)
    thick = float(np.clip(250 / len(samples), 0.6, 4))
    x = samples["order"]
    ax.axhline(0, color=INK, lw=0.5, zorder=0)
    ax.vlines(x, samples["low"], samples["high"], colors=colour, lw=min(0.7, thick / 2))
    ax.vlines(x, samples["q25"], samples["q75"], colors=colour, lw=thick)
    ax.scatter(x, samples["median"], s=min(5, 2 * thick), c="white", ec=INK, lw=0.3, zorder=3)
    flagged = samples[samples["flag"] == "flag"] if "flag" in samples else samples.head(0)
    ax.scatter(flagged["order"], flagged["high"], marker="v", s=9, c=MARK, lw=0, zorder=4)
    ax.set(xlim=(-1, len(samples)), xticks=[], ylabel="log2 difference\nfrom median sample")
    names = {"healthy": "healthy", "other": "other visit"}
    names |= dict(zip(design["role"], design["visit"], strict=True))
    n = samples["role"].value_counts()
    handles = [
        dot(colours[role], f"{names[role]} ({n[role]})", "s") for role in colours if role in n
    ]
    if len(flagged):
        handles.append(dot(MARK, f"flagged ({len(flagged)})", "v"))
    legend(ax, handles, loc="upper left", bbox_to_anchor=(0, -0.02), ncols=5, columnspacing=1)


def _sex(ax: Axes, samples: pd.DataFrame) -> None:
    recorded = (
        samples["recorded_sex"] if "recorded_sex" in samples else pd.Series("", samples.index)
    )
    for name, colour in (*SEX.items(), ("not recorded", OTHER)):
        mine = samples[recorded == name if name in SEX else ~recorded.isin([*SEX])]
        label = f"{name} ({len(mine)})"
        if len(mine):
            ax.scatter(
                mine["xist"], mine["y_genes"], s=12, c=colour, ec="white", lw=0.3, label=label
            )
    _ring(ax, samples[~samples["agrees"].astype(bool)], "xist", "y_genes")
    ax.set(xlabel="XIST (log2)", ylabel="Genes of the Y chromosome, mean (log2)")
    ax.legend(title="sex in the sheet", title_fontsize=pt(6.5), loc="best", labelspacing=0.35)


def _match(ax: Axes, samples: pd.DataFrame) -> None:
    ends = samples[["match_own", "match_other"]].to_numpy()
    low, high = float(ends.min()), float(ends.max())
    room = 0.06 * (high - low or 1.0)
    line = [low - room, high + room]
    ax.plot(line, line, color=QUIET, lw=0.6, ls=(0, (4, 3)), zorder=0)
    for role, colour in {**ROLE, "other": OTHER}.items():
        mine = samples[samples["role"] == role]
        ax.scatter(mine["match_own"], mine["match_other"], s=12, c=colour, ec="white", lw=0.3)
    ax.set(xlim=line, ylim=line)
    doubtful = samples[samples["doubtful"].astype(bool)]
    _ring(ax, doubtful, "match_own", "match_other")
    ax.set_xlabel("Evidence for its own patient (log odds)")
    ax.set_ylabel("For the best other patient (log odds)")
    above = "another patient's\nmatches better"
    ax.text(0.03, 0.97, above, transform=ax.transAxes, va="top", fontsize=pt(6), color=QUIET)


def _ring(ax: Axes, samples: pd.DataFrame, x: str, y: str) -> None:
    """Ring the samples in doubt and name the first of them."""
    ax.scatter(samples[x], samples[y], s=34, fc="none", ec=MARK, lw=0.8, zorder=4)
    named = samples.head(6).sort_values([y, "sample"])
    low, high = ax.get_ylim()
    gap = 0.06 * (high - low)
    heights = spread(named[y].to_numpy(), gap, low + gap / 2, high - gap)
    for row, height in zip(named.to_dict("records"), heights, strict=True):
        ax.annotate(
            row["sample"], (row[x], height), (4, 3), textcoords="offset points", fontsize=pt(6)
        )
