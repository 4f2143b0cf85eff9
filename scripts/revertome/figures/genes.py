"""Chosen genes, one small panel each."""

import math

import numpy as np
import pandas as pd
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from revertome import naming
from revertome.figures.fitted import cut
from revertome.figures.labels import short
from revertome.figures.paired_dots import paired_dots
from revertome.figures.style import CLASS, DOUBLE, MM, ROLE, canvas, dot, pt, rows, styled

ACROSS = 4


@styled
def draw(table: pd.DataFrame) -> Figure:
    """Draw the chosen genes."""
    samples = rows(table, "sample")
    genes = rows(table, "gene").sort_values("order")
    down = math.ceil(len(genes) / ACROSS)
    fig = canvas(DOUBLE, (45 * down + 8) * MM)
    axes = fig.subplots(down, ACROSS, squeeze=False).ravel()
    for ax, gene in zip(axes, genes.to_dict("records"), strict=False):
        mine = samples[samples["gene"] == gene["gene"]]
        paired_dots(
            ax, mine, "value", gene.get("healthy_mean", np.nan), gene.get("healthy_sd", np.nan)
        )
        ax.set_title(short(gene["gene"], 18), fontstyle="italic", fontsize=pt(8), pad=9)
        ax.text(
            0.5,
            1.015,
            gene["note"],
            transform=ax.transAxes,
            ha="center",
            va="bottom",
            fontsize=pt(6),
            color=CLASS.get(str(gene.get("class")), "#555555"),
        )
    for ax in axes[len(genes) :]:
        ax.set_axis_off()
    for ax in axes[: len(genes) : ACROSS]:
        ax.set_ylabel("Expression (log2)")
    fig.legend(handles=visit_key(samples), loc="outside lower center", ncols=3)
    return fig


def visit_key(samples: pd.DataFrame) -> list[Line2D]:
    """Return legend entries for the roles present, under the names of the study."""
    names = samples.drop_duplicates("role").set_index("role")["visit"]
    named = {role: (naming.group if role == "healthy" else naming.visit) for role in ROLE}
    return [
        dot(ROLE[role], cut(named[role](names[role]), pt(58)))
        for role in ROLE
        if role in names.index
    ]
