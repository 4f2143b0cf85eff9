"""P-value histograms, one small panel a contrast."""

import math

import pandas as pd
from matplotlib.figure import Figure

from revertome.figures.style import DOUBLE, INK, MM, QUIET, canvas, pt, rows, styled

ACROSS = 4


@styled
def draw(table: pd.DataFrame) -> Figure:
    """Draw the histograms."""
    bins, facts = rows(table, "bin"), rows(table, "contrast").sort_values("order")
    across = 3 if len(facts) in (5, 6) else min(ACROSS, max(2, len(facts)))
    down = math.ceil(len(facts) / across)
    fig = canvas(DOUBLE, (36 * down + 4) * MM)
    axes = fig.subplots(down, across, squeeze=False).ravel()
    for ax, contrast in zip(axes, facts.to_dict("records"), strict=False):
        mine = bins[bins["contrast"] == contrast["contrast"]]
        ax.bar(
            mine["low"],
            mine["n_genes"],
            mine["high"] - mine["low"],
            align="edge",
            color="#7A8FA6",
            ec="white",
            lw=0.2,
        )
        ax.axhline(contrast["uniform"], color=INK, lw=0.7, ls=(0, (4, 3)))
        ax.set_title(str(contrast["contrast"]).replace("_", " "), loc="left", pad=9)
        found = f"{contrast['n_below']:,} of {contrast['n_genes']:,}"
        note = f"{contrast['engine']}; {found} at adj. p < 0.05"
        ax.text(0, 1.015, note, transform=ax.transAxes, fontsize=pt(6), color=QUIET, va="bottom")
        ax.set_xlim(0, 1)
        ax.set_xlabel("p-value")
    for ax in axes[len(facts) :]:
        ax.set_axis_off()
    for ax in axes[: len(facts) : across]:
        ax.set_ylabel("Genes")
    return fig
