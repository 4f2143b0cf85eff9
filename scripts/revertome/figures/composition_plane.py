"""The trajectory plane, coloured by the share of each change that follows composition."""

import numpy as np
import pandas as pd
from matplotlib import colormaps
from matplotlib.axes import Axes
from matplotlib.cm import ScalarMappable
from matplotlib.colors import ListedColormap, Normalize
from matplotlib.figure import Figure

from revertome import naming
from revertome.figures import plane
from revertome.figures.labels import name_points, short
from revertome.figures.style import (
    CLASS,
    DOUBLE,
    GRID,
    INK,
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

SIDE = {1: 96, 2: 76}  # mm, of a panel, by their number
# Cividis (Nunez et al. 2018) is seen alike with and without colour blindness, and its lightness
# falls all along, so that it is read in grey print. Its lightest part is left out, on white.
SCALE = ListedColormap(colormaps["cividis"](np.linspace(0.92, 0, 256)))
RANGE = Normalize(0, 1)
# Marker, size, edge and its width.
MARKS = {
    "lost": ("o", 9, "white", 0.2),
    "shown": ("o", 9, "white", 0.2),
    "gained": ("D", 7, INK, 0.5),
    "survives": ("o", 12, INK, 0.5),
}
WORDS = {
    "survives": "beyond composition too",
    "lost": "not shown beyond it",
    "gained": "beyond it only",
    "shown": "in the set; nothing is claimed beyond it",
}


@styled
def draw(table: pd.DataFrame) -> Figure:
    """Draw the plane."""
    genes, study = rows(table, "gene"), rows(table, "study").iloc[0]
    panels, sets = rows(table, "panel"), rows(table, "set")
    reach = plane.reach(genes)
    rise = plane.rise(genes, reach)
    side = SIDE[len(panels)]
    fig = canvas(DOUBLE, (side * rise / reach + 27) * MM)
    grid = fig.add_gridspec(2, len(panels), height_ratios=(side * rise / reach, 11))
    axes = []
    for i, facts in enumerate(panels.to_dict("records")):
        ax = fig.add_subplot(grid[0, i])
        mine = genes[genes["panel"] == facts["panel"]]
        plane.frame(ax, study, facts, (reach, rise))
        _points(ax, mine, len(genes) > POINT_CLOUD)
        letter = facts["panel"] if len(panels) > 1 else ""
        panel(ax, letter, naming.capital(short(naming.group(facts["group"]), 24)))
        axes.append((ax, mine))
    key = fig.add_subplot(grid[1, :])
    _key(key, sets, "n_both" in sets)
    _scale(fig, key)
    settle(fig)
    for ax, mine in axes:
        name_points(ax, plane.names(mine, reach))
    return fig


def _points(ax: Axes, genes: pd.DataFrame, many: bool) -> None:
    """Grey: genes whose change is not shown. Small: shown. Large: of the set of the panel."""
    none = pd.Series(None, genes.index, dtype=object)
    share, marks = genes.get("share", none.astype(float)), genes.get("mark", none)
    rest = genes[share.isna()]
    ax.scatter(rest["disease"], rest["change"], s=2.5, c=CLASS["unchanged"], lw=0,
               rasterized=many, zorder=2)  # fmt: skip
    small = genes[share.notna() & marks.isna()]
    ax.scatter(small["disease"], small["change"], s=5, c=SCALE(RANGE(share[small.index])), lw=0,
               rasterized=many, zorder=2.5)  # fmt: skip
    for place, (mark, (shape, large, edge, width)) in enumerate(MARKS.items()):
        mine = genes[marks.eq(mark)]
        colours = SCALE(RANGE(share[mine.index].astype(float)))
        ax.scatter(mine["disease"], mine["change"], s=large, marker=shape, c=colours, ec=edge,
                   lw=width, rasterized=many, zorder=3 + place / 10)  # fmt: skip


def _scale(fig: Figure, key: Axes) -> None:
    """Draw the scale of colours at the right of the key."""
    inside = key.inset_axes((0.7, 0.62, 0.27, 0.2))
    bar = fig.colorbar(ScalarMappable(RANGE, SCALE), cax=inside, orientation="horizontal",
                       extend="both", ticks=[0, 0.5, 1])  # fmt: skip
    bar.set_label("Share of the change that follows composition", fontsize=pt(6.5), labelpad=1)
    bar.ax.tick_params(labelsize=pt(6), pad=1)


def _key(ax: Axes, sets: pd.DataFrame, claimed: bool) -> None:
    """List the marks, with the number of genes of each set."""
    ax.set_axis_off()
    ax.set(xlim=(0, 1), ylim=(0, 1))
    ax.plot([0.02, 0.98], [1.05, 1.05], color=GRID, lw=0.5, clip_on=False)
    counts = {"shown": sets.get("n_genes")}
    if claimed:
        lost = sets["n_genes"] - sets["n_both"]
        counts = {"survives": sets["n_both"], "lost": lost, "gained": sets["n_gained"]}
    for i, (mark, numbers) in enumerate(counts.items()):
        x = 0.02 + 0.215 * i
        shape, large, edge, width = MARKS[mark]
        ax.scatter([x], [0.72], s=large, marker=shape, color=SCALE(0.5), ec=edge, lw=width,
                   clip_on=False)  # fmt: skip
        ax.text(x + 0.013, 0.72, WORDS[mark], va="center", fontsize=pt(6.5))
        told = ", ".join(f"{n:,} {name}" for n, name in zip(numbers, sets["set"], strict=True))
        ax.text(x + 0.013, 0.28, told, va="center", fontsize=pt(6.5), color=QUIET)
