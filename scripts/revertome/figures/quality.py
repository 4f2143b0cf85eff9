"""Relative log expression of every sample, expressed sex and identity of pairs."""

from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from revertome.figures.fitted import columns, cut
from revertome.figures.labels import spread
from revertome.figures.style import (
    DOUBLE,
    INK,
    MM,
    QUIET,
    canvas,
    dot,
    panel,
    pt,
    rows,
    styled,
)
from revertome.figures.visit_colours import OTHER, keys, kinds, legend_of

NAMES = 56  # samples whose names stand side by side
SEX = {"female": "#CC79A7", "male": "#56B4E9"}
MARK = "#C1121F"  # a sample in doubt


@styled
def draw(table: pd.DataFrame) -> Figure:
    """Draw the quality panel."""
    sexed, matched = rows(table, "sex"), rows(table, "match")
    below = [name for name, part in (("sex", sexed), ("match", matched)) if len(part)]
    fig = canvas(DOUBLE, (128 if below else 66) * MM)
    grid = fig.add_gridspec(2 if below else 1, 2, height_ratios=(1, 1.15) if below else (1,))
    top = fig.add_subplot(grid[0, :])
    _spread(top, rows(table, "sample"), rows(table, "design"))
    panel(top, "A" if below else "", "Relative log expression")
    for place, (letter, name) in enumerate(zip("BC", below, strict=False)):
        ax = fig.add_subplot(grid[1, place] if len(below) > 1 else grid[1, :])
        if name == "sex":
            panel(ax, letter, "Expressed sex")
            _sex(ax, sexed)
        else:
            panel(ax, letter, "Identity of pairs")
            rule = rows(table, "rule").iloc[0].to_dict()
            _match(ax, matched, rows(table, "design"), rule)
    return fig


def _spread(ax: Axes, samples: pd.DataFrame, design: pd.DataFrame) -> None:
    shown = kinds(design)
    key = keys(samples, shown)
    colour = key.map({name: kind.colour for name, kind in shown.items()})
    thick = float(np.clip(250 / len(samples), 0.6, 4))
    x = samples["order"]
    ax.axhline(0, color=INK, lw=0.5, zorder=0)
    ax.vlines(x, samples["low"], samples["high"], colors=colour, lw=min(0.7, thick / 2))
    ax.vlines(x, samples["q25"], samples["q75"], colors=colour, lw=thick)
    ax.scatter(x, samples["median"], s=min(5, 2 * thick), c="white", ec=INK, lw=0.3, zorder=3)
    flagged = samples[samples["flag"] == "flag"] if "flag" in samples else samples.head(0)
    ax.scatter(flagged["order"], flagged["high"], marker="v", s=9, c=MARK, lw=0, zorder=4)
    ax.set(xlim=(-1, len(samples)), ylabel="log2 difference\nfrom median sample")
    _names(ax, samples if len(samples) <= NAMES else flagged.head(NAMES), len(samples))
    handles = legend_of(key, shown, "s", room=80)
    if len(flagged):
        handles.append(dot(MARK, f"flagged ({len(flagged)})", "v"))
    across = columns([str(each.get_label()) for each in handles], pt(400), most=7)
    ax.legend(handles=handles, loc="lower right", bbox_to_anchor=(1, 1.0), ncols=across,
              columnspacing=1, borderaxespad=0.1)  # fmt: skip


def _names(ax: Axes, named: pd.DataFrame, n: int) -> None:
    """Name samples under the axis, side by side, each tied to its place."""
    ax.set_xticks(list(named["order"]), [""] * len(named))
    gap = (n + 1) / (NAMES + 2)
    places = spread(named["order"].to_numpy(float), gap, -1 + gap / 2, n - gap / 2)
    low = ax.get_xaxis_transform()
    for row, x in zip(named.to_dict("records"), places, strict=True):
        ax.plot([row["order"], x], [-0.025, -0.075], color=QUIET, lw=0.4, transform=low,
                clip_on=False)  # fmt: skip
        ax.text(x, -0.09, cut(str(row["sample"]), pt(58), 6), rotation=90, ha="center", va="top",
                fontsize=pt(6), transform=low)  # fmt: skip


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


def _match(ax: Axes, samples: pd.DataFrame, design: pd.DataFrame, rule: dict[str, float]) -> None:
    shown = kinds(design)
    key = keys(samples, shown)
    ends = samples[["match_own", "match_other"]].to_numpy()
    low, high = ends.min(axis=0), ends.max(axis=0)
    room = np.maximum(0.06 * (high - low), 1.0)
    (left, bottom), (right, top) = low - room, high + room
    # The rule of doubt is always in the picture, whether a sample meets it or not.
    left, top = min(left, rule["match_own"] - 3), max(top, rule["match_other"] + 3)
    doubt: dict[str, Any] = {"color": MARK, "alpha": 0.1, "lw": 0, "zorder": 0}
    edge = min(left, rule["unlike"])
    strip, above = rule["unlike"], rule["match_other"]
    ax.fill_between([max(left, strip), rule["match_own"]], above, top, **doubt)
    ax.fill_between([edge, strip], bottom, top, **doubt)
    ax.axvline(rule["match_own"], color=QUIET, lw=0.5, ls=(0, (4, 3)), zorder=0)
    colour = key.map({name: kind.colour for name, kind in shown.items()})
    ax.scatter(samples["match_own"], samples["match_other"], s=12, c=colour, ec="white", lw=0.3)
    ax.set(xlim=(left, right), ylim=(bottom, top))
    doubtful = samples[samples["doubtful"].astype(bool)]
    _ring(ax, doubtful, "match_own", "match_other")
    ax.set_xlabel("Log odds: of its own patient")
    ax.set_ylabel("Log odds: of the best other patient")


def _ring(ax: Axes, samples: pd.DataFrame, x: str, y: str) -> None:
    """Ring the samples in doubt and name the first of them."""
    ax.scatter(samples[x], samples[y], s=34, fc="none", ec=MARK, lw=0.8, zorder=4)
    named = samples.head(6).sort_values([y, "sample"])
    low, high = ax.get_ylim()
    gap = 0.06 * (high - low)
    middle = sum(ax.get_xlim()) / 2
    heights = spread(named[y].to_numpy(), gap, low + gap / 2, high - gap)
    for row, height in zip(named.to_dict("records"), heights, strict=True):
        ax.annotate(
            cut(str(row["sample"]), pt(70), 6),
            (row[x], height),
            (5, 3) if row[x] < middle else (-5, 3),
            textcoords="offset points",
            ha="left" if row[x] < middle else "right",
            fontsize=pt(6),
        )
