"""Associations patient by patient: points with the line of ranks, or boxes of two groups."""

import math
from collections.abc import Hashable, Mapping
from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from revertome import naming
from revertome.figures.fitted import apart, columns, cut, lines, p_words
from revertome.figures.strands import sway
from revertome.figures.style import (
    DOUBLE,
    INK,
    LABEL,
    MM,
    POINT_CLOUD,
    canvas,
    dot,
    pt,
    rows,
    styled,
)
from revertome.small_cells import size

ACROSS = 4
HEAD, ROOM = 116, 90  # points for the name of a panel, and for words beside its axes
BEFORE = 26  # points, of a name before the edge of its panel
HALF = 0.3  # of the width of a group, for its box
FEW = 60  # patients whose dots have edges; more of them show through each other
GROUPS = ("nonresponder", "responder")


@styled
def draw(table: pd.DataFrame) -> Figure:
    """Draw the associations."""
    panels = rows(table, "panel").sort_values("panel")
    parts = {name: rows(table, name) for name in ("point", "line", "box")}
    across = min(ACROSS, max(2, len(panels)))
    down = math.ceil(len(panels) / across)
    fig = canvas(DOUBLE, (57 * down + 7) * MM)
    axes = fig.subplots(down, across, squeeze=False).ravel()
    heads = apart(list(panels["text"].astype(str)), pt(HEAD), 7)
    for ax, row, head in zip(axes, panels.to_dict("records"), heads, strict=False):
        own = {name: each[each["panel"] == row["panel"]] for name, each in parts.items()
               if len(each)}  # fmt: skip
        large = len(parts["point"]) > POINT_CLOUD
        if isinstance(row.get("variable"), str):
            _scatter(ax, own["point"], own["line"], large)
            ax.set_xlabel("\n".join(lines(str(row["xlabel"]), pt(ROOM), most=3)))
        else:
            _groups(ax, own["point"], own["box"], large)
        ax.set_ylabel("\n".join(lines(str(row["ylabel"]), pt(ROOM), most=2)))
        _head(ax, head, _numbers(row))
        ax.locator_params(axis="y", nbins=5)
    for ax in axes[len(panels) :]:
        ax.set_axis_off()
    fig.set_layout_engine("constrained", hspace=0.06, wspace=0.03)
    shown = [name for name in LABEL if (parts["point"]["label"] == name).any()]
    key = [dot(LABEL[name], cut(naming.group(_many(name)), pt(220))) for name in shown]
    n = columns([str(each.get_label()) for each in key], pt(500), most=4)
    fig.legend(handles=key, loc="outside lower center", ncols=n)
    return fig


def _head(ax: Axes, name: str, numbers: str) -> None:
    """Name a panel from above its ticks on, with the numbers of the test under the name."""
    place: dict[str, Any] = {"xycoords": "axes fraction", "textcoords": "offset points"}
    ax.annotate(numbers, (0, 1), (-BEFORE, 3), fontsize=pt(6), linespacing=1.25, **place)
    ax.annotate(name, (0, 1), (-BEFORE, 4 + 2 * 1.3 * pt(6)), **place)


def _many(label: str) -> str:
    """Name of the group whose members have a label."""
    return f"{label}s" if label in GROUPS else label


def _numbers(row: Mapping[Hashable, Any]) -> str:
    """Estimate, interval, p and number of patients, on two lines."""
    numbers = (f"{row[name]:.2f}".replace("-", "−") for name in ("estimate", "CI.L", "CI.R"))
    estimate, low, high = numbers
    return (
        f"{row['scale']} = {estimate} ({low} to {high}), n = {size(row['n'])}\n"
        f"p {p_words(row['P.Value'])}, adjusted p {p_words(row['adj.P.Val'])}"
    )


def _scatter(ax: Axes, points: pd.DataFrame, line: pd.DataFrame, large: bool) -> None:
    ax.fill_between(line["x"], line["low"], line["high"], color="#E4E4E4", lw=0, zorder=0)
    ax.plot(line["x"], line["y"], color=INK, lw=0.9, zorder=3)
    for label in LABEL:
        own = points[points["label"] == label]
        ax.scatter(own["x"], own["y"], rasterized=large, **_style(label, len(points)))
    ax.locator_params(axis="x", nbins=4)


def _groups(ax: Axes, points: pd.DataFrame, boxes: pd.DataFrame, large: bool) -> None:
    names = apart([naming.group(_many(label)) for label in GROUPS], pt(ROOM / 2), 6)
    for x, label in enumerate(GROUPS):
        own = points[points["label"] == label].sort_values(["y", "patient"])
        at = x + 1.5 * HALF * sway(len(own))
        ax.scatter(at, own["y"], rasterized=large, **_style(label, len(points)))
        for box in boxes[boxes["label"] == label].to_dict("records"):
            ends = [x - HALF, x + HALF]
            ax.fill_between(ends, box["q25"], box["q75"], color="#E4E4E4", lw=0, zorder=0)
            ax.plot(ends, [box["median"]] * 2, color=INK, lw=1.1, zorder=3)
    ax.set_xticks(range(len(GROUPS)), names, fontsize=pt(6))
    ax.set_xlim(-0.5, len(GROUPS) - 0.5)
    ax.tick_params(axis="x", length=0)


def _style(label: str, n: int) -> dict[str, Any]:
    many: dict[str, Any] = {"s": 7, "lw": 0, "alpha": 0.5}
    few: dict[str, Any] = {"s": 13, "lw": 0.3, "ec": "white"}
    return {"c": LABEL[label], "zorder": 2} | (few if n < FEW else many)
