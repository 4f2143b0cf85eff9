"""Grid of modules and contrasts: how much of each module rises and falls."""

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from revertome.figures.labels import short
from revertome.figures.sets import name_contrasts
from revertome.figures.style import DIVERGING, DOUBLE, MM, SINGLE, canvas, pt, rows, styled

FIT, CELL = 7, 16  # contrasts in one column; mm for each further one, which widens the others too
SHOWN, BOTH = 0.01, 0.1  # shares from which a number stands, and from which both do


@styled
def draw(table: pd.DataFrame) -> Figure:
    """Draw the fingerprint."""
    cells = rows(table, "cell")
    modules, contrasts = rows(table, "module"), rows(table, "contrast")
    fig = canvas(_width(len(contrasts)), (4.2 * len(modules) + 30) * MM)
    ax = fig.subplots()
    at = modules.set_index("module")["order"]
    along = contrasts.set_index("contrast")["order"]
    wide = cells.pivot_table(index="module", columns="contrast", values="net")
    wide = wide.reindex(index=modules["module"], columns=contrasts["contrast"])
    image = ax.imshow(wide, cmap=DIVERGING, vmin=-1, vmax=1, aspect="auto")
    for cell in cells.to_dict("records"):
        _number(ax, along[cell["contrast"]], at[cell["module"]], cell)
    names = [f"{short(m['module'], 28)} ({m['n_genes']})" for m in modules.to_dict("records")]
    ax.set_yticks(range(len(names)), names)
    name_contrasts(ax, [str(name) for name in along.index])
    ax.tick_params(length=0)
    ax.spines[:].set_visible(False)
    for edge in range(1, len(names)):
        ax.axhline(edge - 0.5, color="white", lw=1)
    for edge in range(1, len(along)):
        ax.axvline(edge - 0.5, color="white", lw=1)
    bar = fig.colorbar(
        image, ax=ax, orientation="horizontal", location="top", shrink=0.7, aspect=22, pad=0.02
    )
    bar.set_ticks([-1, -0.5, 0, 0.5, 1], labels=["100%", "50%", "0", "50%", "100%"])
    bar.set_label("Genes down                  Genes up")
    bar.outline.set_visible(False)
    return fig


def _width(n_contrasts: int) -> float:
    """One column of a page, or wider where two numbers would not fit into a cell."""
    return SINGLE if n_contrasts <= FIT else min(DOUBLE, SINGLE + (n_contrasts - FIT) * CELL * MM)


def _number(ax: Axes, x: float, y: float, cell: dict[str, float]) -> None:
    up, down, net = cell["share_up"], cell["share_down"], cell["net"]
    if max(up, down) < SHOWN:
        return
    shown = [(up, "▲"), (down, "▼")]
    if min(up, down) < BOTH:
        shown = [max(shown)]
    text = " ".join(f"{arrow}{100 * share:.0f}" for share, arrow in shown)
    colour = "white" if abs(net) > 0.6 else "#222222"
    ax.text(x, y, text, ha="center", va="center", fontsize=pt(6), color=colour)
