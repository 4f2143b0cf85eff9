"""Small volcano plots of every contrast."""

import numpy as np
import pandas as pd
import pytest

import small_study
from headline_study import contrast, design
from revertome.figures import draw
from revertome.figures.style import rows
from revertome.naming import named_as
from revertome.source_data import build

OPTIONS = {"alpha": 0.05}


def built(contrasts, own=None):
    return build(
        "contrasts",
        {"contrasts": contrasts, "design": own or design(), "trajectories": OPTIONS},
    )


def test_one_contrast_needs_no_second_figure():
    table = built({"change_all": contrast(1, 1)})
    assert table.loc[0, "text"] == (
        "One contrast was tested, change in all patients: it has a figure of its own."
    )
    none = contrast(1, 1).assign(**{"P.Value": np.nan, "adj.P.Val": np.nan})
    assert built({"drug_effect": none}).loc[0, "text"] == (
        "No contrast of genes could be estimated."
    )


def test_panels_stand_in_the_order_of_the_report_with_their_counts():
    table = built({"change_all": contrast(1, 2), "disease": contrast(3, 0), "mine": contrast(0, 0)})
    panels = rows(table, "panel").set_index("contrast")
    assert list(panels.index) == ["disease", "change_all", "mine"]
    assert list(panels["n_up"]) == [3, 1, 0] and list(panels["n_down"]) == [0, 2, 0]
    assert panels["p_at_alpha"].tolist()[:2] == [0.003, 0.003]
    assert pd.isna(panels.loc["mine", "p_at_alpha"])
    fig = draw("contrasts", table)
    assert [ax.get_title(loc="left") for ax in fig.axes] == [
        "Patients against healthy people\n▼ 0   ▲ 3",
        "Change in all patients\n▼ 2   ▲ 1",
        "Mine\n▼ 0   ▲ 0",
    ]


@pytest.mark.parametrize("n", [2, 13, 41])
def test_the_figure_is_at_most_a_page_and_says_what_it_leaves_out(n):
    many = {f"change_with_{'variable_' * 7}{k}": contrast(1, 1) for k in range(n)}
    table = built(many)
    fig = draw("contrasts", table)
    width, height = fig.get_size_inches() * 25.4
    assert width <= 183.1 and height <= 225
    assert len([ax for ax in fig.axes if ax.axison]) == min(n, 12)
    caption = table.loc[table["element"] == "caption", "text"].iloc[0]
    assert ("Not drawn: " in caption) == (n > 12)
    assert caption.endswith("and 26 more; the tables have them.") == (n == 41)


def test_of_many_genes_the_surest_and_some_of_all_others_are_drawn():
    n = 60_000
    p = np.linspace(1e-6, 1, n)
    table = pd.DataFrame({"gene": [f"G{k}" for k in range(n)], "logFC": 1.0, "P.Value": p})
    table = table.assign(**{"adj.P.Val": p})
    found = built({"disease": table, "change_all": contrast(1, 0)})
    points = rows(found, "gene")
    points = points[points["contrast"] == "disease"]
    assert list(points["gene"].head(500)) == [f"G{k}" for k in range(500)]
    sure = points["direction"] == "up"
    assert 500 + 800 < sure.sum() <= 500 + 1000 and 900 < (~sure).sum() <= 1000
    panel = rows(found, "panel").set_index("contrast").loc["disease"]
    assert panel["n_up"] == (p < 0.05).sum() == 3000
    # The line is at the last gene called, drawn or not.
    assert panel["p_at_alpha"] == p[p < 0.05].max()
    assert rows(found, "gene")["label"].dropna().tolist() == ["G0", "G1", "G2", "G1"]


def test_the_effect_of_the_drug_has_a_panel_though_the_main_follow_up_has_no_control():
    untested = contrast(1, 1).assign(**{"P.Value": np.nan, "adj.P.Val": np.nan})
    main = {"drug_effect": untested, "change_all": contrast(1, 2)}
    early = {"drug_effect": contrast(3, 1), "change_all": contrast(2, 2)}
    arms = {"arm": {"column": "arm", "control": "pbo", "until": "week 4"}}
    study = {"contrasts": main, "trajectories": OPTIONS, "visit_contrasts": {"week 4": early}}
    study |= {"design": design(("week 4", "week 12"), **arms)}
    with named_as({"visits": {"week 4": "wk 4"}, "arms": {"pbo": "placebo"}}):
        table = build("contrasts", study)
    panels = rows(table, "panel")
    assert panels["contrast"].tolist() == ["drug_effect", "change_all"]
    assert panels["n_up"].tolist() == [3, 1] and pd.isna(panels["visit"].iloc[1])
    assert [ax.get_title(loc="left") for ax in draw("contrasts", table).axes] == [
        "Change in the treated arms less\nthat in the control arm, wk 4\n▼ 1   ▲ 3",
        "Change in all patients\n▼ 2   ▲ 1",
    ]
    assert len(rows(table, "gene")) == 16


def test_contrasts_without_a_gene_to_name_are_drawn():
    study = small_study.results()
    table = build("contrasts", study).drop(columns="label")
    panels = rows(table, "panel")
    axes = [ax for ax in draw("contrasts", table).axes if ax.axison]
    assert len(axes) == len(panels) > 1
    assert [text for ax in axes for text in ax.texts] == []
