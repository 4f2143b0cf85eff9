"""Tipping point: by hand, beside multiple imputation, and beside trials with everybody there."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from options import joint_options_of
from paired_trial import BOUNDS, DESIGN, LIMMA, OPTIONS, Expression, simulate
from revertome.errors import StudyError
from revertome.trajectories.class_rules import effects_of, rule_of
from revertome.trajectories.classes import Rule, classify, outcomes
from revertome.trajectories.observed import study_planes
from revertome.trajectories.plane import Plane, class_p
from revertome.trajectories.study import study_of
from revertome.trajectories.tipping import (
    SHORTFALLS,
    Absence,
    absence,
    in_sets,
    lost_at,
    tipped,
)
from revertome.trajectories.tipping_tables import tipping
from revertome.trajectories.tipping_words import sentence

RULE = Rule(0.05, BOUNDS)
AT = {float(k): i for i, k in enumerate(SHORTFALLS)}


def plane_of(d, t, var_d=0.04, var_t=0.05, cov=-0.02, df=20.0):
    d, t = np.atleast_1d(np.array(d, float)), np.atleast_1d(np.array(t, float))
    ones = np.ones(len(d))
    return Plane(d, t, var_d * ones, var_t * ones, cov * ones, df)


def without(data, patients, visit="after"):
    """The trial without samples of the first patients at a visit."""
    expression, labels = data
    obs = expression.obs
    gone = obs["visit"].eq(visit) & obs["patient"].isin(patients)
    return expression[obs.index[~gone]], labels


def test_one_gene_by_hand():
    """d = 2, t = -2; 9 of 12 patients present: a = 1/4, h = (3/16) (2 k)^2 / 12 = k^2 / 16.

    t(k) = -2 + k / 2. The near edge is t + d/2 = -1 + k/2 with the variance
    0.04 / 4 - 0.02 + 0.05 + k^2 / 16 = 0.04 + k^2 / 16; it holds while
    1 - k/2 >= q sqrt(0.04 + k^2 / 16) with q = 1.7247 (R: qt(0.95, 20)), that is up to the root
    k = 0.9373 of (1/4 - q^2/16) k^2 - k + 1 - 0.04 q^2 = 0.
    """
    who = Absence(9, 3)
    q = 1.724718
    a, b, c = 1 / 4 - q**2 / 16, -1.0, 1 - 0.04 * q**2
    root = (-b - np.sqrt(b * b - 4 * a * c)) / (2 * a)
    assert root == pytest.approx(0.9373, abs=1e-4)
    plane = plane_of(2, -2)
    held = in_sets({"main": plane, "induced": plane}, RULE, {"main": who, "induced": who})
    assert lost_at(held["reverted"])[0] == SHORTFALLS[root < SHORTFALLS][0] == 0.95
    there = tipped(plane, who, 0.8)
    assert there.t[0] == pytest.approx(-1.6, rel=1e-12)
    assert there.variance(0.5, 1)[0] == pytest.approx(0.04 + 0.64 / 16, rel=1e-12)
    assert there.variance(1, 0)[0] == pytest.approx(0.04, rel=1e-12)
    z = (1.6 - 1.0) / np.sqrt(0.08)
    assert there.upper(0.5, 1, -1.0)[0] == pytest.approx(stats.t.sf(z, 20), rel=1e-10)


def test_induced_gene_by_hand():
    """d = 0, t = 2, half of 20 present: t(k) = 2 - k, h = (2 k)^2 / 80.

    Both edges are alike: |t| / 2 has the variance 0.04 + 0.05 / 4 -+ 0.02 / 2, less or more by the
    covariance; with cov = 0 it is 0.0525 + k^2 / 80. It holds while
    (1 - k/2) >= q sqrt(0.0525 + k^2 / 80), and t differs from 0 while
    2 - k >= q2 sqrt(0.05 + k^2 / 20), q2 = 2.085963 (R: qt(0.975, 20)), which is the later one.
    """
    who, q = Absence(10, 10), 1.724718
    a, b, c = 1 / 4 - q**2 / 80, -1.0, 1 - 0.0525 * q**2
    root = (-b - np.sqrt(b * b - 4 * a * c)) / (2 * a)
    assert root == pytest.approx(1.1025, abs=1e-4)
    plane = plane_of(0, 2, cov=0.0)
    held = in_sets({"main": plane, "induced": plane}, RULE, {"main": who, "induced": who})
    assert held["induced"][0, 0] and not held["reverted"].any()
    assert lost_at(held["induced"])[0] == 1.15


def test_variance_is_never_below_that_of_multiple_imputation():
    """Rubin's total: (1 - a) v + h within, (a^2 (1 - k)^2 + a (1 - a)) v between imputations."""
    plane = plane_of(2, -3)
    for present, absent in ((19, 1), (9, 3), (5, 5), (3, 12)):
        who = Absence(present, absent)
        a, n, v = who.share, present + absent, plane.var_t[0]
        for k in SHORTFALLS:
            h = a * (1 - a) * (k * 3) ** 2 / n
            rubin = (1 - a) * v + h + (a**2 * (1 - k) ** 2 + a * (1 - a)) * v
            ours = tipped(plane, who, k).variance(0, 1)[0]
            assert ours >= rubin - 1e-12
            assert ours - rubin == pytest.approx(a**2 * (1 - (1 - k) ** 2) * v, abs=1e-12)


