"""Two planes side by side: change without control, and the drug effect beyond control."""

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from revertome import naming
from revertome.figures import plane, two_effects
from revertome.figures.labels import name_points, short, shorts
from revertome.figures.style import (
    CLASS,
    DOUBLE,
    GRID,
    LABEL,
    MM,
    POINT_CLOUD,
    QUIET,
    canvas,
    panel,
    pt,
    rows,
    settle,
    styled,
)
from revertome.small_cells import size

PASSING = "passing"
SIDE = 72  # mm, of a panel


@styled
def draw(table: pd.DataFrame) -> Figure:
    """Draw the planes without and beyond control, or the changes of both sides."""
    if table["element"].eq("point").any():
        return two_effects.draw(table)
    genes, study = rows(table, "gene"), rows(table, "study").iloc[0]
    panels = rows(table, "panel").set_index("panel")
    reach = plane.reach(genes)
    rise = plane.rise(genes, reach)
    fig = canvas(DOUBLE, (SIDE * rise / reach + 26) * MM)
    grid = fig.add_gridspec(2, 2, height_ratios=(SIDE * rise / reach, 11))
    arms = " − ".join(shorts([naming.arm(study[name]) for name in ("arm", "control")], 16))
    n = " + ".join(size(panels.loc["B"].get(name)) for name in ("n_patients", "n_control"))
    visits = [naming.visit(study[name]) for name in ("baseline", "followup", "visit")]
    before, after, visit = shorts(visits, 20)
    healthy, who = short(naming.group("healthy"), 24), short(naming.group(panels["group"]["A"]), 14)
    titles = {"A": f"Without control: {who}", "B": f"Beyond control ({n})"}
    heights = {
        "A": f"Change (log2)\n{after} − {before}",
        "B": f"Drug effect at {visit} (log2)\n{arms}",
    }
    axes = []
    for i, letter in enumerate(titles):
        ax = fig.add_subplot(grid[0, i])
        mine = genes[genes["panel"] == letter]
        plane.wedges(ax, study, reach, "")
        _points(ax, mine)
        ax.set(xlim=(-reach, reach), ylim=(-rise, rise), aspect="equal")
        ax.set(xlabel=f"Disease: {before} − {healthy} (log2)")
        ax.set_ylabel(heights[letter])
        panel(ax, letter, titles[letter])
        axes.append((ax, mine))
    _key(fig.add_subplot(grid[1, :]), rows(table, "set"))
    settle(fig)
    for ax, mine in axes:
        name_points(ax, plane.names(mine, reach))
    return fig


def _colour(mark: object) -> str:
    return LABEL["nonresponder"] if mark == PASSING else CLASS.get(str(mark), CLASS["unchanged"])


def _points(ax: Axes, genes: pd.DataFrame) -> None:
    """Draw the genes of no set grey, of a set filled where the panel claims it and else open."""
    marks = genes["mark"] if "mark" in genes else pd.Series(None, genes.index, dtype=object)
    many = len(genes) > POINT_CLOUD
    none = genes[marks.isna()]
    ax.scatter(
        none["disease"],
        none["change"],
        s=2.5,
        c=CLASS["unchanged"],
        lw=0,
        rasterized=many,
        zorder=2,
    )
    claimed = genes["claimed"].astype(bool)
    for mark in ("reverted", "induced", PASSING):
        for filled in (False, True):
            mine = genes[(marks == mark) & (claimed == filled)]
            face, edge = (_colour(mark), "white") if filled else ("none", _colour(mark))
            ax.scatter(
                mine["disease"], mine["change"], s=9 if filled else 7, fc=face, ec=edge,
                lw=0.2 if filled else 0.5, rasterized=many, zorder=3 + filled,
            )  # fmt: skip


def _key(ax: Axes, sets: pd.DataFrame) -> None:
    """List the sets with their sizes in both panels, and what is known of a simulation."""
    ax.set_axis_off()
    ax.set(xlim=(0, 1), ylim=(0, 1))
    lines = [(row["set"], *_sizes(row)) for row in sets.to_dict("records")]
    if "passing_without" in sets:
        known = sets.set_index("set").loc["reverted"]
        lines.append(
            (
                PASSING,
                "falls back without the drug (simulated)",
                f"reverted: {known['passing_without']:,} without control, "
                f"{known['passing_beyond']:,} beyond",
            )
        )
    for i, (mark, name, words) in enumerate(lines):
        x = 0.02 + i / 3.05
        ax.scatter([x], [0.78], s=14, color=_colour(mark), clip_on=False)
        ax.text(x + 0.013, 0.78, name, va="center", fontsize=pt(6.5))
        ax.text(x + 0.013, 0.38, words, va="center", fontsize=pt(6.5), color=QUIET)
    ax.plot([0.02, 0.98], [1.05, 1.05], color=GRID, lw=0.5, clip_on=False)


def _sizes(row: dict[str, int]) -> tuple[str, str]:
    words = f"{row['n_without']:,} without control, {row['n_beyond']:,} beyond"
    return str(row["set"]), f"{words} ({row['n_both']:,} in both)"
