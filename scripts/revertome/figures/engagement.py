"""Panels of modules: change of every patient, with means of groups and levels of response."""

import math

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from revertome import naming
from revertome.figures.fitted import apart, cut
from revertome.figures.fitted import lines as broken
from revertome.figures.style import (
    DOUBLE,
    INK,
    LABEL,
    MM,
    QUIET,
    canvas,
    dot,
    pt,
    rows,
    styled,
)

ACROSS = 4
NAME, PANEL = 92, 100  # points for the name of a line, and of a module over its panel


@styled
def draw(table: pd.DataFrame) -> Figure:
    """Draw the change of the modules."""
    modules = rows(table, "module").sort_values("order")
    lines = rows(table, "line").sort_values("line")
    means, people = rows(table, "mean"), rows(table, "patient")
    across = min(ACROSS, len(modules))
    down = math.ceil(len(modules) / across)
    fig = canvas(DOUBLE, ((4.4 * len(lines) + 22) * down + 8) * MM)
    axes = fig.subplots(down, across, squeeze=False, sharey=True).ravel()
    for ax, module in zip(axes, modules.to_dict("records"), strict=False):
        own = means[means["module"] == module["module"]]
        _panel(ax, own, people[people["module"] == module["module"]])
        size = f"{module['genes_found']:.0f} genes" if pd.notna(module.get("genes_found")) else ""
        ax.set_title("\n".join(_title(str(module["text"]), size, pt(PANEL))), fontsize=pt(6.5))
        ax.set_yticks(range(len(lines)), apart(list(lines["words"]), pt(NAME)))
        ax.set_ylim(len(lines) - 0.4, -0.6)
        ax.tick_params(axis="y", length=0)
    for ax in axes[len(modules) :]:
        ax.set_axis_off()
    method = naming.method(rows(table, "study")["method"].iloc[0])
    fig.supxlabel(f"Change of score ({method})", fontsize=pt(7))
    labels = [name for name in LABEL if (people["label"] == name).any()]
    fig.legend(
        handles=[dot(LABEL[name], cut(naming.group(name), pt(110))) for name in labels],
        loc="outside upper center",
        ncols=max(1, len(labels)),
    )
    return fig


def _title(name: str, size: str, room: float) -> list[str]:
    """Two lines over a panel: the module, and the number of its genes if one is left."""
    found = broken(name, room, most=2)
    return [*found, size] if size and len(found) == 1 else found


def _panel(ax: Axes, means: pd.DataFrame, people: pd.DataFrame) -> None:
    ax.axvline(0, color=QUIET, lw=0.6, zorder=0)
    for label, mine in people.groupby("label"):
        sway = (np.arange(len(mine)) * 0.618 % 1 - 0.5) * 0.5
        colour = LABEL.get(str(label), QUIET)
        ax.scatter(mine["change"], mine["line"] + sway, s=5, c=colour, alpha=0.5, lw=0, zorder=1)
    known = means.reindex(columns=["change", "CI.L", "CI.R", "line"])
    ax.hlines(known["line"], known["CI.L"], known["CI.R"], color=INK, lw=1.1, zorder=2)
    ax.scatter(known["change"], known["line"], s=14, c=INK, lw=0, zorder=3)
    ax.locator_params(axis="x", nbins=4)
    ax.grid(axis="y", color="#F1F1F1", lw=0.5)