def test_multiple_imputation_itself():
    """Rubin's rules on drawn data: 60 present with mean change -2 and SD 1, 20 absent, k = 1/2."""
    rng, k, m = np.random.default_rng(4), 0.5, 20_000
    seen = rng.normal(-2, 1, 60)
    seen = (seen - seen.mean()) / seen.std(ddof=1) - 2
    s2 = 59 / rng.chisquare(59, m)
    mean = rng.normal(-2, np.sqrt(s2 / 60))
    drawn = rng.normal((1 - k) * mean[:, None], np.sqrt(s2)[:, None], (m, 20))
    whole = np.hstack([np.broadcast_to(seen, (m, 60)), drawn])
    total = whole.var(axis=1, ddof=1).mean() / 80 + whole.mean(axis=1).var(ddof=1)
    plane = tipped(plane_of(1, -2, var_t=1 / 60), Absence(60, 20), k)
    assert whole.mean() == pytest.approx(plane.t[0], abs=0.002)
    expected = plane.variance(0, 1)[0] - (1 / 16) * (3 / 4) / 60
    # Draws of the variance (59 / 57) and n - 1 for n make a few percent.
    assert total == pytest.approx(expected, rel=0.05)


@pytest.fixture(scope="module")
def trial():
    rng = np.random.default_rng(21)
    size = rng.uniform(1.5, 3.5, 100) * rng.choice([-1, 1], 100)
    disease, change = np.r_[size, np.zeros(900)], np.r_[-size, np.zeros(840), np.full(60, 2.5)]
    return simulate(disease, change, rng, nonresponse=0.8), change


@pytest.mark.parametrize("variance", ["cells", "common"])
def test_without_shortfall_the_sets_are_the_claims(trial, variance):
    data, _ = trial
    expression, labels = without(data, ["P00", "P01", "P02", "P15"])
    study = study_of(expression, labels, LIMMA)
    options = OPTIONS | {"variance": variance}
    effects, rule = effects_of(study.fitted.model, options), rule_of(options)
    planes, _ = study_planes(study.fitted, study.where, effects, variance)
    claims = classify(planes["main"], planes["induced"], rule).outcome
    who = {"main": absence(study.where, "responders", DESIGN),
           "induced": absence(study.where, "all", DESIGN)}  # fmt: skip
    assert who == {"main": Absence(12, 3), "induced": Absence(17, 4)}
    for name, held in in_sets(planes, rule, who).items():
        assert (held[0] == (claims == name)).all() and held[0].sum() >= 20
        assert not held[AT[2.0]][held[0]].all()
    nobody = dict.fromkeys(who, Absence(15, 0))
    for name, held in in_sets(planes, rule, nobody).items():
        assert (held == (claims == name)).all()
    # The short cut of the resamples calls the same classes on such planes.
    there = [tipped(planes[name], who[name], 0.6) for name in ("main", "induced")]
    assert list(outcomes(*there, rule)) == list(classify(*there, rule).outcome)


