"""Samples on the first two components, and what the components are associated with."""

import re

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from revertome.figures.style import (
    DOUBLE,
    MM,
    QUIET,
    ROLE,
    canvas,
    dot,
    legend,
    panel,
    pt,
    rows,
    say,
    styled,
)

MARKERS = "os^Dv<>P"


@styled
def draw(table: pd.DataFrame) -> Figure:
    """Draw the principal components."""
    fig = canvas(DOUBLE, 75 * MM)
    left, right = fig.subplots(1, 2, width_ratios=(1.25, 1))
    share = rows(table, "axis").set_index("component")["variance_explained"]
    _samples(left, rows(table, "sample"), rows(table, "design"))
    left.set(xlabel=f"PC1 ({share['PC1']:.0%} of variance)", ylabel=f"PC2 ({share['PC2']:.0%})")
    panel(left, "A")
    tests = rows(table, "association")
    panel(right, "B", "" if tests.empty else "Variables behind the components")
    if tests.empty:
        say(right, "No variable was recorded that could be compared with the components.")
    else:
        _grid(right, tests, share)
    return fig


def _samples(ax: Axes, samples: pd.DataFrame, design: pd.DataFrame) -> None:
    names = {
        "healthy": "healthy",
        "other": "other visit",
        **dict(zip(design["role"], design["visit"], strict=True)),
    }
    colours = {**ROLE, "other": "#AAAAAA"}
    batches = (
        list(dict.fromkeys(samples["batch"].dropna().sort_values())) if "batch" in samples else []
    )
    for _, visits in samples[samples["role"] != "healthy"].groupby("patient"):
        ax.plot(visits["PC1"], visits["PC2"], color="#CCCCCC", lw=0.5, zorder=1)
    for i, batch in enumerate(batches or [None]):
        mine = samples if batch is None else samples[samples["batch"] == batch]
        ax.scatter(
            mine["PC1"],
            mine["PC2"],
            c=mine["role"].map(colours),
            marker=MARKERS[i % 8],
            s=14,
            lw=0.3,
            ec="white",
            zorder=2,
        )
    present = [role for role in colours if (samples["role"] == role).any()]
    handles = [
        dot(colours[role], f"{names[role]} ({(samples['role'] == role).sum()})") for role in present
    ]
    if len(batches) > 1:
        handles += [
            dot(QUIET, f"batch {batch}", MARKERS[i % 8], markerfacecolor="none")
            for i, batch in enumerate(batches[:8])
        ]
    legend(ax, handles, loc="upper left", bbox_to_anchor=(0, -0.14), ncols=3, columnspacing=1)


def _grid(ax: Axes, tests: pd.DataFrame, share: pd.Series) -> None:
    wide = tests.pivot_table(index="variable", columns="component", values="adj.P.Val")
    wide = wide.loc[wide.min(axis=1).sort_values(kind="stable").index]
    strength = -np.log10(wide.clip(lower=1e-10))
    image = ax.imshow(
        strength, cmap="Greys", vmin=0, vmax=max(3, strength.max().max()), aspect="auto"
    )
    for (row, column), p in np.ndenumerate(wide.to_numpy()):
        dark = strength.to_numpy()[row, column] > 0.45 * image.get_clim()[1]
        text = "<0.0001" if p < 1e-4 else f"{p:.2g}"
        ax.text(
            column,
            row,
            text,
            ha="center",
            va="center",
            fontsize=pt(6),
            color="white" if dark else "#444444",
        )
    ax.set_xticks(range(wide.shape[1]), [f"{c}\n{share[c]:.0%}" for c in wide.columns])
    ax.set_yticks(range(wide.shape[0]), [_words(name) for name in wide.index])
    ax.tick_params(length=0)
    ax.spines[:].set_visible(False)
    bar = ax.figure.colorbar(image, ax=ax, shrink=0.6, pad=0.02, aspect=14)
    bar.set_label("−log10 adjusted p")
    bar.outline.set_visible(False)


def _words(variable: str) -> str:
    """Name of a variable without the channel that GEO adds."""
    return re.sub(r":ch\d$", "", variable).replace("_", " ")
