"""Source data: numbers against hand-made tables."""

import anndata
import numpy as np
import pandas as pd
import pytest

import small_study
from revertome.source_data import build
from revertome.source_data.diagnostics import table as diagnostics
from revertome.source_data.flow import table as flow
from revertome.source_data.genes import table as genes
from revertome.source_data.heatmap import table as heatmap
from revertome.source_data.interferon import paired
from revertome.source_data.tidy import absent, cohort, p_text, pairs, stack
from revertome.source_data.trajectory_plane import table as plane
from revertome.source_data.volcano import table as volcano

DESIGN = {"baseline": "d1", "followup": "m6", "healthy": "healthy"}
OPTIONS = {
    "rule": "tests",
    "alpha": 0.05,
    "variance": "cells",
    "reverted_in": "responders",
    "induced_in": "all",
    "recovered_at_least": 0.5,
    "recovered_at_most": 2.0,
    "induced_disease_at_most": 0.5,
}


@pytest.fixture
def expression():
    """Three healthy, responder p1 with both visits, p2 with one, non-responder p3 with both."""
    obs = pd.DataFrame(
        [
            ("h1", "H1", np.nan, "healthy"),
            ("h2", "H2", np.nan, "healthy"),
            ("h3", "H3", np.nan, "healthy"),
            ("a6", "p1", "m6", "patient"),
            ("a1", "p1", "d1", "patient"),
            ("b1", "p2", "d1", "patient"),
            ("c1", "p3", "d1", "patient"),
            ("c6", "p3", "m6", "patient"),
            ("c3", "p3", "m3", "patient"),
        ],
        columns=["sample", "patient", "visit", "group"],
    ).set_index("sample")
    x = np.array(
        [[1.0, 5], [2, 6], [3, 7], [2, 9], [6, 6], [5, 6], [7, 5], [3, 10], [0, 0]], dtype=float
    )
    return anndata.AnnData(x, obs=obs, var=pd.DataFrame(index=["REV", "IND"]))


@pytest.fixture
def labels():
    return pd.DataFrame(
        {"patient": ["p1", "p2", "p3"], "label": ["responder", "responder", "nonresponder"]}
    )


@pytest.fixture
def calls():
    return pd.DataFrame(
        {
            "gene": ["REV", "IND"],
            "disease": [4.0, 0.1],
            "change": [-4.0, 3.0],
            "disease_all": [3.9, 0.2],
            "change_all": [-3.8, 3.1],
            "class": ["reverted", "induced"],
            "adj_p_reverted": [0.01, 1.0],
            "adj_p_induced": [1.0, 0.02],
        }
    )


def element(table, name):
    return table[table["element"] == name].dropna(axis="columns", how="all")


def test_cohort_aligns_patients_and_leaves_other_visits_out(expression, labels):
    people = cohort(expression, labels, DESIGN)
    assert people["sample"].tolist() == ["h1", "h2", "h3", "a1", "b1", "c1", "a6", "c6"]
    assert people["role"].tolist() == ["healthy"] * 3 + ["baseline"] * 3 + ["followup"] * 2
    assert people["label"].tolist()[3:6] == ["responder", "responder", "nonresponder"]
    assert pairs(people).to_dict() == {"nonresponder": 1, "responder": 1}
    shuffled = cohort(expression[::-1], labels[::-1], DESIGN)
    pd.testing.assert_frame_equal(people, shuffled)


def test_flow_counts_losses_and_pairs(expression, labels):
    steps = pd.DataFrame(
        [("read", 12, 7, 2, "sheet"), ("kept", 9, 6, 2, "")],
        columns=["stage", "n_samples", "n_patients", "n_pairs", "note"],
    )
    made = flow(steps, small_study.PATIENT_FLOW.head(0), expression, labels, DESIGN)
    assert element(made, "stage")["lost"].tolist() == [0, 3]
    groups = element(made, "group").set_index("label")
    assert groups["n_patients"].to_dict() == {"healthy": 3, "responder": 2, "nonresponder": 1}
    assert groups["n_pairs"].to_dict() == {"healthy": 0, "responder": 1, "nonresponder": 1}
    assert "2 complete pairs" in element(made, "caption")["text"].iloc[0]