@pytest.mark.parametrize("variance", ["cells", "common"])
def test_no_more_is_kept_than_if_the_absent_had_come(trial, variance):
    """The same trial with everybody there, four of whom changed by 1 - k of the others' change.

    Over six trials with 3 and 6 of 15 absent it kept 61 and 61 genes at k = 1 and 1/2, where the
    whole trial called 74 and 80 (cells), 88 and 85 (common).
    """
    (expression, labels), change = trial
    away = ["P00", "P01", "P02", "P03"]
    options = OPTIONS | {"variance": variance}
    found = tipping(*without((expression, labels), away), LIMMA, options)
    kept = found.curve.query("set == 'reverted'").set_index("shortfall")["n_kept"]
    at = (expression.obs["visit"].eq("after") & expression.obs["patient"].isin(away)).to_numpy()
    whole = []
    for k in (0.0, 0.5, 0.75, 1.0):
        values = expression.X.copy()
        values[at] -= k * change
        study = study_of(Expression(values, expression.obs, expression.var_names), labels, LIMMA)
        planes, _ = study_planes(
            study.fitted, study.where, effects_of(study.fitted.model, options), variance
        )
        called = classify(planes["main"], planes["induced"], rule_of(options)).outcome
        whole.append(int((called == "reverted").sum()))
        assert kept[k] <= whole[-1] + 3
    assert kept[0.5] >= 0.8 * whole[1]  # and not so few that nothing is said
    assert (np.diff(kept.loc[0.2:]) <= 0).all()


def test_tables_of_a_study(trial):
    data, _ = trial
    found = tipping(*without(data, ["P00", "P01", "P02", "P03"]), LIMMA, OPTIONS)
    points = found.points.set_index("set")
    assert points.loc["reverted", ["group", "n_present", "n_absent"]].tolist() == [
        "responders",
        11,
        4,
    ]
    assert points.loc["induced", ["group", "n_present", "n_absent"]].tolist() == ["all", 17, 4]
    for name, row in points.iterrows():
        kept = found.curve[found.curve["set"].eq(name)].set_index("shortfall")["n_kept"]
        assert list(kept.index) == list(SHORTFALLS) and kept[0.0] == row["n_genes"]
        assert (
            kept[row["half_lost"]] < row["n_genes"] / 2 <= kept[round(row["half_lost"] - 0.05, 2)]
        )
        assert kept[row["all_lost"]] == 0 < kept[round(row["all_lost"] - 0.05, 2)]
        single = found.genes[found.genes["set"].eq(name)]
        assert len(single) == row["n_genes"] and single["gene"].is_monotonic_increasing
        assert single["lost_at"].min() == row["first_lost"]
        share = 1 - (row["half_lost"] - 0.05)
        how = "by at least" if share > 0.001 else "the other way by no more than"
        assert f"changed {how} {abs(share):.0%} of what" in row["statement"]
    assert points.loc["reverted", "statement"].startswith(
        f"after: the reverted set keeps at least half of its {points.loc['reverted', 'n_genes']} "
        "genes as long as the 4 absent responders changed by"
    )


def test_nobody_absent_and_no_healthy_people(trial):
    data, _ = trial
    found = tipping(*data, LIMMA, OPTIONS)
    assert found.curve.empty and found.genes.empty
    assert found.points["n_absent"].tolist() == [0, 0]
    assert found.points["half_lost"].isna().all()
    assert found.points["statement"][0] == (
        "after: every responder with a sample at before has one at after, so nobody's absence "
        "could change the reverted set."
    )
    expression, labels = data
    patients = expression[expression.obs.index[expression.obs["group"].eq("patient")]]
    model = joint_options_of("limma", DESIGN | {"healthy": None}, "cells")
    assert all(table.empty for table in tipping(patients, labels, model, OPTIONS))


def test_a_group_that_is_absent_altogether(trial):
    data, _ = trial
    others = [f"P{i}" for i in range(15, 21)]
    found = tipping(*without(data, others), LIMMA, OPTIONS).points.set_index("set")
    assert found.loc["reverted", ["n_present", "n_absent"]].tolist() == [15, 0]
    assert found.loc["induced", ["n_present", "n_absent"]].tolist() == [15, 6]
    with pytest.raises(StudyError, match="no patient labelled responder has samples at both"):
        tipping(*without(data, [f"P{i:02d}" for i in range(15)]), LIMMA, OPTIONS)
    # A patient without a sample at baseline is nobody whose change is missing.
    late = without(data, ["P00"], "before")
    assert tipping(*late, LIMMA, OPTIONS).points["n_absent"].tolist() == [0, 0]


