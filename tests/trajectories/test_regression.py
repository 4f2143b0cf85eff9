"""Regression to the mean without control: what it could explain, against simulated truth."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from options import options_of
from randomised_trial import DESIGN, OPTIONS, Setting, enrolled, simulate
from revertome.errors import StudyError
from revertome.trajectories import run
from revertome.trajectories.fieller import fieller
from revertome.trajectories.plane import Plane
from revertome.trajectories.regression import (
    activity_twice,
    correlated,
    regression_to_the_mean,
    without_control,
)

PAIR = ("screening", "before")
EVERYONE = ("all patients", "all patients")
BEFORE_AFTER = {k: DESIGN[k] for k in ("baseline", "followup", "healthy", "covariates")}
MODEL = options_of("limma", BEFORE_AFTER, trend=False)


def plane(d, t, error=0.2):
    d, t = np.asarray(d, float), np.asarray(t, float)
    ones = np.full(len(d), error**2)
    return Plane(d, t, ones, ones, -0.5 * ones, 40.0)


def twice(n=400, r=0.6, seed=0):
    rng = np.random.default_rng(seed)
    x = rng.normal(size=n)
    pairs = pd.DataFrame({"a": x, "b": r * x + np.sqrt(1 - r**2) * rng.normal(size=n)})
    return pairs.set_axis([f"P{k}" for k in range(n)])


def test_correlation_and_interval_are_those_of_scipy():
    pairs = twice(30)
    found = correlated(pairs, "score", PAIR)
    expected = stats.pearsonr(pairs["a"], pairs["b"])
    assert found.r == pytest.approx(expected.statistic, abs=1e-12)
    interval = expected.confidence_interval()
    assert (found.low, found.high) == pytest.approx((interval.low, interval.high), abs=1e-12)
    gaps = pairs.copy()
    gaps.iloc[:3, 0] = np.nan
    assert correlated(gaps, "score", PAIR).n == 27


@pytest.mark.parametrize("r", [0.3, 0.7])
def test_share_expected_is_the_share_lost_in_a_simulated_flare(r):
    """Patients enrolled in flare lose 1 - r of their excess, as the statement says."""
    activity = enrolled(Setting(reliability=r), 200_000, np.random.default_rng(1))
    lost = 1 - activity[1].mean() / activity[0].mean()
    measured = correlated(twice(20_000, r), "score", PAIR)
    row = regression_to_the_mean(plane([2.0], [-1.8]), measured, *EVERYONE).iloc[0]
    assert row["expected_regression"] == pytest.approx(lost, abs=0.02)


def test_genes_that_the_share_explains_are_counted():
    d, t = [2.0, 2.0, -3.0], [-1.2, -1.9, 2.9]
    measured = correlated(twice(100, 0.45), "sledai", PAIR)
    row = regression_to_the_mean(plane(d, t), measured, "responders", "all patients").iloc[0]
    low = fieller(plane(d, t))[0]
    share = 1 - measured.r
    assert row["n_genes"] == 3 and row["n_explained"] == (low <= share).sum() == 1
    assert row["recovered"] == pytest.approx(0.95)
    assert row["recovered_low"] == pytest.approx(np.median(low))
    assert "sledai at screening and before" in row["statement"]
    assert "chosen by their own fall" in row["statement"]


def test_without_a_second_measurement_the_statement_says_what_would_have_to_be():
    three = plane([2.0, 2.0, 2.0], [-1.2, -1.6, -2.0])
    row = regression_to_the_mean(three, None, *EVERYONE).iloc[0]
    assert "n_explained" not in row
    assert "by a median of 80%" in row["statement"]
    assert "r is 0.20 or less" in row["statement"]
    assert f"r is {1 - row['recovered_low']:.2f} or less" in row["statement"]
    assert "chosen by" not in row["statement"]


def test_an_unbounded_interval_excludes_nothing():
    measured = correlated(twice(100, 0.9), "score", PAIR)
    vague = plane([0.3], [-0.3], error=0.5)
    assert regression_to_the_mean(vague, measured, *EVERYONE)["n_explained"][0] == 1


def test_statements_of_a_study_without_control():
    """From the whole stage: regression concerns all patients, whoever is called reverted."""
    drawn = simulate(Setting(n_genes=400, activity_genes=100), np.random.default_rng(1))
    found = run(drawn.expression, drawn.labels, MODEL, OPTIONS)
    row = found.statements.set_index("topic").loc["regression_to_the_mean"]
    genes = found.genes[found.genes["class"].eq("reverted")]
    assert row["n_genes"] == len(genes) > 50
    recovered = (-genes["change_all"] / genes["disease_all"]).median()
    assert row["recovered"] == pytest.approx(recovered)
    # Patients lost 1 - 0.3 of their disease without any drug; responders more.
    assert recovered == pytest.approx(0.7, abs=0.15)
    assert genes["recovered"].median() > recovered
    assert "In all patients the" in row["statement"]
    both = OPTIONS | {"induced_in": "responders"}
    again = run(drawn.expression, drawn.labels, MODEL, both).statements
    assert "In responders the" in again["statement"].iloc[-1]
    # No row beside a control, and none without healthy people or reverted genes.
    assert without_control(found.genes, DESIGN, OPTIONS, None).empty
    none = found.genes.assign(**{"class": "unresolved"})
    assert without_control(none, BEFORE_AFTER, OPTIONS, None).empty


def test_activity_of_the_visits_sheet_or_the_sample_sheet():
    pairs = twice(12)
    rows = [(p, v, pairs.loc[p, c]) for p in pairs.index for v, c in zip(PAIR, "ab", strict=True)]
    sheet = pd.DataFrame(rows, columns=["patient", "visit", "sledai"])
    empty = pd.DataFrame({"patient": [], "visit": []})
    obs = sheet.assign(group="patient")
    lacking = obs.drop(columns="sledai")

    def repeats(visits, samples, variable="sledai", baseline=""):
        asked = {"pretreatment": {"visit": "screening", "variable": variable}}
        return activity_twice(asked, visits, samples, DESIGN, {"baseline_visit": baseline})

    found = repeats(sheet, lacking)
    assert found.r == pytest.approx(np.corrcoef(pairs.T)[0, 1])
    assert repeats(empty, obs) == found
    named = sheet.replace({"before": "day 0"})
    assert repeats(named, lacking, baseline="day 0").r == found.r
    assert repeats(sheet, obs, variable="") is None
    with pytest.raises(StudyError, match="'das28' is in neither the visits sheet"):
        repeats(sheet, obs, variable="das28")
    with pytest.raises(StudyError, match="sledai is known of 0 patients at both 'screening' and"):
        repeats(sheet.replace({"screening": "day -7"}), lacking)
