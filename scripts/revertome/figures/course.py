"""Courses over all visits: a panel for each module and gene."""

import math
from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from revertome import naming
from revertome.figures.fitted import apart, columns, cut, wide
from revertome.figures.strands import by_person, over, strands
from revertome.figures.style import (
    CLASS,
    DOUBLE,
    INK,
    LABEL,
    MM,
    POINT_CLOUD,
    QUIET,
    ROLE,
    arm_colours,
    canvas,
    pt,
    rows,
    styled,
)

ACROSS = 3
PAGE = 240  # mm
DASHED = (0, (3, 1.5))
NEAR = 0.09  # of the width: numbers nearer than this are left out
DODGE = 0.012  # of the width, between the intervals of two groups


@styled
def draw(table: pd.DataFrame) -> Figure:
    """Draw the courses."""
    panels = rows(table, "panel").sort_values("panel")
    visits, study = rows(table, "visit").sort_values("x"), rows(table, "study").iloc[0]
    groups = styles_of(rows(table, "group").sort_values("group"))
    points, means = rows(table, "point"), rows(table, "mean")
    timed = isinstance(study.get("unit"), str)
    down = math.ceil(len(panels) / ACROSS)
    below = 0 if timed else max(map(wide, _ticked(visits))) / 72 / MM
    fig = canvas(DOUBLE, min((43 + below) * down + 12, PAGE) * MM)
    axes = fig.subplots(down, ACROSS, squeeze=False).ravel()
    left = ""
    for place, (ax, row) in enumerate(zip(axes, panels.to_dict("records"), strict=False)):
        mine, lines = (each[each["panel"] == row["panel"]] for each in (points, means))
        places = visits["x"].to_numpy(float)
        _panel(ax, mine, lines, groups, row, places, len(points) > POINT_CLOUD)
        _ticks(ax, visits, timed)
        if "until" in study:
            ax.axvline(study["until"], color=QUIET, lw=0.7, ls=(0, (1, 2)), zorder=1)
        _title(ax, row)
        if place % ACROSS == 0 or row["kind"] != left:
            score = f"Score ({naming.method(study['method'])})"
            ax.set_ylabel("Expression (log2)" if row["kind"] == "gene" else score)
        left = row["kind"]
    for ax in axes[len(panels) :]:
        ax.set_axis_off()
    if timed:
        fig.supxlabel(str(study["unit"]), fontsize=pt(7))
    # The title of a panel stands clear of the ticks above it.
    fig.set_layout_engine("constrained", hspace=0.06)
    handles: list[Any] = [
        Line2D(
            [],
            [],
            color=group["colour"],
            ls=group["dash"],
            lw=1.4,
            label=cut(str(group["words"]), pt(200)),
        )
        for group in groups.values()
    ]
    if "healthy_mean" in panels:
        handles.append(Patch(color=ROLE["healthy"], alpha=0.2, lw=0, label="healthy, mean ± 2 SD"))
    across = columns([str(each.get_label()) for each in handles], pt(500), most=4)
    fig.legend(handles=handles, loc="outside upper center", ncols=across)
    return fig


def styles_of(groups: pd.DataFrame) -> dict[int, dict[str, Any]]:
    """Return the colour of each group: of its arm, else of its response; with both dashed lines."""
    by_arm = len(set(groups["arm"])) > 1
    arms = arm_colours(groups["arm"])
    found = {}
    for row in groups.to_dict("records"):
        colour = arms[row["arm"]] if by_arm else LABEL.get(row["label"], LABEL["treated"])
        dash = DASHED if by_arm and row["label"] == "nonresponder" else "solid"
        found[row["group"]] = {"colour": colour, "dash": dash, "words": row["words"]}
    return found