@pytest.mark.parametrize("engine", ["limma", "mixed"])
def test_missing_values_and_engines(trial, engine):
    """A value that misses in a gene is no absent patient; a gene without enough is in no set."""
    (expression, labels), _ = trial
    values = expression.X[:, ::10].copy()
    rng = np.random.default_rng(8)
    if engine == "limma":
        values[rng.random(values.shape) < 0.05] = np.nan
        values[:, 1] = np.nan
    data = Expression(values, expression.obs, expression.var_names[::10]), labels
    options = joint_options_of(engine, DESIGN, "cells", trend=False)
    found = tipping(*without(data, ["P00", "P16"]), options, OPTIONS | {"induced_in": "responders"})
    assert found.points["n_absent"].tolist() == [1, 1]
    reverted = found.genes.query("set == 'reverted'")
    assert 5 <= len(reverted) <= 10
    assert ("g00010" in set(reverted["gene"])) == (engine == "mixed")


@pytest.mark.parametrize(
    "half, words",
    [
        (1.0, "changed by at least 5% of what the 2 present changed by"),
        (1.05, "changed the other way by no more than 0% of"),
        (1.5, "changed the other way by no more than 45% of"),
        (np.nan, "even if the 3 absent patients changed the other way by 100% of"),
    ],
)
def test_sentences(half, words):
    row = {"visit": "day 112", "set": "reverted", "group": "all", "n_present": 2, "n_absent": 3}
    row |= {"n_genes": 8, "half_lost": half}
    kept = np.where((half if half == half else 9) > SHORTFALLS, 8, 3)
    row |= {"n_unlabelled": 0, "half_lost_at_most": np.nan}
    text = sentence(row, "-3", kept, kept)
    assert half != half or "If the absent had not changed at all, " in text
    assert words in text and text.startswith(
        "day 112: the reverted set keeps at least half of its 8"
    )
    one = sentence(row | {"n_absent": 1, "n_genes": 0}, "-3", kept, kept)
    assert one == "day 112: the reverted set has no gene that the one absent patient could change."


def test_absent_patients_without_a_label_may_be_responders(trial):
    """Who drops out is not judged: counted as responders they make the set easier to lose."""
    (expression, labels), _ = trial
    unknown = labels.assign(
        label=labels["label"].mask(labels["patient"].isin(["P12", "P13", "P14"]))
    )
    unknown["label"] = unknown["label"].fillna("unlabelled")
    data = without((expression, unknown), ["P00", "P12", "P13", "P14"])
    points = tipping(*data, LIMMA, OPTIONS).points.set_index("set")
    row = points.loc["reverted"]
    assert row[["n_present", "n_absent", "n_unlabelled"]].tolist() == [11, 1, 3]
    study = study_of(*data, LIMMA)
    planes, _ = study_planes(
        study.fitted, study.where, effects_of(study.fitted.model, OPTIONS), "cells"
    )
    held = in_sets(
        planes, rule_of(OPTIONS), {"main": Absence(11, 4), "induced": Absence(17, 4)}
    )["reverted"]  # fmt: skip
    kept = (held & held[0]).sum(axis=1)
    assert row["half_lost_at_most"] == SHORTFALLS[2 * kept < kept[0]][0]
    assert not row["half_lost"] <= row["half_lost_at_most"]
    assert (
        "3 more without a sample at after have no response label. Counted as resp"
        in row["statement"]
    )
    assert points.loc["induced", ["n_absent", "n_unlabelled"]].tolist() == [4, 0]
    whole = without((expression, unknown), ["P12", "P13", "P14"])
    row = tipping(*whole, LIMMA, OPTIONS).points.set_index("set").loc["reverted"]
    assert row["n_absent"] == 0 and np.isnan(row["half_lost"]) and row["half_lost_at_most"] > 0
    assert row["statement"].startswith("after: every responder with a sample at before has one")


