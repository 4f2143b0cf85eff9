"""Mean and variance of genes, then p-value histograms, one small panel a contrast."""

import math
from string import ascii_uppercase
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from revertome import naming
from revertome.figures.labels import filled
from revertome.figures.strands import histogram
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
    fig = canvas(DOUBLE, (42 * down + 4) * MM)
    axes = fig.subplots(down, across, squeeze=False).ravel()
    if first:
        _spread(axes[0], cloud, rows(table, "trend"))
        _head(axes[0], "A", "Mean and variance", "dark: many genes; line: median", across)
    letters = [*ascii_uppercase, *[""] * n][first if n > 1 else len(ascii_uppercase) :]
    for ax, letter, contrast in zip(axes[first:], letters, facts.to_dict("records"), strict=False):
        mine = bins[bins["contrast"] == contrast["contrast"]]
        histogram(
            ax, mine["low"], mine["high"], mine["n_genes"], color="#7A8FA6", ec="white", lw=0.2
        )
        ax.axhline(contrast["uniform"], color=INK, lw=0.7, ls=(0, (4, 3)))
        found = f"{contrast['n_below']:,} of {contrast['n_genes']:,}, adj. p < {alpha:g}"
        _head(ax, letter, naming.capital(naming.contrast(contrast["contrast"])), found, across)
        ax.set_xlim(0, 1)
        ax.set_xlabel("p-value")
    for ax in axes[n:]:
        ax.set_axis_off()
    for i, ax in enumerate(axes[:n]):
        if i >= first and (i % across == 0 or i == first):
            ax.set_ylabel("Genes")
    return fig


def _head(ax: Axes, letter: str, title: str, note: str, across: int) -> None:
    """Head a panel: letter, title on three lines at most, and a note in small type."""
    words = filled(title, 104 // across - 2, 3)
    top = pt(10 + 8.4 * words.count("\n"))
    place: dict[str, Any] = {
        "xycoords": "axes fraction",
        "textcoords": "offset points",
        "va": "bottom",
    }
    ax.annotate(note, (0, 1), (0, 2), fontsize=pt(6), color=QUIET, **place)
    ax.annotate(letter, (0, 1), (0, top), weight="bold", fontsize=pt(8), **place)
    ax.annotate(words, (0, 1), (10 if letter else 0, pt(10)), **place)


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
