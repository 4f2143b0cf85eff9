"""Genes by two effects: two changes with the line of equal changes, or level and effect."""

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from revertome.figures.labels import filled, name_points
from revertome.figures.style import (
    INK,
    MM,
    POINT_CLOUD,
    QUIET,
    SINGLE,
    canvas,
    dot,
    named,
    rows,
    settle,
)
from revertome.figures.volcano import COLOUR

MARKS = {**COLOUR, "either": "#7F7F7F"}
LATER = ("none", "either", "down", "up")  # what is drawn over what


def draw(table: pd.DataFrame) -> Figure:
    """Draw one plane of genes with its key."""
    points, axes = rows(table, "point"), rows(table, "axes").iloc[0]
    diagonal = bool(axes["diagonal"])
    fig = canvas(SINGLE, 96 * MM)
    ax = fig.subplots()
    for mark in LATER:
        mine = points[points["mark"] == mark]
        big, many = 5 if mark in ("up", "down") else 2.5, len(points) > POINT_CLOUD
        ax.scatter(mine["x"], mine["y"], s=big, lw=0, c=MARKS[mark], rasterized=many)
    ax.axhline(0, color="#AAAAAA", lw=0.5, zorder=0)
    names = _limits(ax, points, diagonal)
    ax.set_xlabel(filled(str(axes["xlabel"]), 44))
    ax.set_ylabel(filled(str(axes["ylabel"]), 44))
    fig.legend(handles=_key(rows(table, "mark")), loc="outside lower center", ncols=1)
    settle(fig)
    name_points(ax, names)
    return fig


def _limits(ax: Axes, points: pd.DataFrame, diagonal: bool) -> pd.DataFrame:
    """Set the limits, with room at the edges for the names of genes; these with their places."""
    words = named(points["gene"], points.get("label"))
    marked = points.head(0) if words is None else points.assign(label=words).dropna(subset="label")
    bottom, top = min(float(points["y"].min()), 0.0), max(float(points["y"].max()), 0.0)
    edge = 0.08 * (top - bottom) or 1.0
    if diagonal:
        far = {axis: float(points[axis].abs().max()) for axis in ("x", "y")}
        reach = max(1.45 * far["x"], 1.05 * far["y"]) or 1.0
        low, ends = -reach, np.array([-reach, reach])
        bottom, top, edge = low, reach, 0.0  # one scale: equal changes lie on the diagonal
        ax.plot(ends, ends, color=QUIET, lw=0.6, ls=(0, (4, 3)), zorder=0)
        ax.axvline(0, color="#AAAAAA", lw=0.5, zorder=0)
        right = marked["x"] >= 0
    else:
        low, wide = float(points["x"].min()), float(np.ptp(points["x"])) or 1.0
        reach, right = low + 1.3 * wide, pd.Series(True, marked.index)
        low -= 0.02 * wide
    ax.set(xlim=(low, reach), ylim=(bottom - edge, top + edge))
    inner = low + 0.01 * (reach - low)
    return marked.assign(
        colour=INK, text_x=np.where(right, reach, inner), ha=np.where(right, "right", "left")
    )


def _key(marks: pd.DataFrame) -> list[Line2D]:
    return [
        dot(MARKS[row["mark"]], f"{filled(str(row['text']), 60)}: {row['n_genes']:,} genes")
        for row in marks.to_dict("records")
    ]
