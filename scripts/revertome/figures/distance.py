"""Distance to health of every sample, joined by patient."""

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from revertome import naming
from revertome.figures.fitted import cut, lines, p_words
from revertome.figures.genes import visit_key
from revertome.figures.paired_dots import paired_dots
from revertome.figures.style import MM, QUIET, ROLE, SINGLE, canvas, pt, rows, styled
from revertome.small_cells import size


@styled
def draw(table: pd.DataFrame) -> Figure:
    """Draw the distances."""
    samples, tests = rows(table, "sample"), rows(table, "test")
    band = rows(table, "band").iloc[0]
    fig = canvas(SINGLE, (72 + 3.2 * len(tests)) * MM)
    ax = fig.subplots()
    mean = band.get("healthy_mean", np.nan)
    spread = band.get("healthy_sd", np.nan)
    paired_dots(ax, samples, "distance", mean, spread)
    if "threshold" in band:
        ax.axhline(band["threshold"], color=ROLE["healthy"], lw=0.7, ls=(0, (4, 2)), zorder=1)
    ax.set_ylim(bottom=max(0, ax.get_ylim()[0]))  # the band may reach below what can be
    ax.set_ylabel("Distance to health (sum of healthy SD)")
    fig.legend(handles=visit_key(samples), loc="outside lower center", ncols=3)
    words = []
    for row in tests.to_dict("records"):
        p = p_words(row["P.Value"])
        who = cut(naming.group(row["label"]).capitalize(), pt(90), 6)
        words.append(
            f"{who}: smaller in {size(row.get('fell'))} of {size(row.get('n'))}, Wilcoxon p {p}"
        )
    told = [line for text in words for line in lines(text, pt(220), 6)]
    ax.set_title("\n".join(told), loc="left", fontsize=pt(6), color=QUIET)
    return fig
