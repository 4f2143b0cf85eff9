"""Forest of the paired change of every module, or of its difference between people."""

import pandas as pd
from matplotlib.figure import Figure

from revertome import naming
from revertome.figures.fitted import apart, columns, cut
from revertome.figures.style import (
    INK,
    MM,
    SINGLE,
    canvas,
    dot,
    group_colour,
    pt,
    rows,
    styled,
)

AXIS = {
    "paired_change": "Paired change of score",
    "disease": "Score less that of healthy people",
    "baseline": "Score of responders against non-responders",
}
NAME = 118  # points for the name of a module


@styled
def draw(table: pd.DataFrame) -> Figure:
    """Draw the forest of modules."""
    changes = rows(table, "change")
    modules = rows(table, "module").sort_values("order")
    study = rows(table, "study").iloc[0]
    groups = list(dict.fromkeys(changes["group"]))
    step = 3.2 + 1.3 * (len(groups) - 1)
    fig = canvas(SINGLE, (step * len(modules) + 25) * MM)
    ax = fig.subplots()
    at = modules.set_index("module")["order"]
    for i, group in enumerate(groups):
        mine = changes[changes["group"] == group]
        y = mine["module"].map(at) + (i - (len(groups) - 1) / 2) * 0.62 / max(len(groups), 1)
        colour = group_colour(group)
        ax.hlines(y, mine["CI.L"], mine["CI.R"], color=colour, lw=0.9)
        sure = mine["adj.P.Val"] < study["alpha"]
        fill = ["white" if not s else colour for s in sure]
        ax.scatter(mine["estimate"], y, s=11, ec=colour, lw=0.8, zorder=3, c=fill)
    ax.axvline(0, color="#999999", lw=0.6, zorder=0)
    named = apart([naming.module(name) for name in modules["module"]], pt(NAME))
    genes = zip(named, modules["genes_found"], modules["genes_total"], strict=True)
    found = [f"{name} ({n}/{total})" for name, n, total in genes]
    ax.set_yticks(range(len(found)), found)
    ax.set_ylim(len(found) - 0.4, -0.6)
    ax.tick_params(axis="y", length=0)
    ax.grid(axis="y", color="#F1F1F1", lw=0.5)
    log = "log2 of " if study.get("scale") == "log2" else ""
    what = AXIS[changes["test"].iloc[0]]
    ax.set_xlabel(f"{what}\n({log}{naming.method(study['method'])}; 95% interval)")
    handles = [dot(group_colour(g), cut(naming.group(g), pt(110))) for g in groups]
    handles += [dot(INK, f"adjusted p ≥ {study['alpha']:g}", markerfacecolor="white")]
    ax.locator_params(axis="x", nbins=4)
    across = columns([str(each.get_label()) for each in handles], pt(245), most=3)
    fig.legend(handles=handles, loc="outside upper center", ncols=across, columnspacing=1)
    return fig
