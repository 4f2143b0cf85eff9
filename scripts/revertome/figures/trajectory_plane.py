"""The trajectory plane: wedges, genes by class, names of the leading genes."""

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Ellipse

from revertome import naming
from revertome.figures import plane, two_effects
from revertome.figures.labels import name_points, short
from revertome.figures.style import (
    CLASS,
    DOUBLE,
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
from revertome.gene_classes import CLASSES, WEAKER_FIRST
from revertome.small_cells import size


@styled
def draw(table: pd.DataFrame) -> Figure:
    """Draw the trajectory plane, or what stands in for it."""
    if table["element"].eq("point").any():
        return two_effects.draw(table)
    genes = rows(table, "gene")
    panels = rows(table, "panel")
    study = rows(table, "study").iloc[0]
    regions = rows(table, "ellipse")
    reach = plane.reach(genes)
    rise = plane.rise(genes, reach)
    side = 76 if len(panels) > 1 else 90
    fig = canvas(DOUBLE, (side * rise / reach + 20) * MM)
    grid = fig.add_gridspec(2, len(panels), height_ratios=(side * rise / reach, 7))
    axes = []
    for i, facts in enumerate(panels.to_dict("records")):
        ax = fig.add_subplot(grid[0, i])
        mine = genes[genes["panel"] == facts["panel"]]
        plane.frame(ax, study, facts, (reach, rise))
        _points(ax, mine)
        _ellipses(ax, plane.with_labels(mine), regions, str(facts["panel"]))
        letter = facts["panel"] if len(panels) > 1 else ""
        who = naming.capital(short(naming.group(facts["group"]), 16))
        panel(ax, letter, f"{who} ({size(facts.get('n_pairs'))} pairs)")
        axes.append((ax, mine))
    _key(fig.add_subplot(grid[1, :]), rows(table, "class"))
    settle(fig)
    for ax, mine in axes:
        name_points(ax, plane.names(mine, reach))
    return fig


def _ellipses(ax: Axes, genes: pd.DataFrame, regions: pd.DataFrame, letter: str) -> None:
    """Outline the joint confidence region of the named genes."""
    if regions.empty:
        return
    mine = regions[(regions["panel"] == letter) & regions["gene"].isin(genes["gene"])]
    classes = genes.set_index("gene")["class"]
    for row in mine.to_dict("records"):
        colour = CLASS[classes[row["gene"]]]
        unclaimed = classes[row["gene"]] in plane.SIZE  # large, and more of them: behind the rest
        outline = Ellipse(
            (row["disease"], row["change"]), row["width"], row["height"], angle=row["angle"]
        )
        lw, alpha = (0.35, 0.45) if unclaimed else (0.5, 0.8)
        outline.set(fc="none", ec=colour, lw=lw, alpha=alpha, zorder=2.5)
        ax.add_patch(outline)


def _points(ax: Axes, genes: pd.DataFrame) -> None:
    for name in WEAKER_FIRST:
        mine = genes[genes["class"] == name]
        ax.scatter(
            mine["disease"],
            mine["change"],
            s=plane.SIZE.get(name, 9),
            c=CLASS[name],
            lw=0.2 if name not in plane.SIZE else 0,
            ec="white",
            rasterized=len(genes) > POINT_CLOUD,
            zorder=3 + WEAKER_FIRST.index(name) / 10,
        )


def _key(ax: Axes, summary: pd.DataFrame) -> None:
    """List the classes with their number of genes and how many are expected to be false."""
    ax.set_axis_off()
    ax.set(xlim=(0, 1), ylim=(0, 1))
    facts = summary.set_index("class")
    names = [name for name in CLASSES if name in facts.index]
    for i, name in enumerate(names):
        x = (i + 0.5) / len(names)
        ax.scatter([x - 0.052], [0.62], s=14, color=CLASS[name], clip_on=False)
        ax.text(x - 0.04, 0.62, name, va="center", fontsize=pt(6.5))
        ax.text(x - 0.04, 0.12, f"{facts['n_genes'][name]:,}", va="center", fontsize=pt(6.5))
        if "note" in facts and isinstance(facts["note"][name], str):
            # Two lines: beside a wide font one would reach into the next class.
            note = facts["note"][name].replace(" expected", "\nexpected")
            ax.text(x - 0.04, -0.1, note, va="top", fontsize=pt(6), color=QUIET)
