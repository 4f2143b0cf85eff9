"""Matrix: the sets of one study in the contrasts of the others."""

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.colors import AsinhNorm
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from revertome.figures.fitted import apart
from revertome.figures.style import (
    DIVERGING,
    DOUBLE,
    GRID,
    INK,
    MM,
    QUIET,
    canvas,
    pt,
    rows,
    styled,
)

LINEAR = 4.0  # t up to which colour goes in proportion; beyond, as its logarithm
LEAST = 6.0  # t at full colour, or the largest there is
TURNED = 6  # columns, beyond which labels stand up


@styled
def draw(table: pd.DataFrame) -> Figure:
    """Draw the transfer matrix."""
    cells, lines, columns = (rows(table, name) for name in ("cell", "line", "column"))
    turned = len(columns) > TURNED
    height = min(6 * len(lines) + (60 if turned else 40), 240)
    fig = canvas(DOUBLE, height * MM)
    ax = fig.subplots()
    values = np.full((len(lines), len(columns)), np.nan)
    cells = cells.assign(t=cells.get("t", np.nan))  # no study may have expression
    values[cells["line"], cells["column"]] = cells["t"]
    empty = np.full(values.shape, True)
    empty[cells["line"], cells["column"]] = False
    reach = max(LEAST, float(cells["t"].abs().max()) if cells["t"].notna().any() else 0)
    scale = AsinhNorm(LINEAR, -reach, reach)
    image = ax.imshow(values, cmap=DIVERGING, norm=scale, aspect="auto")
    for line, column in np.argwhere(np.isnan(values) & ~empty):
        ax.add_patch(Rectangle((column - 0.5, line - 0.5), 1, 1, fc=GRID, ec="white", lw=0.6))
    for row in cells.to_dict("records"):
        word = str(row["label"]) if pd.notna(row.get("label")) else ""
        dark = pd.notna(row["t"]) and abs(float(scale(row["t"])) - 0.5) > 0.3
        ax.text(row["column"], row["line"], word, ha="center", va="center", fontsize=pt(6.5),
                weight="bold" if word.endswith("*") else "normal",
                color="white" if dark else INK)  # fmt: skip
    for line, column in np.argwhere(empty):
        ax.text(column, line, "–", ha="center", va="center", color=QUIET)
    _names(ax, lines, columns)
    ax.tick_params(length=0)
    ax.spines[:].set_visible(False)
    bar = fig.colorbar(image, ax=ax, shrink=0.9, aspect=14, pad=0.01)
    bar.set_label("t of the set")
    steps = [t for t in (2, 4, 8, 16, 32) if t <= reach]
    ticks = [-t for t in reversed(steps)] + [0, *steps]
    bar.set_ticks(ticks, labels=[f"{t}".replace("-", "−") for t in ticks])
    bar.ax.minorticks_off()
    bar.outline.set_linewidth(0.4)
    return fig


def _names(ax: Axes, lines: pd.DataFrame, columns: pd.DataFrame) -> None:
    """Sets at the left, contrasts below; no two studies are cut alike."""
    turned = len(columns) > TURNED
    sources = apart([str(name) for name in lines["source"]], pt(95))
    ax.set_yticks(
        lines["line"],
        [
            f"{source}: {kind.replace('_', ', ')} ({n})"
            for source, kind, n in zip(sources, lines["set"], lines["n_set"], strict=True)
        ],
    )
    between = ": " if turned else "\n"
    room = pt(70 if turned else 330 / len(columns))
    targets = apart([str(name) for name in columns["target"]], room)
    ax.set_xticks(
        columns["column"],
        [f"{a}{between}{b}" for a, b in zip(targets, columns["label"], strict=True)],
        rotation=90 if turned else 0,
    )
