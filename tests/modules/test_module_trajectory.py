"""Modules on the trajectory plane: one module at a time, by the tests of genes."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from paired_trial import DESIGN, OPTIONS, simulate
from revertome.differential.models import random_model
from revertome.limma.duplicate_correlation import duplicate_correlation
from stages import modules


@pytest.fixture(scope="module")
def trial():
    """Scores that are reverted, partly reverted, induced and unchanged, then noise."""
    rng = np.random.default_rng(21)
    disease = np.array([4.0, 6.0, 0.0, 0.0])
    change = np.array([-4.0, -1.5, 4.0, 0.0])
    expression, labels = simulate(disease, change, rng, nonresponse=1.0)
    scores = pd.DataFrame(expression.X, index=expression.obs.index, columns=list("dbca"))
    long = scores.rename_axis("sample").reset_index().melt("sample", var_name="module")
    long = long.rename(columns={"value": "score"}).assign(method="zscore")
    return long, expression.obs, labels


def test_each_module_is_classed_where_it_lies(trial):
    scores, obs, labels = trial
    found = modules.trajectory(scores, obs, labels, DESIGN, OPTIONS).set_index("module")
    assert list(found.index) == list("dbca")
    assert found["class"].to_dict() == {
        "d": "reverted",
        "b": "partial",
        "c": "induced",
        "a": "unchanged",
    }
    assert found.loc["b", "recovered_low"] < 0.25 < found.loc["b", "recovered_high"] < 0.5


def test_effect_and_p_are_those_of_generalised_least_squares(trial):
    """d and its t by explicit GLS with the module's own correlation, residual df n - p."""
    scores, obs, labels = trial
    found = modules.trajectory(scores, obs, labels, DESIGN, OPTIONS).set_index("module")
    y = scores[scores["module"].eq("b")].set_index("sample").loc[obs.index, "score"].to_numpy()
    model = random_model(obs, labels, DESIGN, ["disease_responders"])
    rho = duplicate_correlation(y[:, None], model.design, model.block)
    code = pd.factorize(obs["patient"])[0]
    v = np.where(code[:, None] == code[None, :], rho, 0.0)
    np.fill_diagonal(v, 1.0)
    x, w = model.design.to_numpy(), np.linalg.inv(v)
    cov = np.linalg.inv(x.T @ w @ x)
    beta = cov @ x.T @ w @ y
    c = model.contrasts["disease_responders"].to_numpy()
    df = len(y) - x.shape[1]
    s2 = (y - x @ beta) @ w @ (y - x @ beta) / df
    t = c @ beta / np.sqrt(s2 * c @ cov @ c)
    assert found.loc["b", "disease"] == pytest.approx(c @ beta, rel=1e-9)
    assert found.loc["b", "p_disease"] == pytest.approx(2 * stats.t.sf(abs(t), df), rel=1e-8)


def test_in_a_crossover_patients_are_counted_and_not_their_arms(trial):
    """Four non-responders are enough; the same changes, of two of them in two arms, are not."""
    scores, obs, labels = trial
    obs = obs[~obs["patient"].isin(["P19", "P20"])]
    twice = {"P17": "P15", "P18": "P16"}
    crossed = obs.assign(patient=obs["patient"].replace(twice))
    crossed["arm"] = np.where(obs["patient"].isin(twice), "placebo", "drug")
    crossed.loc[crossed["group"].eq("healthy"), "arm"] = None
    design = DESIGN | {"arm": {"column": "arm", "control": "placebo", "until": None}}
    one = modules.trajectory(scores, obs, labels, DESIGN, OPTIONS)
    two = modules.trajectory(scores, crossed, labels, design, OPTIONS)
    assert one["p_interaction"].notna().all() and two["p_interaction"].notna().all()
    assert one["responder_specific"].notna().any() and two["responder_specific"].isna().all()


def test_without_healthy_samples_nothing_is_classed(trial):
    scores, obs, labels = trial
    found = modules.trajectory(scores, obs, labels, DESIGN | {"healthy": None}, OPTIONS)
    assert found.empty


def test_a_ratio_is_placed_by_its_log2(trial):
    """Twice and half the healthy level are equally far from it, as in the tests of scores."""
    scores, obs, labels = trial
    ratios = scores.assign(score=2.0 ** scores["score"], method="median_fold_change")
    by_log, by_ratio = (
        modules.trajectory(each, obs, labels, DESIGN, OPTIONS).drop(columns="method")
        for each in (scores, ratios)
    )
    pd.testing.assert_frame_equal(by_log, by_ratio, rtol=1e-9)
