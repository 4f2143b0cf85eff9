"""Matrix: the sets of one study in the contrasts of the others."""

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from revertome.figures.style import DIVERGING, DOUBLE, INK, MM, QUIET, canvas, pt, rows, styled

REACH = 6.0  # t at full colour


@styled
def draw(table: pd.DataFrame) -> Figure:
    """Draw the transfer matrix."""
    cells, lines, columns = (rows(table, name) for name in ("cell", "line", "column"))
    height = min(6 * len(lines) + 40, 240)
    fig = canvas(DOUBLE, height * MM)
    ax = fig.subplots()
    values = np.full((len(lines), len(columns)), np.nan)
    values[cells["line"], cells["column"]] = cells["t"]
    image = ax.imshow(np.clip(values, -REACH, REACH), cmap=DIVERGING, vmin=-REACH, vmax=REACH,
                      aspect="auto")  # fmt: skip
    for row in cells.to_dict("records"):
        sure = row["adj.P.Val"] <= 0.05
        ax.text(row["column"], row["line"], f"{row['n_shared']:.0f}{'*' if sure else ''}",
                ha="center", va="center", fontsize=pt(6.5), weight="bold" if sure else "normal",
                color="white" if abs(row["t"]) > 0.6 * REACH else INK)  # fmt: skip
    for line, column in np.argwhere(np.isnan(values)):
        ax.text(column, line, "–", ha="center", va="center", color=QUIET)
    ax.set_yticks(
        lines["line"],
        [
            f"{r['source']}: {r['set'].replace('_', ', ')} ({r['n_set']})"
            for r in lines.to_dict("records")
        ],
    )
    ax.set_xticks(
        columns["column"],
        [f"{r['target']}\n{r['label']}" for r in columns.to_dict("records")],
        rotation=0 if len(columns) <= 6 else 60,
        ha="center" if len(columns) <= 6 else "right",
    )
    ax.tick_params(length=0)
    ax.spines[:].set_visible(False)
    bar = fig.colorbar(image, ax=ax, shrink=0.9, aspect=14, pad=0.01)
    bar.set_label("t of the set")
    bar.outline.set_linewidth(0.4)
    return fig
