"""Chosen genes, one small panel each."""

import math

import numpy as np
import pandas as pd
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from revertome.figures.fitted import apart
from revertome.figures.labels import of_role, shorts
from revertome.figures.paired_dots import paired_dots
from revertome.figures.style import CLASS, DOUBLE, MM, QUIET, ROLE, canvas, dot, pt, rows, styled
from revertome.gene_classes import UNCLAIMED

ACROSS = 4


@styled
def draw(table: pd.DataFrame) -> Figure:
    """Draw the chosen genes."""
    samples = rows(table, "sample")
    genes = rows(table, "gene").sort_values("order")
    down = math.ceil(len(genes) / ACROSS)
    notes = [str(note).replace(", ", ",\n", 1 if ":" in str(note) else 0) for note in genes["note"]]
    two = any("\n" in note for note in notes)
    fig = canvas(DOUBLE, ((45 + 3 * two) * down + 8) * MM)
    axes = fig.subplots(down, ACROSS, squeeze=False).ravel()
    headings = shorts([str(name) for name in genes["gene"]], 18)
    for ax, gene, note, name in zip(axes, genes.to_dict("records"), notes, headings, strict=False):
        mine = samples[samples["gene"] == gene["gene"]]
        paired_dots(
            ax, mine, "value", gene.get("healthy_mean", np.nan), gene.get("healthy_sd", np.nan)
        )
        ax.set_title(name, fontstyle="italic", fontsize=pt(8), pad=pt(17 if two else 9))
        colour = CLASS.get(str(gene.get("class")), QUIET)
        ax.text(
            0.5,
            1.015,
            note,
            transform=ax.transAxes,
            ha="center",
            va="bottom",
            fontsize=pt(6),
            color=QUIET if gene.get("class") in UNCLAIMED else colour,
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
    roles = [role for role in ROLE if role in names.index]
    words = apart([of_role(role, names[role]) for role in roles], pt(58))
    return [dot(ROLE[role], word) for role, word in zip(roles, words, strict=True)]
