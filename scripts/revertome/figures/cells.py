"""Cell content by visit, arm and response against the healthy band: a panel for each type."""

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
from revertome.figures.course import styles_of
from revertome.figures.fitted import apart, columns, cut, wide
from revertome.figures.strands import sway
from revertome.figures.style import (
    CLASS,
    DOUBLE,
    MM,
    POINT_CLOUD,
    QUIET,
    ROLE,
    canvas,
    pt,
    rows,
    styled,
)
from revertome.gene_classes import NOTHING_SHOWN, UNCLAIMED

ACROSS = 3
WIDE = 6  # places and groups from which a panel takes more of the width
PAGE = 240  # mm
SPREAD = 0.72  # of the room of a visit, for its groups


@styled
def draw(table: pd.DataFrame) -> Figure:
    """Draw the cell content."""
    panels = rows(table, "panel").sort_values("panel")
    visits = rows(table, "visit").sort_values("x")
    groups = styles_of(rows(table, "group").sort_values("group"))
    parts = {name: rows(table, name) for name in ("point", "mean", "healthy")}
    across = min(len(panels), 2 if len(visits) * len(groups) > WIDE else ACROSS)
    down = math.ceil(len(panels) / across)
    healthy = bool(len(parts["healthy"]))
    names = ([naming.group("healthy")] if healthy else []) + list(visits["text"].astype(str))
    words = apart(names, pt(60))
    turned = max(map(wide, words)) * len(words) > 430 / across
    below = max(map(wide, words)) / 72 / MM if turned else 0
    fig = canvas(DOUBLE, min((46 + below) * down + 12, PAGE) * MM)
    axes = fig.subplots(down, across, squeeze=False).ravel()
    for place, (ax, row) in enumerate(zip(axes, panels.to_dict("records"), strict=False)):
        own = {name: each[each["panel"] == row["panel"]] for name, each in parts.items()
               if len(each)}  # fmt: skip
        _panel(ax, own, groups, row, len(parts["point"]) > POINT_CLOUD)
        ticks = [0.0] * healthy + visits["x"].to_list()
        ax.set_xticks(ticks, words, rotation=90 if turned else 0)
        ax.set_xlim(-0.6 if healthy else 0.4, visits["x"].max() + 0.6)
        _title(ax, row, pt(440 / across))
        if place % across == 0:
            ax.set_ylabel("Percent of white cells")
    for ax in axes[len(panels) :]:
        ax.set_axis_off()
    fig.set_layout_engine("constrained", hspace=0.06)
    handles = _key(groups, healthy)
    n = columns([str(each.get_label()) for each in handles], pt(500), most=5)
    fig.legend(handles=handles, loc="outside upper center", ncols=n)
    return fig


def _key(groups: Mapping[int, Mapping[str, Any]], healthy: bool) -> list[Any]:
    found: list[Any] = [
        Line2D([], [], color=each["colour"], ls=each["dash"], lw=1.1, marker="o", ms=3.5,
               mfc=_face(each), label=cut(str(each["words"]), pt(200)))
        for each in groups.values()
    ]  # fmt: skip
    if healthy:
        words = f"{naming.group('healthy')}, mean ± 2 SD"
        found.append(Patch(color=ROLE["healthy"], alpha=0.2, lw=0, label=cut(words, pt(200))))
    return found


def _face(group: Mapping[str, Any]) -> Any:
    """Means of groups whose line is dashed are open, so that they are told apart in grey too."""
    return group["colour"] if group["dash"] == "solid" else "white"


def _panel(
    ax: Axes,
    own: Mapping[str, pd.DataFrame],
    groups: Mapping[int, Mapping[str, Any]],
    panel: Mapping[Any, Any],
    large: bool,
) -> None:
    middle, sd = panel.get("healthy_mean", np.nan), panel.get("healthy_sd", np.nan)
    points, means = own["point"], own["mean"]
    inside = [points["value"].to_numpy(float), means["mean"].to_numpy(float)]
    if "healthy" in own:
        inside.append(own["healthy"]["value"].to_numpy(float))
        _dots(ax, own["healthy"], 0.0, SPREAD, ROLE["healthy"], large)
    if np.isfinite(middle):
        ax.axhline(middle, color=ROLE["healthy"], lw=0.6, zorder=0)
    if np.isfinite(middle) and np.isfinite(sd):
        inside.append(np.array([middle - 2 * sd, middle + 2 * sd]))
        ax.axhspan(*inside[-1], color=ROLE["healthy"], alpha=0.14, lw=0, zorder=0)
    room = SPREAD / len(groups)
    for turn, (key, group) in enumerate(groups.items()):
        aside = (turn - (len(groups) - 1) / 2) * room
        _dots(ax, points[points["group"] == key], aside, room, group["colour"], large)
        mine = means.reindex(columns=["group", "x", "mean", "CI.L", "CI.R"])
        mine = mine[mine["group"] == key].sort_values("x")
        x = mine["x"] + aside
        ax.plot(x, mine["mean"], color=group["colour"], ls=group["dash"], lw=0.8, zorder=3)
        ax.vlines(x, mine["CI.L"], mine["CI.R"], color=group["colour"], lw=1.1, zorder=4)
        ax.scatter(x, mine["mean"], s=14, fc=_face(group), ec=group["colour"], lw=0.9, zorder=5)
    every = np.concatenate(inside)
    low, high = max(float(np.nanmin(every)), 0.0), float(np.nanmax(every))
    edge = 0.04 * (high - low or 1)
    # An interval of few patients may reach far beyond what was measured: it is cut.
    ax.set_ylim(max(low - edge, -edge), high + edge)


def _dots(
    ax: Axes, points: pd.DataFrame, aside: float, room: float, colour: str, large: bool
) -> None:
    """Dots of people, neighbours in value side by side."""
    for x, mine in points.groupby("x"):
        values = np.sort(mine["value"].to_numpy(float))
        ax.scatter(
            float(str(x)) + aside + 0.7 * room * sway(len(values)), values, s=4, c=colour, lw=0,
            alpha=float(np.clip(15 / len(values), 0.2, 0.45)), rasterized=large, zorder=2,
        )  # fmt: skip


def _title(ax: Axes, panel: Mapping[Any, Any], room: float) -> None:
    """Name the type, where its numbers are from, and its class."""
    ax.set_title(cut(f"{panel['text']}, {panel['source']}", room, 7), fontsize=pt(7), pad=10.5)
    if isinstance(name := panel.get("class"), str):
        colour = QUIET if name in UNCLAIMED else CLASS[name]
        ax.text(0.5, 1.015, NOTHING_SHOWN.get(name, name), transform=ax.transAxes, ha="center",
                va="bottom", fontsize=pt(6), color=colour)  # fmt: skip
