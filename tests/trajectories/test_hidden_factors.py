"""Hidden factors: how many are found, what they go with, and what the sets lose by them."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from threadpoolctl import threadpool_limits

from paired_trial import DESIGN, LIMMA, OPTIONS, Expression, simulate
from revertome.trajectories import run
from revertome.trajectories.hidden_factors import _without, hidden_factors, number_of_factors
from revertome.trajectories.study import study_of

ASKED = OPTIONS | {"sensitivity": ["hidden_factors"]}
N_GENES, REVERTED, INDUCED = 1500, slice(0, 100), slice(100, 160)


def trial(seed, shift=0.0, loading=0.0, module=0.0, induced=4.0, **size):
    """100 reverted and 60 induced genes; a factor in 60% of the genes that moves by `shift` after
    treatment, and a `module` of the induced genes that varies between samples of its own."""
    rng = np.random.default_rng(seed)
    disease, change = np.zeros(N_GENES), np.zeros(N_GENES)
    disease[REVERTED], change[REVERTED], change[INDUCED] = 2.5, -2.5, induced
    expression, labels = simulate(disease, change, rng, **size)
    n = len(expression.obs)
    after = expression.obs["visit"].eq("after").to_numpy()
    factor = rng.normal(size=n) + shift * after
    loadings = loading * rng.normal(size=N_GENES) * (rng.random(N_GENES) < 0.6)
    values = expression.X + np.outer(factor, loadings)
    values[:, INDUCED] += module * rng.normal(size=n)[:, None]
    return Expression(values, expression.obs, expression.var_names), labels, factor


@pytest.fixture(autouse=True)
def one_thread():
    with threadpool_limits(limits=1):
        yield


def factors(expression, labels, design=DESIGN):
    fitted = study_of(expression, labels, replace(LIMMA, design=design))
    model, patient = fitted.fitted.model, fitted.where["patient"]
    claims = ["disease", "change_responders"]
    return hidden_factors(fitted.fitted.y, model, patient, claims, 0.5, 0.05)


def effects(rng, m, k, n_genes=400):
    found = rng.normal(size=(m, n_genes))
    for _ in range(k):
        found += np.outer(rng.normal(size=m), 0.6 * rng.normal(size=n_genes))
    return found / np.sqrt(np.mean(found**2, axis=0))


def test_without_factors_a_share_of_alpha_has_one():
    """Of 400 studies 5% at level 0.05, 20% at 0.2, within two and a half standard errors."""
    for alpha, off in ((0.05, 0.028), (0.2, 0.05)):
        rng = np.random.default_rng(1)
        found = [number_of_factors(effects(rng, 12, 0, 200), alpha, 3) for _ in range(400)]
        assert np.mean(np.array(found) > 0) == pytest.approx(alpha, abs=off)


@pytest.mark.parametrize("k", [1, 2, 3])
def test_as_many_as_there_are(k):
    rng = np.random.default_rng(k)
    found = [number_of_factors(effects(rng, 40, k), 0.05, 6) for _ in range(20)]
    assert np.mean(np.array(found) == k) >= 0.85
    assert min(found) >= k


def test_what_is_left_of_effects_is_independent_of_the_factor():
    rng = np.random.default_rng(3)
    e = rng.normal(size=(9, 50))
    u = np.linalg.svd(e)[0][:, 0]
    left = _without(e, u)
    assert left.shape == (8, 50)
    rest = e - np.outer(u, u @ e)
    np.testing.assert_allclose(left.T @ left, rest.T @ rest, atol=1e-12)


def test_scores_are_the_factor_with_its_shift():
    """A factor that treatment moves: its scores, and how far they move, as they are."""
    expression, labels, factor = trial(4, shift=1.5, loading=0.7)
    found = factors(expression, labels)
    assert found.scores.shape == (64, 1)
    score = found.scores[:, 0]
    assert abs(np.corrcoef(score, factor)[0, 1]) > 0.98
    after = expression.obs["visit"].eq("after").to_numpy()
    before = expression.obs["visit"].eq("before").to_numpy()
    moved = (score[after].mean() - score[before].mean()) / score[before].std()
    truth = (factor[after].mean() - factor[before].mean()) / factor[before].std()
    assert 0.8 * truth < abs(moved) < 1.05 * truth


def test_what_goes_with_a_visit_alone_is_not_seen():
    """A batch for each visit: no factor, which the sentence says."""
    expression, labels, _ = trial(4)
    moved = np.outer(
        expression.obs["visit"].eq("after"), np.random.default_rng(1).normal(size=1500)
    )
    made = Expression(expression.X + moved, expression.obs, expression.var_names)
    assert factors(made, labels).scores.shape[1] == 0
    said = run(made, labels, LIMMA, ASKED).statements.set_index("topic").loc["hidden_factors"]
    assert "cannot be seen this way" in said["statement"]


def test_a_batch_in_the_model_is_no_hidden_factor():
    expression, labels, _ = trial(5)
    batch = np.random.default_rng(6).choice(["a", "b"], len(expression.obs))
    size = np.random.default_rng(7).normal(size=N_GENES)
    values = expression.X + np.outer(batch == "b", size)
    obs = expression.obs.assign(batch=batch)
    made = Expression(values, obs, expression.var_names)
    assert factors(made, labels).scores.shape[1] == 1
    assert factors(made, labels, {**DESIGN, "covariates": ["batch"]}).scores.shape[1] == 0


def test_missing_values_and_visits():
    """Genes with gaps are no controls; patients with one visit have scores all the same."""
    expression, labels, factor = trial(8, loading=0.7)
    values = expression.X.copy()
    values[3, 200:400] = np.nan
    kept = np.arange(len(values)) != 25  # the second visit of a patient
    made = Expression(values[kept], expression.obs[kept], expression.var_names)
    found = factors(made, labels)
    assert found.n_controls == (N_GENES - 200) // 2
    assert abs(np.corrcoef(found.scores[:, 0], factor[kept])[0, 1]) > 0.95


def test_the_sets_beside_a_factor_that_treatment_moves():
    """What the factor hid of the reverted genes is found again; what it goes with is told."""
    expression, labels, _ = trial(9, shift=1.5, loading=1.2, induced=6.0)
    found = run(expression, labels, LIMMA, ASKED)
    row = found.sensitivity.query("detail == 'hidden_factors' and set == 'reverted'").iloc[0]
    assert row["n_gained"] >= 10
    gained = set(row["gained"].split(","))
    assert len(gained - set(expression.var_names[REVERTED])) <= 0.1 * row["n_gained"]
    said = found.statements.set_index("topic").loc["hidden_factors"]
    assert said["n_factors"] == 1
    assert 0.1 < said["explained"] < 0.6
    assert "Factor 1 changes by" in said["statement"]
    assert "reverted genes stay" in said["statement"]


@pytest.mark.parametrize("seed", [10, 11])
def test_a_module_that_is_claimed_is_no_hidden_factor(seed):
    """The induced genes vary together, as interferon does: they stay induced."""
    expression, labels, _ = trial(seed, module=1.0, loading=0.5, induced=6.0)
    found = run(expression, labels, LIMMA, ASKED)
    row = found.sensitivity.query("detail == 'hidden_factors' and set == 'induced'").iloc[0]
    assert row["n_kept"] + row["n_lost"] >= 50
    assert row["n_lost"] <= 1


def test_nothing_hidden_and_too_few_patients():
    """No row of the sensitivity, and a sentence."""
    for size, words in (
        ({}, "No hidden factor"),
        ({"responders": 4, "nonresponders": 0}, "only 3"),
    ):
        expression, labels, _ = trial(12, **size)
        found = run(expression, labels, LIMMA, ASKED)
        assert not found.sensitivity["detail"].eq("hidden_factors").any()
        said = found.statements.set_index("topic").loc["hidden_factors"]
        assert said["n_factors"] == 0
        assert words in said["statement"]
    assert "hidden_factors" not in set(run(expression, labels, LIMMA, OPTIONS).statements["topic"])
    assert isinstance(found.statements, pd.DataFrame)


def test_some_genes_at_a_time_are_as_all_at_once(monkeypatch):
    """The values stay as they are, and it does not matter how many genes are held at once."""
    expression, labels, _ = trial(1, loading=0.8)
    values = expression.X
    values[3, 5], values[:, 9] = np.nan, 4.0
    before = values.copy()
    whole = factors(expression, labels)
    monkeypatch.setattr("revertome.trajectories.hidden_factors.HELD", 7)
    found = factors(expression, labels)
    np.testing.assert_array_equal(values, before)
    assert found.scores.shape[1] == 1
    assert found.n_controls == (N_GENES - 2) // 2
    np.testing.assert_array_equal(found.scores, whole.scores)