def test_a_result_has_the_columns_that_are_described(trial):
    from revertome.columns import conformed, table_of

    data, _ = trial
    found = tipping(*without(data, ["P00"]), LIMMA, OPTIONS)
    for name, file in (
        ("curve", "tipping"),
        ("points", "tipping_points"),
        ("genes", "tipping_genes"),
    ):
        described = table_of(f"x/trajectories/{file}.tsv")
        table = conformed(getattr(found, name), described)
        pd.testing.assert_frame_equal(table, getattr(found, name)[list(table)])


def three_visits(data):
    """The trial with a visit between, at which patients are as halfway to the last one."""
    expression, labels = data
    obs, values = expression.obs, expression.X
    before, after = (obs["visit"].eq(name).to_numpy() for name in ("before", "after"))
    rng = np.random.default_rng(12)
    middle = (values[before] + values[after]) / 2 + rng.normal(0, 0.5, values[before].shape)
    extra = obs[before].assign(visit="day 112")
    extra.index = [f"M{name}" for name in extra.index]
    return Expression(
        np.vstack([values, middle]), pd.concat([obs, extra]), expression.var_names
    ), labels


def test_every_follow_up_has_its_own_tipping_point(trial):
    data = three_visits(trial[0])
    data = without(data, ["P00", "P01", "P02"])
    data = without(data, ["P03", "P16"], "day 112")
    model = joint_options_of("limma", DESIGN | {"followup": ["day 112", "after"]}, "cells")
    points = tipping(*data, model, OPTIONS).points.set_index(["visit", "set"])
    assert [visit for visit, _ in points.index] == ["day 112"] * 2 + ["after"] * 2
    assert points["n_absent"].tolist() == [1, 2, 3, 3]
    assert points["n_present"].tolist() == [14, 19, 12, 18]
    assert (
        points.loc[("after", "reverted"), "n_genes"]
        > points.loc[("day 112", "reverted"), "n_genes"]
    )
    for visit in ("day 112", "after"):
        assert points.loc[(visit, "reverted"), "statement"].startswith(f"{visit}: the reverted set")


def test_people_followed_without_disease_are_nobody_who_is_absent(trial):
    expression, labels = trial[0]
    obs = expression.obs.copy()
    siblings = obs.index[obs["group"].eq("healthy")][:8]
    obs.loc[siblings, ["group", "visit"]] = "sibling", "before"
    design = DESIGN | {"time_control": "sibling"}
    model = joint_options_of("limma", design, "cells")
    data = without((Expression(expression.X, obs, expression.var_names), labels), ["P00"])
    assert tipping(*data, model, OPTIONS).points["n_absent"].tolist() == [1, 1]


@pytest.mark.parametrize("n, gone, found", [(15, 4, 0.25), (24, 4, 0.35)])
@pytest.mark.parametrize("variance", ["cells", "common"])
def test_genes_half_reverted_because_of_who_is_absent(n, gone, found, variance):
    """Everybody together reverts exactly half, those present by 0.6 of the way.

    Of such genes, which are no reverted ones, the tests of those present let 25 to 35% through at
    p < 0.05, and at the shortfall that is true at most 5% (1 to 2%, also with twice the variance in
    patients and with 8 patients of whom 3 are absent).
    """
    rng = np.random.default_rng(n)
    size = rng.uniform(2, 3.5, 1000) * rng.choice([-1, 1], 1000)
    k = 1 - ((0.5 * n - 0.6 * (n - gone)) / gone) / 0.6
    data = simulate(size, -0.6 * size, rng, responders=n, nonresponders=4)
    expression, labels = without(data, [f"P{i:02d}" for i in range(gone)])
    study = study_of(expression, labels, LIMMA)
    effects = effects_of(study.fitted.model, OPTIONS)
    plane = study_planes(study.fitted, study.where, effects, variance)[0]["main"]
    true = tipped(plane, absence(study.where, "responders", DESIGN), k)
    assert (class_p(plane, "reverted", BOUNDS) < 0.05).mean() > found - 0.12
    assert (class_p(true, "reverted", BOUNDS) < 0.05).mean() < 0.05
