"""Panels of modules: change of every patient, with means of groups and levels of response."""

import math

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from revertome import naming
from revertome.figures.labels import short
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
        size = f"\n{module['genes_found']:.0f} genes" if pd.notna(module.get("genes_found")) else ""
        ax.set_title(
            short(str(module["module"]).replace(" - ", " − "), 26) + size, fontsize=pt(6.5)
        )
        ax.set_yticks(range(len(lines)), lines["words"])
        ax.set_ylim(len(lines) - 0.4, -0.6)
        ax.tick_params(axis="y", length=0)
    for ax in axes[len(modules) :]:
        ax.set_axis_off()
    method = str(rows(table, "study")["method"].iloc[0]).replace("_", " ")
    fig.supxlabel(f"Change of score ({method})", fontsize=pt(7))
    labels = [name for name in LABEL if (people["label"] == name).any()]
    fig.legend(
        handles=[dot(LABEL[name], naming.group(name)) for name in labels],
        loc="outside upper center",
        ncols=max(1, len(labels)),
    )
    return fig


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
