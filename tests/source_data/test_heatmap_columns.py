"""Order of the heat map, its trees, and the bars of what is known of people."""

import numpy as np
import pandas as pd
import pytest
from matplotlib.colors import to_rgba
from scipy.cluster.hierarchy import dendrogram, linkage
from scipy.spatial.distance import pdist, squareform

import small_study
from revertome.figures.clinical_bars import MISSING, bars_of
from revertome.figures.style import LABEL, ROLE, rows
from revertome.source_data import build
from revertome.source_data.clusters import alike_in_shape, clustered


@pytest.fixture(scope="module")
def study():
    found = small_study.results()
    people = found["labels"]["patient"]
    joined = pd.DataFrame({"patient": people, "crp_baseline": np.arange(len(people), dtype=float)})
    joined["crp_followup"] = joined["crp_baseline"].where(joined.index > 0) / 2
    return found | {
        "association_patients": joined.assign(esr_baseline=3.0),
        "variables": ["esr", "crp"],
    }


def test_trees_are_those_of_scipy():
    values = np.random.default_rng(3).normal(size=(12, 5))
    order, branches = clustered(values)
    known = dendrogram(linkage(values, "average", optimal_ordering=True), no_plot=True)
    assert list(order) == known["leaves"]
    sides = np.array(known["icoord"])[:, [0, 2]] / 10 - 0.5
    heights = np.array(known["dcoord"])[:, [0, 3, 1]]
    columns = ["first", "second", "first_height", "second_height", "height"]
    expected = pd.DataFrame(np.hstack([sides, heights]), columns=columns)
    expected = expected.sort_values(["height"], ignore_index=True)
    found = branches.sort_values(["height"], ignore_index=True).astype(float)
    pd.testing.assert_frame_equal(found, expected, rtol=1e-12)


@pytest.mark.parametrize("n", [0, 1, 2, 6])
def test_alike_and_flat_items_have_an_order_all_the_same(n):
    values = np.vstack([np.zeros((n // 2, 4)), np.full((n - n // 2, 4), 7.0)])
    for each in (values, alike_in_shape(values), np.full((n, 4), np.nan)):
        order, branches = clustered(each)
        assert sorted(order) == list(range(n))
        assert len(branches) == max(n - 1, 0)
        assert np.isfinite(branches.to_numpy(float)).all()


def test_the_distance_of_profiles_is_that_of_their_correlation():
    profiles = np.random.default_rng(4).normal(size=(5, 9))
    found = squareform(pdist(alike_in_shape(profiles))) ** 2
    np.testing.assert_allclose(found, 2 * (1 - np.corrcoef(profiles)), atol=1e-12)


def test_people_stand_at_one_place_at_both_visits_however_the_files_are_sorted(study):
    made = build("heatmap", study)
    columns = rows(made, "column")
    patients = columns[columns["role"] != "healthy"]
    for _, part in patients.groupby("label"):
        visits = [list(own["patient"]) for _, own in part.groupby("role")]
        assert visits[0] == visits[1]
    for label, tree in rows(made, "branch").dropna(subset=["label"]).groupby("label"):
        assert len(tree) == columns.loc[columns["label"] == label, "position"].nunique() - 1
    other = {"expression": study["expression"][::-1], "labels": study["labels"][::-1]}
    other["association_patients"] = study["association_patients"][::-1]
    pd.testing.assert_frame_equal(build("heatmap", study | other), made)


def test_bars_show_what_is_asked_and_differs(study):
    made = build("heatmap", study)
    columns, known = rows(made, "column"), rows(made, "bar")
    assert list(dict.fromkeys(known["variable"])) == ["sex", "crp"]  # ESR is the same for all
    crp = known[known["variable"] == "crp"].set_index("column")["value"]
    expected = study["association_patients"].set_index("patient")
    for row in columns.to_dict("records"):
        told = np.nan
        if row["role"] != "healthy":
            told = expected.loc[row["patient"], f"crp_{row['role']}"]
        np.testing.assert_equal(crp[row["column"]], told)
    visit, response, _, numbers = bars_of(columns, known)
    assert (visit.name, response.name, numbers.name) == ("visit", "response", "CRP")
    well = columns["role"].eq("healthy").to_numpy()
    for role, painted in zip(columns["role"], visit.colours, strict=True):
        assert tuple(painted) == to_rgba(ROLE[role])
    assert (response.colours[well, 3] == 0).all() and (numbers.colours[well, 3] == 0).all()
    label = columns["label"].map(LABEL)[~well].map(to_rgba)
    assert [tuple(each) for each in response.colours[~well]] == list(label)
    unknown = crp[columns["column"]].isna().to_numpy() & ~well
    assert unknown.sum() == 1
    assert tuple(numbers.colours[unknown][0]) == to_rgba(MISSING)
    assert numbers.ends == (0.0, float(len(expected) - 1))


def test_covariates_follow_the_variables_and_many_levels_are_left_out(study):
    many = study["expression"].copy()
    many.obs["chip"] = [f"c{i}" for i in range(len(many))]
    asked = study | {
        "expression": many,
        "design": study["design"] | {"covariates": ["chip", "batch"]},
    }
    assert list(dict.fromkeys(rows(build("heatmap", asked), "bar")["variable"])) == [
        "sex", "crp", "batch",
    ]  # fmt: skip


def test_blocks_of_few_people_are_not_counted(study):
    assert rows(build("heatmap", study), "block")["n_samples"].notna().all()
    few = build("heatmap", study | {"suppress_below": 5})
    assert "n_samples" not in rows(few, "block")


def test_two_numbers_are_names_and_more_are_measured(study):
    """Batches 1 and 2, with a gap, are no scale from 1 to 2."""
    expression = study["expression"].copy()
    expression.obs["run"] = np.where(np.arange(len(expression)) % 3, 1.0, 2.0)
    expression.obs.iloc[0, expression.obs.columns.get_loc("run")] = np.nan
    expression.obs["chip"] = np.arange(len(expression)) % 3
    other = {"expression": expression, "variables": [], "association_patients": None}
    other["design"] = study["design"] | {"covariates": ["run", "chip"]}
    known = rows(build("heatmap", study | other), "bar").groupby("variable")
    assert set(known.get_group("run")["level"].dropna()) == {"1", "2"}
    assert set(known.get_group("chip")["value"].dropna()) == {0.0, 1.0, 2.0}
