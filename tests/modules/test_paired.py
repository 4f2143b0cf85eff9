"""Tests of changes of scores where covariates move, against least squares and in words."""

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from tests.modules.test_mixed_covariates import DESIGN, NUMBERS, trial
from tests.modules.test_sets import study, table_of

from revertome.modules.paired import difference_of_changes, mean_change
from revertome.statistics.t_tests import mean_t, welch
from stages import modules

PEOPLE = [f"P{k}" for k in range(9)]
RNG = np.random.default_rng(4)
CHANGE = pd.DataFrame(RNG.normal(size=(9, 3)), PEOPLE, ["a", "b", "c"])
CHANGE.iloc[[1, 4], 1] = np.nan
SHIFT = pd.DataFrame({"dose": RNG.normal(size=9), "batch=2": np.arange(9) % 2.0}, PEOPLE)


def as_numbers(fit, row):
    low, high = fit.conf_int()[row]
    return [fit.params[row], low, high, fit.tvalues[row], fit.df_resid, fit.pvalues[row]]


@pytest.mark.parametrize("score", list(CHANGE))
def test_intercept_of_the_regression_of_changes(score):
    known = CHANGE[score].notna()
    row = mean_change(CHANGE, SHIFT).loc[score]
    fit = sm.OLS(CHANGE[score][known].to_numpy(), sm.add_constant(SHIFT[known].to_numpy())).fit()
    assert row[NUMBERS].to_list() == pytest.approx(as_numbers(fit, 0), rel=1e-9)
    assert (row["n"], row["adjusted"]) == (known.sum(), ("dose", "batch=2"))


def test_difference_of_two_groups():
    row = difference_of_changes(CHANGE[:5], CHANGE[5:], SHIFT).loc["a"]
    x = np.column_stack([np.arange(9) < 5, np.ones(9), SHIFT]).astype(float)
    fit = sm.OLS(CHANGE["a"].to_numpy(), x).fit()
    assert row[NUMBERS].to_list() == pytest.approx(as_numbers(fit, 0), rel=1e-9)


def test_without_a_move_they_are_the_t_tests():
    for shift in (SHIFT * 0, SHIFT.iloc[:, :0]):
        found = mean_change(CHANGE, shift).drop(columns="adjusted")
        pd.testing.assert_frame_equal(found, mean_t(CHANGE))
        found = difference_of_changes(CHANGE[:5], CHANGE[5:], shift).drop(columns="adjusted")
        pd.testing.assert_frame_equal(found, welch(CHANGE[:5], CHANGE[5:]))


def test_a_covariate_that_moves_with_everybody_leaves_no_estimate():
    shift = pd.DataFrame({"batch=2": 1.0}, PEOPLE)
    found = mean_change(CHANGE, shift)
    assert found[["estimate", "P.Value"]].isna().all(axis=None)
    assert set(found["note"]) == {"batch=2 cannot be told apart from it in these patients"}
    other = difference_of_changes(CHANGE[:5], CHANGE[5:], shift)
    assert other["estimate"].notna().all()
    few = mean_change(CHANGE[:2], SHIFT)
    assert few["note"].to_list()[::2] == ["too few pairs for the covariates"] * 2


def test_a_shift_of_the_batch_is_called_nowhere():
    """Scores move with the batch alone, which most patients change between their visits."""
    obs = trial()
    later = obs["visit"].eq("after") & ~obs["patient"].isin(["P00", "P01", "P02", "P05", "P06"])
    obs["batch"] = np.where(later, "b", "a")
    noise = np.random.default_rng(5).normal(0, 0.3, len(obs))
    scores = obs.assign(score=noise + 5.0 * later, module="R_IL1_SIGNALING", method="zscore")
    scores = scores.reset_index(names="sample")[["sample", "module", "method", "score"]]
    labels = obs[["patient", "label"]].drop_duplicates()
    of = (scores, obs, labels)
    table = modules.test(*of, DESIGN | {"covariates": ["batch", "sex"]})
    assert len(table) == 6 and table["P.Value"].gt(0.05).all()
    told = table.set_index(["test", "group"])["covariates"]
    assert told.loc[("paired_change", "all")] == "batch"
    assert told.loc[("mixed", "all")] == "batch,sex"
    level = pd.DataFrame({"patient": [], "visit": [], "level": []})
    for covariates, called in ([["batch"], False], [[], True]):
        changes = modules.engagement(*of, level, DESIGN | {"covariates": covariates},
                                     {"visit": ""}, ["R_IL1_SIGNALING"])  # fmt: skip
        groups = changes[changes["of"] == "group"]
        assert (groups["P.Value"][:2] < 0.05).eq(called).all()


def test_flips_are_not_tried_where_only_other_pairs_tell_the_change():
    """All responders moved; the others, some of whom did, tell the batch, but are not flipped."""
    expression, labels = study(15)
    label = expression.obs["patient"].map(labels.set_index("patient")["label"])
    moved = expression.obs["visit"].eq("after") & (
        label.eq("responder") | expression.obs["patient"].isin(["P0", "P3"])
    )
    expression.obs["batch"] = np.where(moved, "2", "1")
    expression.X = expression.X + 4.0 * moved.to_numpy()[:, None]
    names = ["change_responders", "change_nonresponders", "change_all"]
    found = table_of(expression, labels, names, covariates=["batch"])["P.flip"]
    assert found.loc["change_responders"].isna().all()
    assert found.loc[("change_all", "M")] > 0.05
    rotation = table_of(expression, labels, names, covariates=["batch"])["P.rotation"]
    assert rotation.dropna().gt(0.01).all()
