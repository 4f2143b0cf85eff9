"""Studies that cannot have the usual figure of genes are shown what they can tell."""

import anndata
import numpy as np
import pandas as pd
import pytest
from matplotlib.colors import to_hex

import odd_studies
import small_study
from revertome.figures import draw
from revertome.figures.style import ROLE
from revertome.source_data import build
from revertome.source_data.two_effects import level_and_effect, two_changes
from revertome.source_data.volcano import first_of


def differential(p, effect=1.0, adjusted=None):
    """A differential table of three genes."""
    table = pd.DataFrame({"gene": list("ABC"), "logFC": effect, "AveExpr": [5.0, 6, 7]})
    return table.assign(
        **{"P.Value": p, "adj.P.Val": p if adjusted is None else adjusted}, engine="x"
    )


def element(table, name):
    return table[table["element"] == name].dropna(axis="columns", how="all")


def caption(table):
    return table.set_index("element").loc["caption", "text"]


def title(table):
    return next(iter(table.loc[table["element"].eq("title"), "text"]), None)


@pytest.fixture(scope="module")
def study():
    return small_study.results()


def test_volcano_falls_back_until_a_contrast_was_tested():
    known, unknown = differential([0.01, 0.5, 0.9]), differential(np.nan)
    every = {"own": known, "baseline": known, "disease": known, "drug_effect": known,
             "change_all": known, "change_responders": known}  # fmt: skip
    order = ["change_responders", "change_all", "drug_effect", "disease", "baseline", "own"]
    for name in order:
        assert first_of(every) == name
        every[name] = unknown
    assert first_of(every) is None
    assert first_of({"groups": differential([0.01, 0.5, 0.9], np.nan)}) is None  # no fold change


@pytest.mark.parametrize("left", ["drug_effect", "disease", "baseline", "interaction"])
def test_volcano_of_any_contrast_is_headed_by_it(study, left):
    one = next(iter(study["contrasts"].values()))
    made = build("volcano", study | {"contrasts": {left: one}})
    assert element(made, "study")["contrast"].iloc[0] == left
    assert "paired" not in made.set_index("element").loc["title", "text"].lower()
    n = element(made, "count").set_index("direction")["n"]
    assert n.sum() == len(one)
    assert f"{n['up']:.0f} genes are higher and {n['down']:.0f} genes lower" in caption(made)


def test_volcano_in_which_no_gene_is_called_names_the_smallest_p(study):
    one = differential([0.2, 0.3, 0.4], adjusted=[0.6, 0.6, 0.6])
    made = build("volcano", study | {"contrasts": {"change_all": one}})
    assert "No gene rose or fell at an adjusted p" in caption(made)
    assert element(made, "gene")["label"].tolist() == list("ABC")


def test_two_changes_are_marked_by_their_difference():
    across, up = (
        differential([0.01, 0.5, 0.9], [1.0, 0.0, 0.0]),
        differential([0.9] * 3, [0.0, 3.0, -3.0]),
    )
    apart = differential([0.5, 0.01, 0.02], [-1.0, 3.0, -3.0])
    contrasts = {"a": across, "b": up, "c": apart}
    found, words = two_changes(contrasts, ("a", "b", "c"), ["A"], 0.05)
    points = found["point"].set_index("gene")
    assert points["mark"].to_dict() == {"A": "either", "B": "up", "C": "down"}
    assert points[["x", "y"]].loc["B"].tolist() == [0.0, 3.0]
    assert points["label"].tolist() == ["A", "B", "C"]
    assert found["mark"].set_index("mark")["n_genes"].to_dict() == {
        "up": 1, "down": 1, "either": 1, "none": 0,
    }  # fmt: skip
    assert "the two changes differ, 2 genes" in words


def test_level_and_effect_leaves_out_what_was_not_tested():
    found, words = level_and_effect(
        differential([0.01, np.nan, 0.9], [2.0, 1, -1]), "change", [], 0.05
    )
    assert found["point"]["gene"].tolist() == ["A", "C"]
    assert found["point"]["mark"].tolist() == ["up", "none"]
    assert "1 gene higher and 0 genes lower of 2" in words


def test_plane_without_healthy_people_is_of_the_two_changes(study):
    genes = study["genes"].assign(disease=np.nan)
    one = study["contrasts"]["change_responders"]
    others = {"change_nonresponders": one.assign(logFC=0.5 * one["logFC"]), "interaction": one}
    bare = study | {"genes": genes, "contrasts": study["contrasts"] | others}
    made = build("trajectory_plane", bare)
    points = element(made, "point")
    np.testing.assert_allclose(points["x"].astype(float), 0.5 * points["y"].astype(float))
    assert len(points) == len(one)
    title = made.set_index("element").loc["title", "text"]
    assert title == "Change in responders and in non-responders"
    assert "Without healthy people, or complete pairs, no gene is called" in caption(made)


def test_heatmap_shows_what_differs_and_what_changes_if_no_gene_is_in_a_set(study):
    genes = study["genes"].assign(**{"class": "unresolved"})
    made = build("heatmap", study | {"genes": genes})
    sets = element(made, "set").set_index("set")
    for name, effect in (("reverted", "disease"), ("induced", "change_all")):
        p = genes[f"adj_p_{effect}"]
        assert sets.loc[name, ["kind", "n_genes"]].tolist() == ["leading", (p <= 0.05).sum()]
        drawn = set(element(made, "gene").query("set == @name")["gene"])
        ranked = genes.sort_values([f"p_{effect}", "gene"])["gene"]
        assert drawn == set(ranked.head(min(40, int((p <= 0.05).sum()))))
    assert "No gene is reverted or induced." in caption(made)
    nothing = genes.assign(adj_p_disease=1.0, adj_p_change_all=1.0)
    made = build("heatmap", study | {"genes": nothing})
    assert element(made, "set")["kind"].tolist() == ["smallest p"]
    assert "which claims nothing" in caption(made)


