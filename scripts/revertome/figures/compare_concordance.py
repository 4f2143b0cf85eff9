"""Hexagons of the effects of two studies, interferon genes on top."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from revertome.figures.fitted import cut
from revertome.figures.labels import name_points
from revertome.figures.style import (
    CLASS,
    DOUBLE,
    INK,
    MM,
    QUIET,
    canvas,
    panel,
    pt,
    rows,
    settle,
    styled,
)


@styled
def draw(table: pd.DataFrame) -> Figure:
    """Draw the concordance of studies, a row a pair, a column a contrast."""
    panels, genes = rows(table, "panel"), rows(table, "gene")
    pairs = list(dict.fromkeys(zip(panels["study_a"], panels["study_b"], strict=True)))
    contrasts = list(dict.fromkeys(panels["contrast"]))
    fig = canvas(DOUBLE, min(76 * len(pairs) + 4, 240) * MM)
    grid = fig.add_gridspec(len(pairs), len(contrasts))
    named = []
    for facts in panels.to_dict("records"):
        where = pairs.index((facts["study_a"], facts["study_b"]))
        ax = fig.add_subplot(grid[where, contrasts.index(facts["contrast"])])
        mine = genes[genes["panel"] == facts["panel"]]
        _cloud(ax, mine)
        across, up = (cut(str(facts[name]), pt(150), 7) for name in ("study_a", "study_b"))
        ax.set(xlabel=f"{across} (log2)", ylabel=f"{up} (log2)")
        panel(ax, facts["panel"], cut(str(facts["title"]), pt(460 / len(contrasts) - 40), 7))
        ax.text(
            0.02,
            0.98,
            _facts_text(facts),
            transform=ax.transAxes,
            va="top",
            color=INK,
            fontsize=pt(6.5),
        )
        named.append((ax, mine))
    settle(fig)
    for ax, mine in named:
        _names(ax, mine)
    return fig


def _cloud(ax: Axes, genes: pd.DataFrame) -> None:
    inside = genes["interferon"] == 1
    x, y = genes["x"], genes["y"]
    reach = [1.08 * max(float(np.abs(v).max()), 1e-6) for v in (x, y)]
    extent = (-reach[0], reach[0], -reach[1], reach[1])
    ax.hexbin(x, y, gridsize=60, bins="log", mincnt=1, cmap="Greys", lw=0, extent=extent,
              vmin=0.4, rasterized=True)  # fmt: skip
    ax.axhline(0, color=QUIET, lw=0.5, zorder=1)
    ax.axvline(0, color=QUIET, lw=0.5, zorder=1)
    ax.scatter(x[inside], y[inside], s=8, fc="none", ec=CLASS["induced"], lw=0.7, zorder=3)
    ax.set(xlim=extent[:2], ylim=(extent[2], 1.25 * extent[3]))


def _facts_text(facts: Mapping[Any, Any]) -> str:
    text = f"r = {facts['r']:z.2f}"
    if pd.notna(facts.get("CI.L")):
        text += f" ({facts['CI.L']:z.2f} to {facts['CI.R']:z.2f})"
    return f"{text}\n{facts['n']:,.0f} genes".replace("-", "−")


def _names(ax: Axes, genes: pd.DataFrame) -> None:
    """Name the leading genes on the side where they are, beyond the points."""
    if "label" not in genes or not genes["label"].notna().any():
        return
    names = genes.dropna(subset=["label"]).assign(colour=CLASS["induced"])
    right = names["x"].median() > 0
    low, high = ax.get_xlim()
    edge = 1.4 * (high if right else low)
    ax.set_xlim(low if right else edge, edge if right else high)
    name_points(ax, names.assign(text_x=0.99 * edge, ha="right" if right else "left"))