def test_flow_calls_nobody_treated_where_an_arm_has_no_drug(expression, labels):
    columns = ["stage", "n_samples", "n_patients", "n_pairs", "note"]
    steps = pd.DataFrame([("read", 12, 7, 2, "sheet")], columns=columns)
    one = labels.assign(label="treated")
    arm = {"column": "arm", "control": "placebo", "until": None}
    for design, word in ((DESIGN, "treated patients"), (DESIGN | {"arm": arm}, "patients")):
        made = flow(steps, small_study.PATIENT_FLOW.head(0), expression, one, design)
        groups = element(made, "group").set_index("label")
        assert groups.loc["treated", "name"] == word and groups.loc["treated", "n_pairs"] == 2


def test_flow_tells_the_groups_where_they_change(expression, labels):
    said = ["healthy 5 (normal 5); patient 7", "healthy 5; patient 7", "healthy 2; patient 7", ""]
    steps = pd.DataFrame(
        [(f"step {i}", 12 - i, 7, 2, "", groups) for i, groups in enumerate(said)],
        columns=["stage", "n_samples", "n_patients", "n_pairs", "note", "groups"],
    )
    made = flow(steps, small_study.PATIENT_FLOW.head(0), expression, labels, DESIGN)
    told = element(made, "stage")["groups"]
    assert told.notna().tolist() == [True, False, True, False]
    assert told.iloc[0] == said[0]


def test_volcano_directions_and_threshold(expression, labels):
    tested = pd.DataFrame(
        {
            "gene": list("ABCD"),
            "logFC": [2.0, -1.0, 0.5, -0.2],
            "P.Value": [0.001, 0.01, 0.2, 0.9],
            "adj.P.Val": [0.004, 0.02, 0.27, 0.9],
            "n": 7,
            "engine": "limma",
        }
    )
    made = volcano({"change_all": tested}, expression, labels, DESIGN, {"genes": ["D"]}, OPTIONS)
    assert element(made, "gene")["direction"].tolist() == ["up", "down", "none", "none"]
    assert element(made, "gene")["label"].dropna().tolist() == ["A", "B", "D"]
    study = element(made, "study").iloc[0]
    assert (study["contrast"], study["p_at_alpha"]) == ("change_all", 0.01)
    caption = element(made, "caption")["text"].iloc[0]
    assert "1 gene rose and 1 gene fell" in caption
    assert "in all patients (2 pairs)" in caption
    assert "p of moderated t-tests (limma)" in caption


def test_plane_places_each_claim_in_the_patients_it_is_tested_in(expression, labels, calls):
    summary = pd.DataFrame(
        {"class": ["reverted", "induced"], "n_genes": [1, 1], "expected_false": [2.3, np.nan]}
    )
    given = (summary, DESIGN, {"genes": []})
    made = plane(calls, *given, OPTIONS, labels, expression)
    panels = element(made, "panel")
    assert panels["claim"].tolist() == ["reverted", "induced"]
    assert panels["n_pairs"].tolist() == [1, 2]
    points = element(made, "gene").set_index(["panel", "gene"])
    assert points.loc[("A", "REV"), "change"] == -4.0
    assert points.loc[("B", "REV"), "change"] == -3.8
    assert points["label"].dropna().tolist() == ["REV", "IND"]
    together = plane(calls, *given, OPTIONS | {"induced_in": "responders"}, labels, expression)
    assert element(together, "panel")["panel"].tolist() == ["A"]
    assert "1 gene reverted (about 2 expected false)" in element(made, "caption")["text"].iloc[0]


def test_heatmap_is_in_healthy_standard_deviations(expression, labels, calls):
    made = heatmap(expression, calls, labels, DESIGN, {"heatmap_genes": 40}, OPTIONS)
    columns = element(made, "column").set_index("column")
    cells = element(made, "cell").set_index(["gene", "column"])["z"]
    first = columns.index[columns["sample"] == "a1"][0]
    # Healthy REV is 1, 2, 3: mean 2, SD 1; IND is 5, 6, 7: mean 6, SD 1.
    assert cells[("REV", first)] == pytest.approx(4.0)
    after = columns.index[columns["sample"] == "a6"][0]
    assert cells[("REV", after)] == pytest.approx(0.0)
    assert cells[("IND", after)] == pytest.approx(3.0)
    responders = columns[columns["label"] == "responder"]
    assert responders["patient"].tolist() == ["p1", "p2", "p1", "p2"]
    assert responders["position"].tolist() == [0, 1, 0, 1]
    assert responders["sample"].isna().tolist() == [False, False, False, True]


