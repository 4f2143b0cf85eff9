"""The trajectory plane: wedges, genes by class, names of the leading genes."""

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Ellipse

from revertome.figures.labels import name_points, settle
from revertome.figures.style import (
    CLASS,
    DOUBLE,
    INK,
    MM,
    POINT_CLOUD,
    QUIET,
    canvas,
    named,
    panel,
    pt,
    rows,
    styled,
)
from revertome.gene_classes import CLASSES, WEAKER_FIRST
from revertome.small_cells import size

SIZE = {"unchanged": 2.5, "unresolved": 2.5}
PATIENTS = {"responders": "Responders", "all": "All patients"}


@styled
def draw(table: pd.DataFrame) -> Figure:
    """Draw the trajectory plane."""
    genes = rows(table, "gene")
    panels = rows(table, "panel")
    study = rows(table, "study").iloc[0]
    reach = _reach(genes)
    rise = _rise(genes, reach)
    side = 76 if len(panels) > 1 else 90
    fig = canvas(DOUBLE, (side * rise / reach + 20) * MM)
    grid = fig.add_gridspec(2, len(panels), height_ratios=(side * rise / reach, 7))
    axes = []
    for i, facts in enumerate(panels.to_dict("records")):
        ax = fig.add_subplot(grid[0, i])
        mine = genes[genes["panel"] == facts["panel"]]
        _wedges(ax, study, reach, str(facts.get("claim", "") or ""))
        _points(ax, mine)
        _ellipses(ax, _named(mine), rows(table, "ellipse"), str(facts["panel"]))
        ax.set(xlim=(-reach, reach), ylim=(-rise, rise), aspect="equal")
        ax.set_xlabel(f"Disease: {study['baseline']} − healthy (log2)")
        ax.set_ylabel(f"Change: {study['followup']} − {study['baseline']} (log2)")
        letter = facts["panel"] if len(panels) > 1 else ""
        panel(ax, letter, f"{PATIENTS[facts['patients']]} ({size(facts.get('n_pairs'))} pairs)")
        axes.append((ax, mine))
    _key(fig.add_subplot(grid[1, :]), rows(table, "class"))
    settle(fig)
    for ax, mine in axes:
        name_points(ax, _names(mine, reach))
    return fig


def _reach(genes: pd.DataFrame) -> float:
    """Return the limit of both axes, with room at the edge for the names of genes."""
    x, y = genes["disease"].abs(), genes["change"].abs()
    wide = genes.index.isin(_named(genes).index) & (x >= y / 2)
    edge = float(x[wide].max()) if wide.any() else 0.0
    longest = min(14, int(_named(genes)["label"].str.len().max())) if wide.any() else 0
    room = max(1.38, 1 + 0.055 * longest)
    return max(1.08 * float(x.max()), 1.08 * float(y.max()), room * edge)


def _rise(genes: pd.DataFrame, reach: float) -> float:
    """Return the limit of the vertical axis: less where hardly any gene changes."""
    return float(np.clip(1.25 * genes["change"].abs().max(), 0.55 * reach, reach))


def _named(genes: pd.DataFrame) -> pd.DataFrame:
    """Genes with a label: of the style, else of the table."""
    labels = named(genes["gene"], genes.get("label"))
    return genes.head(0) if labels is None else genes.assign(label=labels).dropna(subset=["label"])


def _ellipses(ax: Axes, genes: pd.DataFrame, regions: pd.DataFrame, letter: str) -> None:
    """Outline the joint confidence region of the named genes."""
    if regions.empty:
        return
    mine = regions[(regions["panel"] == letter) & regions["gene"].isin(genes["gene"])]
    classes = genes.set_index("gene")["class"]
    for row in mine.to_dict("records"):
        colour = CLASS[classes[row["gene"]]]
        outline = Ellipse(
            (row["disease"], row["change"]), row["width"], row["height"], angle=row["angle"]
        )
        outline.set(fc="none", ec=colour, lw=0.5, alpha=0.8, zorder=2.5)
        ax.add_patch(outline)


def _names(genes: pd.DataFrame, reach: float) -> pd.DataFrame:
    """Give the named genes columns of labels: at the edge, and beside the arms along the axis."""
    marked = _named(genes).rename(columns={"disease": "x", "change": "y"})
    marked["colour"] = [INK if name in SIZE else CLASS[name] for name in marked["class"]]
    steep, up = marked["x"].abs() < marked["y"].abs() / 2, marked["y"] > 0
    side = np.where(marked["x"] > 0, 1, -1)
    inner = np.where(up, 1, -1)
    arm = marked[steep].groupby(up[steep])["x"]
    beside = (
        arm.transform("max").where(up[steep], arm.transform("min")) + 0.2 * reach * inner[steep]
    )
    marked["text_x"] = beside.reindex(marked.index).fillna(
        pd.Series(0.98 * reach * side, marked.index)
    )
    leftward = np.where(steep, up, side < 0)
    marked["ha"] = np.where(leftward, "left", "right")
    return marked


def _wedges(ax: Axes, study: pd.Series, reach: float, claim: str) -> None:
    """Shade the wedges of the two claims and draw the lines that bound them."""
    low, high = study["recovered_at_least"], study["recovered_at_most"]
    edge = reach * 4
    steep = 1 / study["induced_disease_at_most"]
    for side in (-1, 1):
        shapes = {
            "reverted": [(0, 0), (edge, -low * edge), (edge, -high * edge)],
            "induced": [(0, 0), (edge / steep, edge), (-edge / steep, edge)],
        }
        for name, corners in shapes.items():
            shade = 0.13 if claim in ("", name) else 0.05
            x, y = side * np.array(corners).T
            ax.fill(x, y, color=CLASS[name], alpha=shade, lw=0, zorder=0)
    line = np.array([-reach, reach])
    ax.plot(line, -line, color=CLASS["reverted"], lw=0.7, ls=(0, (5, 3)), zorder=1)
    ax.axhline(0, color="#BBBBBB", lw=0.5, zorder=1)
    ax.axvline(0, color="#BBBBBB", lw=0.5, zorder=1)
    places = {
        "induced": (0.56, 1.01, 0, "left", "bottom"),  # clear of the title in any font
        "reverted": (1.01, 0, 270, "left", "bottom"),
    }
    for name, (x, y, rotation, ha, va) in places.items():
        ax.text(
            x,
            y,
            name,
            transform=ax.transAxes,
            rotation=rotation,
            ha=ha,
            va=va,
            color=CLASS[name],
            fontsize=pt(7.5),
            weight="bold",
            alpha=1 if claim in ("", name) else 0.45,
        )


def _points(ax: Axes, genes: pd.DataFrame) -> None:
    for name in WEAKER_FIRST:
        mine = genes[genes["class"] == name]
        ax.scatter(
            mine["disease"],
            mine["change"],
            s=SIZE.get(name, 9),
            c=CLASS[name],
            lw=0.2 if name not in SIZE else 0,
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