def _panel(
    ax: Axes,
    points: pd.DataFrame,
    means: pd.DataFrame,
    groups: Mapping[int, Mapping[str, Any]],
    panel: Mapping[Any, Any],
    places: np.ndarray,
    large: bool,
) -> None:
    middle, sd = panel.get("healthy_mean", np.nan), panel.get("healthy_sd", np.nan)
    means = means.reindex(columns=["group", "x", "mean", "CI.L", "CI.R"])
    inside = [points["value"].to_numpy(float), means["mean"].to_numpy(float)]
    if np.isfinite(middle) and np.isfinite(sd):
        low, high = middle - 2 * sd, middle + 2 * sd
        ax.axhspan(low, high, color=ROLE["healthy"], alpha=0.14, lw=0, zorder=0)
        ax.axhline(middle, color=ROLE["healthy"], lw=0.6, zorder=0)
        inside.append(np.array([low, high]))
    faint = float(np.clip(15 / max(points["patient"].nunique(), 1), 0.1, 0.45))
    for key, group in groups.items():
        mine = points[points["group"] == key]
        _people(ax, by_person(mine, "x", "value", places), places, group, faint, large)
    span = places[-1] - places[0]
    dots = []
    for turn, (key, group) in enumerate(groups.items()):
        mine = means[means["group"] == key].set_index("x").reindex(places)
        x = places + (turn - (len(groups) - 1) / 2) * DODGE * span
        ax.plot(x, mine["mean"], color=group["colour"], ls=group["dash"], lw=1.4, zorder=4)
        dots.append(mine.reset_index(drop=True).assign(x=x, colour=group["colour"]))
    shown = pd.concat(dots)
    ax.vlines(shown["x"], shown["CI.L"], shown["CI.R"], color=shown["colour"], lw=0.9, zorder=4)
    ax.scatter(shown["x"], shown["mean"], s=6, c=shown["colour"], lw=0, zorder=5)
    every = np.concatenate(inside)
    low, high = float(np.nanmin(every)), float(np.nanmax(every))
    edge = 0.04 * (high - low or 1)
    # An interval of few patients may reach far beyond what was measured: it is cut.
    ax.set_ylim(low - edge, high + edge)
    ax.set_xlim(places[0] - 0.04 * span, places[-1] + 0.04 * span)


def _people(
    ax: Axes,
    values: np.ndarray,
    places: np.ndarray,
    group: Mapping[str, Any],
    faint: float,
    large: bool,
) -> None:
    """Lines of the patients, broken where a visit is missing; a value alone is a dot."""
    known = np.isfinite(values)
    padded = np.pad(known, ((0, 0), (1, 1)))
    alone = known & ~padded[:, :-2] & ~padded[:, 2:]
    style: dict[str, Any] = {"alpha": faint, "zorder": 2, "rasterized": large}
    strands(ax, over(places, values), group["colour"], 0.5, **style)
    row, column = np.nonzero(alone)
    if len(row):
        style["alpha"] = min(1.0, 2 * faint)  # a lone dot is fainter than a line
        ax.scatter(places[column], values[row, column], s=4, c=group["colour"], lw=0, **style)


def _ticks(ax: Axes, visits: pd.DataFrame, timed: bool) -> None:
    x, words = visits["x"].to_numpy(float), _ticked(visits)
    if not timed:
        ax.set_xticks(x, words, rotation=90 if max(map(len, words)) * len(x) > 30 else 0)
        return
    kept = [0]
    for k in range(1, len(x) - 1):
        if min(x[k] - x[kept[-1]], x[-1] - x[k]) >= NEAR * (x[-1] - x[0]):
            kept.append(k)
    kept.append(len(x) - 1)
    ax.set_xticks(x[kept], [words[k] for k in kept])
    ax.set_xticks(x, minor=True)
    ax.tick_params(axis="x", which="minor", length=1.5, width=0.5, color=QUIET)


def _ticked(visits: pd.DataFrame) -> list[str]:
    return apart([str(tick) for tick in visits["tick"]], pt(50))


def _title(ax: Axes, panel: Mapping[Any, Any]) -> None:
    gene = panel["kind"] == "gene"
    style = "italic" if gene else "normal"
    item = str(panel["item"])
    name = cut(item if gene else naming.module(item), pt(138), 8)
    ax.set_title(name, fontsize=pt(8), fontstyle=style, pad=10.5)
    word = str(panel["note"]).partition(",")[0]
    colour = CLASS.get(word, INK) if gene else "#555555"
    ax.text(0.5, 1.015, panel["note"], transform=ax.transAxes, ha="center", va="bottom",
            fontsize=pt(6), color=colour)  # fmt: skip
