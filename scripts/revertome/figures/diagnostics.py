"""Mean and variance of genes, then p-value histograms, one small panel a contrast."""

import math

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from revertome.figures.style import DOUBLE, INK, MM, QUIET, canvas, pt, rows, styled

ACROSS = 4
TREND = "#D55E00"


@styled
def draw(table: pd.DataFrame) -> Figure:
    """Draw the cloud of means and standard deviations, and the histograms."""
    cloud = rows(table, "cloud")
    bins = rows(table, "bin")
    facts = rows(table, "contrast").sort_values("order")
    alpha = rows(table, "study")["alpha"].iloc[0]
    first = 0 if cloud.empty else 1
    n = len(facts) + first
    across = 3 if n in (5, 6) else min(ACROSS, max(2, n))
    down = math.ceil(n / across)
    fig = canvas(DOUBLE, (39 * down + 4) * MM)
    axes = fig.subplots(down, across, squeeze=False).ravel()
    if first:
        _spread(axes[0], cloud, rows(table, "trend"))
    for ax, contrast in zip(axes[first:], facts.to_dict("records"), strict=False):
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
        ax.set_title(str(contrast["contrast"]).replace("_", " "), loc="left", pad=17)
        found = f"{contrast['n_below']:,} of {contrast['n_genes']:,}"
        # Two lines: beside a wide fallback font one would leave the panel no room.
        note = f"{found} at\nadj. p < {alpha:g} ({contrast['engine']})"
        ax.text(0, 1.015, note, transform=ax.transAxes, fontsize=pt(6), color=QUIET, va="bottom")
        ax.set_xlim(0, 1)
        ax.set_xlabel("p-value")
    for ax in axes[n:]:
        ax.set_axis_off()
    for i, ax in enumerate(axes[:n]):
        if i >= first and (i % across == 0 or i == first):
            ax.set_ylabel("Genes")
    return fig


def _spread(ax: Axes, cloud: pd.DataFrame, trend: pd.DataFrame) -> None:
    """Draw the counts of genes by mean and standard deviation, with the trend over them."""
    x, y = (np.sort(cloud[name].unique()) for name in ("mean", "sd"))
    wide, high = cloud["mean_width"].iloc[0], cloud["sd_width"].iloc[0]
    columns = np.round((cloud["mean"] - x[0]) / wide).astype(int)
    lines = np.round((cloud["sd"] - y[0]) / high).astype(int)
    counts = np.full((lines.max() + 1, columns.max() + 1), np.nan)
    counts[lines, columns] = np.log10(cloud["n_genes"])
    place = (x[0] - wide / 2, x[-1] + wide / 2, y[0] - high / 2, y[-1] + high / 2)
    ax.imshow(counts, cmap="Greys", vmin=-0.4, extent=place, origin="lower", aspect="auto")
    ax.fill_between(trend["mean"], trend["q25"], trend["q75"], color=TREND, alpha=0.3, lw=0)
    ax.plot(trend["mean"], trend["sd"], color=TREND, lw=1.1)
    ax.set(xlabel="Mean of gene (log2)", ylabel="SD within groups (log2)", ylim=(0, None))
    ax.set_title("Mean and variance", loc="left", pad=9)
    note = "dark: many genes; line: median"
    ax.text(0, 1.015, note, transform=ax.transAxes, fontsize=pt(6), color=QUIET, va="bottom")
