"""Studies far from the usual: every figure stays readable, or says in words why it is empty."""

import numpy as np
import pandas as pd
import pytest

import small_study
from odd_studies import ODD
from revertome.figure_list import FIGURES
from revertome.figures import draw
from revertome.source_data import build
from words import misplaced


@pytest.mark.slow
@pytest.mark.parametrize("made", ODD, ids=lambda made: made.__name__)
def test_every_figure_of_an_odd_study_is_readable(made):
    study = made()
    wrong = {}
    for name in FIGURES:
        figure = draw(name, build(name, study))
        width, height = figure.get_size_inches() * 25.4
        if round(width) not in (89, 183) or height > 247:
            wrong[name] = f"{width:.0f} x {height:.0f} mm"
        elif found := misplaced(figure):
            wrong[name] = found[:3]
    assert not wrong


@pytest.mark.slow
def test_two_thousand_genes_in_a_heat_map():
    study = small_study.results(n_genes=17000)
    study["figures"] = study["figures"] | {"heatmap_genes": 2000}
    table = build("heatmap", study)
    shown = table[table["element"] == "set"].set_index("set")["n_shown"]
    assert shown["reverted"] == 2000
    figure = draw("heatmap", table)
    assert figure.get_size_inches()[1] * 25.4 <= 247
    assert misplaced(figure) == []
    names = [t.get_text() for ax in figure.axes for t in ax.get_yticklabels()]
    assert not [name for name in names if name.startswith("GENE")]


@pytest.mark.slow
def test_labels_of_genes_at_one_point_stand_apart():
    """Twenty named genes at the same place: twenty labels, none over another."""
    study = small_study.results()
    named = [f"GENE{i}" for i in range(20)]
    genes = study["genes"]
    same = genes["gene"].isin(named)
    genes = genes.assign(
        disease=np.where(same, 2.0, genes["disease"]), change=np.where(same, -2.0, genes["change"])
    )
    options = study["figures"] | {"genes": named}
    table = build("trajectory_plane", study | {"genes": genes, "figures": options})
    figure = draw("trajectory_plane", table)
    assert misplaced(figure) == []
    words = pd.Series([t.get_text() for t in figure.axes[0].texts])
    assert set(named) <= set(words)
