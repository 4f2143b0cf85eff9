"""Forest of the interferon modules: studies, pooled estimate, prediction."""

from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from revertome import naming
from revertome.figures.fitted import apart, cut
from revertome.figures.style import DOUBLE, GRID, INK, MM, QUIET, canvas, panel, pt, rows, styled

POOLED = "#0072B2"
INSET = 0.012  # of the panel, from its edge to the middle of an arrow
WIDE = 2.0  # widths of the middle interval that an interval may reach beyond all estimates


@styled
def draw(table: pd.DataFrame) -> Figure:
    """Draw the forest of modules."""
    studies, pooled, modules = (rows(table, name) for name in ("study", "pooled", "module"))
    tests = list(dict.fromkeys(studies["test"]))
    last = int(max(studies["line"].max(), pooled["line"].max() if len(pooled) else 0))
    fig = canvas(DOUBLE, min(3.3 * (last + 1) + 16, 240) * MM)
    axes = fig.subplots(1, len(tests), sharey=True, squeeze=False)[0]
    for letter, ax, test in zip("abc", axes, tests, strict=False):
        mine = studies[studies["test"] == test]
        whole = pooled[pooled["test"] == test] if len(pooled) else pooled
        limits = _limits(mine)
        _studies(ax, mine, limits)
        _pooled(ax, whole, limits)
        ax.axvline(0, color=QUIET, lw=0.6, zorder=0)
        ax.set_xlim(limits)
        ax.set_xlabel("Score (SD of healthy)")
        ax.tick_params(axis="y", length=0)
        panel(ax, letter, str(mine["title"].iloc[0]))
    _lines(axes[0], studies, pooled, modules, last)
    return fig


def _limits(mine: pd.DataFrame) -> tuple[float, float]:
    """Room for every estimate and for all but extreme intervals, which end in arrows."""
    reach = WIDE * float((mine["CI.R"] - mine["CI.L"]).median())
    low = min(float(np.maximum(mine["CI.L"], mine["estimate"].min() - reach).min()), 0)
    high = max(float(np.minimum(mine["CI.R"], mine["estimate"].max() + reach).max()), 0)
    margin = 0.12 * (high - low)
    return low - margin, high + margin


def _bar(
    ax: Axes, y: float, ends: tuple[float, float], limits: tuple[float, float], **look: Any
) -> None:
    """An interval, with an arrow at the edge of the panel where it goes on."""
    low, high = ends
    ax.hlines(y, max(low, limits[0]), min(high, limits[1]), **look)
    inset = INSET * (limits[1] - limits[0])
    for out, edge, marker in (
        (low < limits[0], limits[0] + inset, "<"),
        (high > limits[1], limits[1] - inset, ">"),
    ):
        if out:
            ax.scatter([edge], [y], marker=marker, s=12, color=look["color"], zorder=4)


def _studies(ax: Axes, mine: pd.DataFrame, limits: tuple[float, float]) -> None:
    for row in mine.to_dict("records"):
        _bar(ax, row["line"], (row["CI.L"], row["CI.R"]), limits, color=INK, lw=0.9)
    ax.scatter(mine["estimate"], mine["line"], s=13, marker="s", color=INK, zorder=3)


def _pooled(ax: Axes, whole: pd.DataFrame, limits: tuple[float, float]) -> None:
    """Diamonds at the mean, open where two studies are pooled; interval and prediction."""
    for row in whole.to_dict("records"):
        for low, high, colour, wide in (
            (row.get("PI.L"), row.get("PI.R"), "#BBBBBB", 2.2),
            (row.get("CI.L"), row.get("CI.R"), POOLED, 0.9),
        ):
            if pd.notna(low) and pd.notna(high):
                _bar(ax, row["line"], (low, high), limits, color=colour, lw=wide, zorder=2)
        inside = "white" if row["k"] < 3 else POOLED
        ax.scatter([row["estimate"]], [row["line"]], s=24, marker="D", fc=inside, ec=POOLED,
                   zorder=5, lw=0.9)  # fmt: skip


def _lines(
    ax: Axes, studies: pd.DataFrame, pooled: pd.DataFrame, modules: pd.DataFrame, last: int
) -> None:
    """Names of modules, studies and pooled lines at the left.

    Words rather than labels of ticks: a study is named under each module.
    """
    shown = apart([str(name) for name in studies["study"]], pt(110))
    names = dict(zip(studies["line"].astype(int), shown, strict=True))
    if len(pooled):
        for line, own in pooled.groupby("line")["k"]:  # of the tests side by side
            numbers = " and ".join(f"{k:.0f}" for k in sorted(own.unique()))
            names[int(line)] = (
                f"pooled ({numbers} studies)" if own.max() > 2 else "middle of the two"
            )
    ax.set_yticks([])
    ax.set_ylim(last + 0.8, -0.8)
    for line, name in names.items():
        _name(ax, line, name)
    for row in modules.to_dict("records"):
        _name(ax, row["line"], cut(naming.module(row["module"]), pt(110), 6.5, "bold"), "bold")
        if row["line"]:
            for each in ax.figure.axes:
                each.axhline(row["line"] - 0.5, color=GRID, lw=0.6, zorder=0)


def _name(ax: Axes, line: float, words: str, weight: str = "normal") -> None:
    ax.annotate(words, (0, line), (-4, 0), xycoords=("axes fraction", "data"),
                textcoords="offset points", ha="right", va="center", weight=weight,
                fontsize=pt(6.5), annotation_clip=False)  # fmt: skip
