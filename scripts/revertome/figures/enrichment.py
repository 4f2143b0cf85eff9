"""Running sums of modules along contrasts, with the places of their genes: a panel a module."""

import math
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import MaxNLocator

from revertome import naming
from revertome.figures.fitted import apart, columns, cut
from revertome.figures.style import (
    DOUBLE,
    INK,
    MM,
    POINT_CLOUD,
    QUIET,
    canvas,
    pt,
    rows,
    styled,
)

ACROSS = 3
# Colours of neither visits nor groups; told apart without colour by their dashes.
LINES = ((INK, "solid"), ("#AA3377", (0, (5, 1.2))), ("#228833", (0, (1, 0.9))),
         ("#B59A00", (0, (5, 1, 1, 1))))  # fmt: skip
STRIP = 0.085  # of the height of the curves, for the genes in one contrast


@styled
def draw(table: pd.DataFrame) -> Figure:
    """Draw the running sums."""
    panels = rows(table, "panel").sort_values("panel")
    lines = rows(table, "line").sort_values("line")
    corners, scores = rows(table, "corner"), rows(table, "score")
    alpha = rows(table, "study")["alpha"].iloc[0]
    across = min(ACROSS, len(panels))
    down = math.ceil(len(panels) / across)
    fig = canvas(DOUBLE, (49 * down + 16) * MM)
    axes = fig.subplots(down, across, squeeze=False, sharex=True, sharey=True).ravel()
    low, high = min(corners["sum"].min(), 0.0), max(corners["sum"].max(), 0.0)
    heads = apart([naming.module(name) for name in panels["module"]], pt(410 / across))
    for ax, row, head in zip(axes, panels.to_dict("records"), heads, strict=False):
        mine, own = (each[each["panel"] == row["panel"]] for each in (corners, scores))
        _panel(ax, mine, low, high, len(corners) > POINT_CLOUD)
        _scores(ax, own, low, high - low, alpha)
        ax.set_title(f"{head} ({row['n_found']:,} genes)", fontsize=pt(7))
    for ax in axes[len(panels) :]:
        ax.set_axis_off()
    _limits(axes[0], len(lines), low, high, float(corners["passed"].max()))
    fig.supxlabel("Genes, from the most raised to the most lowered", fontsize=pt(7))
    fig.supylabel("Running sum", fontsize=pt(7))
    handles = _key(lines)
    n = columns([str(each.get_label()) for each in handles], pt(500), most=4)
    fig.legend(handles=handles, loc="outside upper center", ncols=n)
    return fig


def _panel(ax: Axes, corners: pd.DataFrame, low: float, high: float, large: bool) -> None:
    ax.axhline(0, color="#999999", lw=0.6, zorder=0)
    for key, mine in corners.groupby("line"):
        line = int(str(key))
        colour, dash = LINES[line]
        style: dict[str, Any] = {"color": colour, "clip_on": False}
        ax.plot(mine["passed"], mine["sum"], ls=dash, lw=1, rasterized=large, **style)
        hits = mine.loc[mine["gene"].notna(), "passed"].to_numpy(float) - 0.5
        middle, half = _strip(line, low, high - low)
        ends = np.tile([middle - half, middle + half, np.nan], len(hits))
        style |= {"lw": 0.5, "solid_capstyle": "butt", "rasterized": True, "zorder": 1}
        ax.plot(np.repeat(hits, 3), ends, **style)


def _strip(line: int, low: float, span: float) -> tuple[float, float]:
    """Middle of the strip of a line, and half of its height."""
    return low - STRIP * span * (line + 1), 0.38 * STRIP * span


def _scores(ax: Axes, scores: pd.DataFrame, low: float, span: float, alpha: float) -> None:
    """Write the NES of each line beside its strip."""
    place: dict[str, Any] = {"transform": ax.get_yaxis_transform(), "va": "center",
                             "fontsize": pt(6), "clip_on": False}  # fmt: skip
    told = scores.reindex(columns=["line", "NES", "adj.P.own"])
    for row in told.to_dict("records"):
        sure = row["adj.P.own"] < alpha
        words = f"{row['NES']:.1f}".replace("-", "−")
        ax.text(1.02, _strip(row["line"], low, span)[0], words, color=LINES[row["line"]][0],
                weight="bold" if sure else "normal", **place)  # fmt: skip
    ax.text(1.02, _strip(-1, low, span)[0], "NES", color=QUIET, **place)


def _limits(ax: Axes, n: int, low: float, high: float, genes: float) -> None:
    """Axes of all panels: sums above the strips."""
    span = high - low
    ax.set(xlim=(0, genes), ylim=(low - STRIP * span * (n + 0.6), high + 0.04 * span))
    ax.xaxis.set_major_locator(MaxNLocator(3))
    ax.set_yticks([tick for tick in MaxNLocator(5).tick_values(low, high) if low <= tick <= high])


def _key(lines: pd.DataFrame) -> list[Line2D]:
    words = apart([naming.contrast(name) for name in lines["contrast"]], pt(230))
    return [
        Line2D([], [], color=colour, ls=dash, lw=1.2, label=cut(text, pt(230)))
        for (colour, dash), text in zip(LINES, words, strict=False)
    ]
