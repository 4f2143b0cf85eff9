"""Forest of associations, one panel a question, modules as rows."""

import math

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from revertome import naming
from revertome.figures.fitted import apart, lines
from revertome.figures.style import (
    DOUBLE,
    INK,
    MM,
    QUIET,
    canvas,
    dot,
    pt,
    rows,
    say,
    styled,
)
from revertome.small_cells import size

ACROSS = 4
NAME = 112  # points for the name of a module
HEAD = {2: 185, 3: 118, 4: 84}  # points for the title of a panel, by the number side by side


@styled
def draw(table: pd.DataFrame) -> Figure:
    """Draw the associations."""
    estimates, modules = rows(table, "estimate"), rows(table, "module")
    panels = rows(table, "panel").sort_values("order")
    alpha = rows(table, "study")["alpha"].iloc[0]
    across = max(2, len(panels)) if len(panels) <= ACROSS else 3
    down = math.ceil(len(panels) / across)
    fig = canvas(DOUBLE, ((3.4 * len(modules) + 20) * down + 8) * MM)
    axes = fig.subplots(down, across, squeeze=False).ravel()
    at = modules.set_index("module")["order"]
    names = apart([naming.variable(name, unit=False) for name in modules["module"]], pt(NAME))
    for i, facts in enumerate(panels.to_dict("records")):
        ax = axes[i]
        ax.set_title(
            "\n".join(lines(str(facts["title"]), pt(HEAD[across]), most=3)),
            fontsize=pt(6.5),
        )
        mine = estimates[estimates["panel"] == facts["panel"]]
        if mine.empty:
            say(ax, str(facts["note"]), 120 // across)
            continue
        _forest(ax, mine, at, facts["null"], alpha)
        if i % across == 0:
            ax.set_yticks(range(len(modules)), names)
        else:
            ax.set_yticks([0], [""])
        ax.set_xlabel("\n".join(lines(f"{facts['scale']} (95% interval)", pt(HEAD[across]), 7)))
    for ax in axes[len(panels) :]:
        ax.set_axis_off()
    key = [
        dot(INK, f"adjusted p < {alpha:g}"),
        dot(INK, f"adjusted p ≥ {alpha:g}", markerfacecolor="white"),
    ]
    fig.legend(handles=key, loc="outside lower center", ncols=2)
    return fig


def _forest(ax: Axes, tests: pd.DataFrame, at: pd.Series, null: float, alpha: float) -> None:
    y = tests["module"].map(at)
    ax.axvline(null, color="#999999", lw=0.6, zorder=0)
    ax.hlines(y, tests["CI.L"], tests["CI.R"], color=INK, lw=0.8)
    fill = [INK if p < alpha else "white" for p in tests["adj.P.Val"]]
    ax.scatter(tests["estimate"], y, s=12, c=fill, ec=INK, lw=0.8, zorder=3)
    for at_y, n in zip(y, tests.get("n", [None] * len(tests)), strict=True):
        ax.text(
            1.02,
            at_y,
            size(n),
            fontsize=pt(6),
            va="center",
            color=QUIET,
            clip_on=False,
            transform=ax.get_yaxis_transform(),
        )
    ax.text(1.02, -0.9, "n", fontsize=pt(6), color=QUIET, transform=ax.get_yaxis_transform())
    ax.set_ylim(len(at) - 0.4, -0.6)
    ax.set_xlim((-1.05, 1.05) if null == 0 else (-0.03, 1.03))
    ax.tick_params(axis="y", length=0)
    ax.hlines(range(len(at)), 0, 1, "#F1F1F1", lw=0.5, zorder=0, transform=ax.get_yaxis_transform())
