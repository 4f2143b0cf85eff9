"""Forest of the paired change of every module."""

import pandas as pd
from matplotlib.figure import Figure

from revertome import naming
from revertome.figures.labels import short
from revertome.figures.style import (
    INK,
    MM,
    SINGLE,
    canvas,
    dot,
    group_colour,
    rows,
    styled,
)


@styled
def draw(table: pd.DataFrame) -> Figure:
    """Draw the forest of modules."""
    changes = rows(table, "change")
    modules = rows(table, "module").sort_values("order")
    study = rows(table, "study").iloc[0]
    groups = list(dict.fromkeys(changes["group"]))
    step = 3.2 + 1.3 * (len(groups) - 1)
    fig = canvas(SINGLE, (step * len(modules) + 21) * MM)
    ax = fig.subplots()
    at = modules.set_index("module")["order"]
    for i, group in enumerate(groups):
        mine = changes[changes["group"] == group]
        y = mine["module"].map(at) + (i - (len(groups) - 1) / 2) * 0.62 / max(len(groups), 1)
        colour = group_colour(group)
        ax.hlines(y, mine["CI.L"], mine["CI.R"], color=colour, lw=0.9)
        sure = mine["adj.P.Val"] < study["alpha"]
        ax.scatter(
            mine["estimate"],
            y,
            s=11,
            ec=colour,
            lw=0.8,
            zorder=3,
            c=["white" if not s else colour for s in sure],
        )
    ax.axvline(0, color="#999999", lw=0.6, zorder=0)
    found = [
        f"{short(m['module'], 20)} ({m['genes_found']}/{m['genes_total']})"
        for m in modules.to_dict("records")
    ]
    ax.set_yticks(range(len(found)), found)
    ax.set_ylim(len(found) - 0.4, -0.6)
    ax.tick_params(axis="y", length=0)
    ax.grid(axis="y", color="#F1F1F1", lw=0.5)
    ax.set_xlabel(
        f"Paired change of score\n({str(study['method']).replace('_', ' ')}; 95% interval)"
    )
    handles = [dot(group_colour(g), naming.group(g)) for g in groups]
    handles += [dot(INK, f"adjusted p ≥ {study['alpha']:g}", markerfacecolor="white")]
    ax.locator_params(axis="x", nbins=5)
    fig.legend(handles=handles, loc="outside upper center", ncols=len(handles), columnspacing=1)
    return fig
