"""Studies far from the usual: every figure stays readable, or says in words why it is empty."""

import numpy as np
import pandas as pd
import pytest

import small_study
from revertome.figure_list import FIGURES
from revertome.figures import draw
from revertome.source_data import build
from words import misplaced

LONG = "a_name_of_sixty_letters_that_somebody_gave_to_a_module_no_{:02d}"


def one_patient():
    return small_study.results(responders=1, nonresponders=0, healthy=6)


def many_patients():
    return small_study.results(responders=220, nonresponders=80, healthy=60)


def no_nonresponders():
    study = small_study.results(nonresponders=0)
    keep = ~study["module_tests"]["group"].str.contains("nonresponders")
    return study | {"module_tests": study["module_tests"][keep]}


def no_gene_in_a_set():
    study = small_study.results()
    genes = study["genes"].assign(**{"class": "unresolved"})
    summary = study["summary"].assign(n_genes=[0, 0, 0, 0, 0, len(genes), 0])
    return study | {"genes": genes, "summary": summary}


def one_gene_in_a_module():
    study = small_study.results()
    scores = study["scores"].assign(genes_found=1, genes_total=1)
    cells = study["fingerprint"].assign(n_genes=1, n_up=1, n_down=0, share_up=1.0, share_down=0.0)
    return study | {"scores": scores, "fingerprint": cells, "gsea": study["gsea"].head(0)}


def long_names():
    study = small_study.results()
    modules = {name: LONG.format(i) for i, name in enumerate(study["scores"]["module"].unique())}
    longer = {
        name: study[name].assign(module=study[name]["module"].replace(modules))
        for name in ("scores", "module_tests", "gsea", "association_tests", "fingerprint")
    }
    names = {gene: f"{gene}_{'LONG' * 13}" for gene in study["genes"]["gene"]}
    expression = study["expression"].copy()
    expression.var_names = [names[gene] for gene in expression.var_names]
    contrasts = {
        name: table.assign(gene=table["gene"].map(names))
        for name, table in study["contrasts"].items()
    }
    genes = study["genes"].assign(gene=study["genes"]["gene"].map(names))
    figures = study["figures"] | {"module": modules["ISG6"]}
    longer |= {"expression": expression, "contrasts": contrasts, "genes": genes}
    return study | longer | {"figures": figures}


ODD = (one_patient, many_patients, no_nonresponders, no_gene_in_a_set, one_gene_in_a_module)
ODD += (long_names,)


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