def test_a_gene_without_a_value_in_some_sample_is_in_the_heatmap(expression, labels, calls):
    x, rev = expression.X, expression.var_names == "REV"
    x[np.ix_(expression.obs_names.isin(["a1", "h1"]), rev)] = np.nan
    made = heatmap(expression, calls, labels, DESIGN, {"heatmap_genes": 40}, OPTIONS)
    cells, columns = element(made, "cell"), element(made, "column").set_index("sample")["column"]
    z = cells[cells["gene"] == "REV"].set_index("column")["z"]
    assert sorted(z.index[z.isna()]) == sorted(columns[["a1", "h1"]])
    # Healthy REV is 2, 3: mean 2.5, SD 0.71.
    assert z[columns["a6"]] == pytest.approx(-0.5 / np.sqrt(0.5))
    x[np.ix_(expression.obs_names.isin(["h1", "h2", "h3"]), rev)] = (
        2.0  # no spread, no standard deviations
    )
    made = heatmap(expression, calls, labels, DESIGN, {"heatmap_genes": 40}, OPTIONS)
    assert element(made, "set").set_index("set")["n_shown"].to_dict() == {
        "reverted": 0, "induced": 1,
    }  # fmt: skip


def test_genes_carry_the_healthy_band_and_say_what_is_missing(expression, labels, calls):
    made = genes(expression, calls, labels, DESIGN, {"genes": ["REV", "NOPE"]}, OPTIONS)
    facts = element(made, "gene").iloc[0]
    assert (facts["healthy_mean"], facts["healthy_sd"]) == (2.0, 1.0)
    assert facts["note"] == "reverted, adjusted p = 0.01"
    assert "Not measured here: NOPE" in element(made, "caption")["text"].iloc[0]
    leading = genes(expression, calls, labels, DESIGN, {"genes": []}, OPTIONS)
    assert element(leading, "gene")["gene"].tolist() == ["REV", "IND"]


def test_histograms_count_every_gene(expression, labels):
    p = [0.001, 0.02, 0.026, 0.5, 1.0]
    tested = pd.DataFrame({"P.Value": p, "adj.P.Val": [0.005, 0.04, 0.06, 0.6, 1], "engine": "x"})
    made = diagnostics({"disease": tested}, expression, labels, DESIGN, {"alpha": 0.05})
    bins = element(made, "bin")["n_genes"]
    assert bins.iloc[[0, 1, 20, 39]].tolist() == [2, 1, 1, 1]
    assert bins.sum() == 5
    assert element(made, "contrast")["n_below"].iloc[0] == 2
    assert element(made, "contrast")["uniform"].iloc[0] == 5 / 40
    without = {"disease": tested, "drug_effect": tested.assign(**{"P.Value": np.nan})}
    pd.testing.assert_frame_equal(
        diagnostics(without, expression, labels, DESIGN, {"alpha": 0.05}), made
    )
    stricter = diagnostics({"disease": tested}, expression, labels, DESIGN, {"alpha": 0.01})
    assert element(stricter, "contrast")["n_below"].iloc[0] == 1
    assert (
        "below 0.01: patients against healthy people: 1 of 5"
        in element(stricter, "caption")["text"].iloc[0]
    )


def test_paired_prefers_response_groups():
    tests = pd.DataFrame({"test": "paired_change", "group": ["all", "responders"]})
    assert paired(tests)["group"].tolist() == ["responders"]
    assert paired(tests.head(1))["group"].tolist() == ["all"]


def test_words_close_every_table():
    made = stack("c", "a", point=pd.DataFrame({"x": [1.0], "empty": [np.nan]}))
    assert made.columns.tolist() == ["element", "x", "text"]
    assert made["element"].tolist() == ["point", "caption", "alt"]
    assert absent("Nothing.")["text"].tolist() == ["Nothing."] * 3


@pytest.mark.parametrize(
    ("p", "text"),
    [(0.00001, "p < 0.0001"), (0.0123, "p = 0.012"), (0.25, "p = 0.25"), (1.0, "p = 1.00")],
)
def test_p_text(p, text):
    assert p_text(p) == text


def test_unknown_figure_is_named():
    with pytest.raises(ValueError, match='unknown figure "volcanoo"; choose one of flow'):
        build("volcanoo", {})
