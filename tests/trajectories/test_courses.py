"""Courses over visits: definitions written out, closed forms, and trials whose truth is known."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from benchmarks.visits import COURSES, INDUCED, VISITS, Setting, claims, courses_of, draw
from options import joint_options_of, section
from revertome.errors import StudyError
from revertome.trajectories.courses import run
from revertome.trajectories.observed import observe
from revertome.trajectories.study import study_of
from revertome.trial import at_visit

NAN = np.nan


def options_at(variance="cells", engine="limma", healthy="healthy", followup=VISITS):
    design = {"baseline": "baseline", "followup": list(followup), "healthy": healthy}
    return joint_options_of(engine, design | {"covariates": []}, variance, trend=False)


def asked(**changes):
    return (
        section(
            "trajectories", reverted_in="responders", sensitivity=[], bootstrap=0, permutations=0
        )
        | changes
    )


def drawn(seed=1, **changes):
    setting = Setting(**{"name": "test", "n_genes": 300, **changes})
    return setting, *draw(setting, np.random.default_rng(seed))


@pytest.fixture(scope="module")
def quiet():
    """A trial of 40 responders in which hardly anything is left to chance."""
    _, expression, labels, _ = drawn(responders=40, healthy=60)
    return expression, labels


def kinds(n_genes):
    """Kind of course of each gene, in the order in which they are drawn."""
    both = [(name, share) for part in (COURSES, INDUCED) for name, (_, share) in part.items()]
    names = np.repeat([name for name, _ in both], [round(share * n_genes) for _, share in both])
    return np.r_[names, np.full(n_genes - len(names), "null")]


def test_classes_are_those_of_each_visit_alone():
    """The same model, asked about one visit: every number of `trajectories` at that visit."""
    _, expression, labels, _ = drawn(single=0.2)
    model, options = options_at(), asked()
    found = run(expression, labels, model, options).visits
    for visit in VISITS:
        design = at_visit(model.design, visit)
        alone = observe(study_of(expression, labels, replace(model, design=design)), options)
        rows = found[found["visit"].eq(visit)]
        np.testing.assert_array_equal(rows["class"], alone.calls.outcome)
        for name in ("reverted", "induced", "persistent"):
            np.testing.assert_allclose(rows[f"p_{name}"], alone.calls.p[name], rtol=1e-10)
        np.testing.assert_allclose(rows["change"], alone.planes["main"].t, rtol=1e-10)
    last = found[found["visit"].eq(VISITS[-1])]
    # At the last visit `reverted from` is the class.
    assert (last["reverted_from"] == last["class"].eq("reverted")).all()


def test_courses_of_clear_genes_are_told(quiet):
    expression, labels = quiet
    found = run(expression, labels, options_at(), asked())
    kind = kinds(300)
    course = found.courses["course"].to_numpy()
    share = pd.crosstab(kind, course, normalize="index")
    assert share.loc["lasting", "reverted"] == 1
    assert share.loc["late", "reverted"] == 1
    assert share.loc["relapsing", "relapsed"] > 0.8
    assert share.loc["interrupted", "reverted"] == 1
    assert share.loc["never", "never reverted"] > 0.8
    assert share.loc["null", "not decided"] > 0.99
    late = found.courses[kind == "late"]
    assert late["reverted_from"].isin(VISITS[2:]).mean() > 0.9
    interrupted = found.courses[kind == "interrupted"]
    assert interrupted["transient"].mean() > 0.5
    shown = interrupted[interrupted["transient"].astype(bool)]
    assert shown["transient_lost_at"].eq(VISITS[1]).all()
    assert shown["in_words"].str.contains("not so at month 3").all()


def test_courses_since_baseline_of_clear_genes_are_told(quiet):
    expression, labels = quiet
    found = run(expression, labels, options_at(), asked()).change_courses
    found = found[found["group"].eq("responders")]
    share = pd.crosstab(kinds(300), found["course"].to_numpy(), normalize="index")
    assert share.loc["stays", "not back"] == 1
    assert share.loc["comes and goes", "back"] > 0.8
    assert share.loc["rises late", "not back"] == 1
    assert share.loc["null", "no change shown"] > 0.9
    late = found[kinds(300) == "rises late"]
    assert late["changed_from"].eq(VISITS[2]).mean() > 0.8
    assert late["plateau_from"].eq(VISITS[2]).mean() > 0.8
    assert not share.loc["half left"].get("back", 0) > 0.1


def test_nothing_but_names_changes_with_the_direction_of_genes():
    _, expression, labels, _ = drawn()
    first = run(expression, labels, options_at(), asked())
    expression.X = -expression.X
    turned = run(expression, labels, options_at(), asked())
    pd.testing.assert_series_equal(first.courses["course"], turned.courses["course"])
    for name in ("p_reverted_from", "p_ever", "p_transient", "p_relapsed", "p_never"):
        np.testing.assert_allclose(first.courses[name], turned.courses[name], rtol=1e-9)
    for name in ("p_changed", "p_back", "p_not_back", "share_left"):
        np.testing.assert_allclose(
            first.change_courses[name], turned.change_courses[name], rtol=1e-9
        )


def test_a_missing_visit_is_missing_and_not_unreverted():
    _, expression, labels, _ = drawn()
    whole = run(expression, labels, options_at(), asked())
    lasting = whole.courses["reverted_from"].eq("month 1")
    gene = whole.courses.loc[lasting, "gene"].iloc[0]
    at = expression.var_names.get_loc(gene)
    lost = expression.obs["visit"].eq("month 6").to_numpy()
    expression.X[lost, at] = NAN
    found = run(expression, labels, options_at(), asked())
    row = found.visits.set_index(["gene", "visit"]).loc[(gene, "month 6")]
    missing = ["change", "class", "p_reverted", "p_from", "reverted_from", "recovered"]
    assert row[missing].isna().all()
    course = found.courses.set_index("gene").loc[gene]
    assert course["course"] == "reverted" and course["n_visits"] == 3
    expression.X[expression.obs["visit"].eq("month 12").to_numpy(), at] = NAN
    found = run(expression, labels, options_at(), asked()).courses.set_index("gene").loc[gene]
    assert found["last_visit"] == "month 3" and "to the last visit (month 3)" in found["in_words"]


@pytest.mark.parametrize(
    ("name", "changes"),
    [("half", {}), ("unequal", {"sd": (1, 1, 2, 2, 2, 1)}), ("missing", {"single": 0.25})],
)
def test_genes_exactly_half_way_are_seldom_called(name, changes):
    """Nine tenths of the genes are null; claims over visits are false in at most 5% plus error."""
    rates: dict[str, list[float]] = {}
    for seed in range(4):
        setting, expression, labels, true = drawn(seed, responders=12, **changes)
        for row in claims(courses_of(setting, expression, labels), true):
            rates.setdefault(str(row["claim"]), []).append(float(row["false"]))
    for claim, false in rates.items():
        error = np.std(false, ddof=1) / 2
        assert np.mean(false) <= 0.05 + 2 * max(error, 0.01), (claim, false)


@pytest.mark.parametrize("engine", ["mixed", "limma"])
@pytest.mark.parametrize("variance", ["cells", "common"])
def test_every_model_gives_courses(engine, variance):
    setting, expression, labels, _ = drawn(n_genes=60, variance=variance, engine=engine)
    found = courses_of(setting, expression, labels)
    assert found.courses["course"].eq("reverted").any()
    assert found.change_courses["course"].eq("not back").any()


def test_patients_without_pairs_stop_with_words():
    _, expression, labels, _ = drawn(n_genes=60)
    nobody = labels.assign(label="nonresponder")
    with pytest.raises(StudyError, match="reverted_in: responders, but none of these patients"):
        run(expression, nobody, options_at(), asked())
    first = expression[~expression.obs["visit"].isin(VISITS)].copy()
    with pytest.raises(StudyError, match="no patient has samples at both baseline and"):
        run(first, labels, options_at(), asked())


def test_without_healthy_people_there_are_changes_alone():
    _, expression, labels, _ = drawn()
    patients = expression[expression.obs["group"].eq("patient")].copy()
    found = run(patients, labels, options_at(healthy=None), asked())
    assert found.courses.empty
    assert found.visits[["disease", "class", "p_reverted", "course"]].isna().all(axis=None)
    assert found.visits["change"].notna().all()
    assert set(found.change_courses["group"]) == {"all", "responders", "nonresponders"}
