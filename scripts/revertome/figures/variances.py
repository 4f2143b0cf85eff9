"""Ratios of standard deviations, a histogram a visit with what the model expects."""

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import NullLocator

from revertome import naming
from revertome.figures.labels import shorts
from revertome.figures.strands import histogram
from revertome.figures.style import (
    DOUBLE,
    INK,
    MM,
    QUIET,
    ROLE,
    canvas,
    panel,
    pt,
    rows,
    styled,
)

MOST = 9  # ticks


@styled
def draw(table: pd.DataFrame) -> Figure:
    """Draw a panel for each visit."""
    bins, visits = rows(table, "bin"), rows(table, "visit")
    fig = canvas(DOUBLE, 58 * MM)
    axes = fig.subplots(1, len(visits), sharey=True, squeeze=False)[0]
    names = shorts([naming.visit(visit) for visit in visits["visit"]], 40)
    for ax, letter, name, row in zip(axes, "AB", names, visits.to_dict("records"), strict=False):
        mine = bins[bins["role"] == row["role"]]
        _histogram(ax, mine, row)
        letter = letter if len(visits) > 1 else ""
        panel(ax, letter, f"Patients at {name}")
    axes[0].set_ylabel("Genes")
    return fig


def _histogram(ax: Axes, bins: pd.DataFrame, row: dict[str, float]) -> None:
    style = {"color": ROLE[str(row["role"])], "alpha": 0.55, "ec": "white", "lw": 0.2}
    histogram(ax, bins["low"], bins["high"], bins["n_genes"], **style)
    middle = np.sqrt(bins["low"] * bins["high"])
    ax.plot(middle, bins["expected"], color=INK, lw=1)
    ax.axvline(1, color=QUIET, lw=0.6, ls=(0, (4, 3)))
    ax.set_xscale("log", base=2)
    low, high = float(bins["low"].min()), float(bins["high"].max())
    powers = np.arange(np.ceil(np.log2(low)), np.floor(np.log2(high)) + 1)
    step = int(np.ceil(len(powers) / MOST))  # 1 is a tick whatever the step
    ticks = [float(2**power) for power in powers if power % step == 0]
    ax.set_xticks(ticks, [f"{tick:g}" if tick >= 1 else f"1/{1 / tick:.0f}" for tick in ticks])
    ax.xaxis.set_minor_locator(NullLocator())
    ax.set(xlim=(low, high), xlabel="SD of patients over SD of healthy people, each gene")
    words = (
        f"median {row['observed_50']:.2f}\n5% to 95%: {row['observed_05']:.2f} to "
        f"{row['observed_95']:.2f}\nline: all genes at {row['sd_ratio']:.2f}"
    )
    ax.text(0.98, 0.97, words, transform=ax.transAxes, ha="right", va="top", fontsize=pt(6.5))