def test_sensitivity_leaves_out_an_empty_set_and_says_what_it_does_not_draw():
    names = [f"G{i}" for i in range(12)]
    genes = pd.DataFrame({"gene": names, "class": "induced", "stability": np.nan})
    # every analysis loses another gene: thirteen combinations of one gene each, and more
    runs = pd.DataFrame({"analysis": "covariate", "detail": names, "set": "induced", "lost": names,
                         "gained": "", "n_genes": 11, "n_kept": 11, "n_lost": 1, "n_gained": 0,
                         "jaccard": 11 / 12})  # fmt: skip
    made = build("sensitivity", {"sensitivity": runs, "genes": genes})
    assert element(made, "analysis")["set"].unique().tolist() == ["induced"]
    bars = element(made, "intersection")
    assert (len(bars), bars["n_all"].iloc[0], bars["n_all_genes"].iloc[0]) == (10, 12, 12)
    assert "the 10 largest of 12 combinations are shown, with 10 of 12 genes" in caption(made)
    assert "No gene is reverted." in caption(made)


def test_variances_of_genes_at_the_floor_take_no_room():
    rng = np.random.default_rng(4)
    ratio = np.exp(rng.normal(0, 0.3, (2, 4000)))
    ratio[:, :40] = 1e-9  # one in a hundred does not vary in patients
    genes = pd.DataFrame({"class": "unchanged", "sd_ratio_baseline": ratio[0],
                          "sd_ratio_followup": ratio[1]})  # fmt: skip
    variances = small_study.results()["variances"]
    assert variances["role"].tolist() == ["baseline", "followup"]
    made = build("variances", {"genes": genes, "variances": variances})
    bins = element(made, "bin")
    assert bins["high"].astype(float).max() == pytest.approx(16)
    lowest = bins.sort_values("low").groupby("role").head(1)["n_genes"].tolist()
    assert lowest == [40, 40]


def test_studies_of_one_visit_show_the_disease():
    study = small_study.results()
    first = study["expression"].obs["visit"].isna() | (study["expression"].obs["visit"] == "before")
    expression: anndata.AnnData = study["expression"][first.to_numpy()]
    genes = study["genes"].assign(**{"class": None}, change=np.nan, change_all=np.nan)
    design = study["design"] | {"followup": None}
    one = {"design": design, "genes": genes, "expression": expression}
    contrasts = {"disease": study["contrasts"]["disease"]}
    made = {n: build(n, study | one | {"contrasts": contrasts})
            for n in ("volcano", "trajectory_plane", "heatmap", "genes")}  # fmt: skip
    assert not any(table["element"].eq("absent").any() for table in made.values())
    assert "Without a follow-up" in caption(made["trajectory_plane"])
    n = (genes["adj_p_disease"] <= 0.05).sum()
    assert f"{n} genes that differ from healthy" in caption(made["heatmap"])
    assert "both visits" not in caption(made["heatmap"])


def test_two_changes_have_one_scale_so_that_equal_ones_lie_on_the_diagonal(study):
    genes = study["genes"].assign(disease=np.nan)
    one = study["contrasts"]["change_responders"]
    others = {"change_nonresponders": one.assign(logFC=0.2 * one["logFC"]), "interaction": one}
    bare = study | {"genes": genes, "contrasts": study["contrasts"] | others}
    (ax,) = draw("trajectory_plane", build("trajectory_plane", bare)).axes
    assert ax.get_xlim() == ax.get_ylim()
    assert ax.get_ylim()[1] > one["logFC"].abs().max()


def test_the_band_has_the_colour_of_those_it_is_of(study):
    def colours(role):
        made = build("interferon", study)
        if role == "baseline":
            made = made[~(made["element"].eq("sample") & made["role"].eq("healthy"))]
            made = made.assign(reference=made["reference"].where(made["reference"].isna(), role))
        ax = draw("interferon", made).axes[0]
        band = next(patch for patch in ax.patches if patch.get_alpha() == 0.12)
        return to_hex(band.get_facecolor()), to_hex(ax.get_lines()[0].get_color())

    assert colours("healthy") == (ROLE["healthy"].lower(),) * 2
    assert colours("baseline") == (ROLE["baseline"].lower(),) * 2


def test_figures_of_no_change_and_of_no_response_do_not_speak_of_them(study):
    tests = study["module_tests"].assign(test="disease")
    tests = tests[tests["group"].ne("responders_vs_nonresponders")]
    design = study["design"] | {"followup": None}
    modules = build("modules", study | {"module_tests": tests, "design": design})
    assert title(modules) == "All modules against healthy people"
    assert title(build("modules", study)) is None
    asked = study["association_tests"]
    only = asked[~asked["question"].str.contains("response")]
    without = build("association", study | {"association_tests": only})
    assert title(without) == "Association with clinical measurements"
    assert "AUC" not in caption(without) and "AUC" in caption(build("association", study))
    nobody = odd_studies.no_response()
    told = caption(build("flow", nobody))
    assert "Boxes at the foot: the groups that are analysed. B, " in told
    assert "analysed, by clinical response." in caption(build("flow", study))
