"""What the core answers to hard input: a clear error or a documented result, and exact tails."""

import numpy as np
import pandas as pd
import pytest

from options import options_of
from paired_trial import DESIGN, OPTIONS, simulate
from revertome.differential.engines import fit
from revertome.differential.models import random_model
from revertome.limma.array_weights import array_weights
from revertome.limma.contrasts import contrasts_fit
from revertome.limma.duplicate_correlation import duplicate_correlation
from revertome.limma.ebayes import ebayes, treat, two_sided
from revertome.limma.fit import lm_fit
from revertome.limma.joint import moderated_joint, normal_fit
from revertome.limma.robust_prior import log_f_sf
from revertome.limma.top_table import top_table
from revertome.trajectories import run
from revertome.trajectories.class_rules import CONTRASTS, EFFECTS
from revertome.trajectories.refit import Refit, plane_of

N = 12
GROUPS = pd.DataFrame({"a": np.repeat([1.0, 0.0], N // 2), "b": np.repeat([0.0, 1.0], N // 2)})
EFFECT = {"effect": pd.Series({"a": -1.0, "b": 1.0})}


@pytest.fixture
def y():
    rng = np.random.default_rng(3)
    return rng.normal(size=(N, 40)) * np.sqrt(3 / rng.chisquare(3, 40))


def test_aliased_columns_are_named(y):
    design = GROUPS.assign(all=1.0)
    with pytest.raises(ValueError, match=r"not of full rank.*: all can be written as combinations"):
        lm_fit(y, design)


def test_sample_weights_of_zero_can_alias_columns(y):
    weights = np.repeat([1.0, 0.0], N // 2)
    with pytest.raises(
        ValueError, match=r"6 samples \(6 more have weight 0\): b can be written as"
    ):
        lm_fit(y, GROUPS, weights=weights)


@pytest.mark.parametrize("value", [np.inf, -np.inf])
def test_infinite_values_are_refused(y, value):
    y[3, 7] = value
    with pytest.raises(ValueError, match=r"1 infinite values \(first: sample 3, gene 7\)"):
        lm_fit(y, GROUPS)


@pytest.mark.parametrize("value", [-1.0, np.nan, np.inf])
def test_impossible_weights_are_refused(y, value):
    for shape in ((N,), y.shape):
        weights = np.ones(shape)
        weights[2] = value
        with pytest.raises(ValueError, match="finite and not negative"):
            lm_fit(y, GROUPS, weights=weights)
    with pytest.raises(ValueError, match=r"shape \(40,\), not \(12,\) or \(12, 40\)"):
        lm_fit(y, GROUPS, weights=np.ones(40))


def test_two_samples_leave_nothing_to_estimate(y):
    with pytest.raises(ValueError, match="2 samples leave no residual degrees of freedom for 2"):
        lm_fit(y[[0, N - 1]], GROUPS.iloc[[0, N - 1]])
    with pytest.raises(ValueError, match="too few samples beyond the design"):
        duplicate_correlation(y[:4], GROUPS.iloc[[0, 1, 6, 7]], pd.Series(list("pppq")))


def test_impossible_correlation_is_refused(y):
    block = pd.Series(np.repeat(list("pqrs"), 3))
    with pytest.raises(ValueError, match=r"blocks of 3 samples; expected more than -0\.5"):
        lm_fit(y, GROUPS, block, -0.6)


def test_contrast_of_an_unknown_coefficient(y):
    with pytest.raises(ValueError, match="contrast odd: no coefficient c"):
        contrasts_fit(lm_fit(y, GROUPS), {"odd": pd.Series({"c": 1.0})})


def test_constant_gene_has_no_effect_and_p_1(y):
    y[:, 5] = 7.0
    for robust in (False, True):
        table = top_table(ebayes(contrasts_fit(lm_fit(y, GROUPS), EFFECT), robust=robust),
                          "effect", pd.RangeIndex(40)).set_index("gene")  # fmt: skip
        assert abs(table.loc[5, "t"]) < 1e-10
        assert table.loc[5, "P.Value"] == pytest.approx(1)


def test_all_missing_gene_has_no_result_and_changes_no_other(y):
    gone = y.copy()
    gone[:, 5] = np.nan
    rest = np.delete(np.arange(40), 5)
    for trend, robust in [(False, False), (True, False), (False, True), (True, True)]:
        moderated = ebayes(contrasts_fit(lm_fit(gone, GROUPS), EFFECT), trend, robust)
        without = ebayes(contrasts_fit(lm_fit(y[:, rest], GROUPS), EFFECT), trend, robust)
        table = top_table(moderated, "effect", pd.RangeIndex(40)).set_index("gene")
        assert table.loc[5].isna().all()
        expected = top_table(without, "effect", pd.Index(rest)).set_index("gene")
        pd.testing.assert_frame_equal(
            table.drop(index=5).sort_index(),
            expected.sort_index(),
            rtol=1e-10,
            check_index_type=False,
        )


def test_gene_missing_one_group_keeps_what_it_can_estimate(y):
    y[: N // 2, 5] = np.nan
    level = pd.Series({"b": 1.0})
    fit = contrasts_fit(lm_fit(y, GROUPS), {**EFFECT, "level": level})
    assert np.isnan(fit.coefficients[5, 0])
    assert fit.coefficients[5, 1] == pytest.approx(y[N // 2 :, 5].mean())
    assert fit.df_residual[5] == N // 2 - 1
    assert fit.sigma[5] == pytest.approx(y[N // 2 :, 5].std(ddof=1))


@pytest.mark.parametrize("weights", [None, np.linspace(0.5, 2, N)[:, None] * np.ones(40)])
def test_gene_whose_batch_moves_with_the_groups_has_no_effect(y, weights):
    """Its samples in batch 1 of group a and batch 0 of group b tell only the sum of both."""
    design = GROUPS.assign(batch=np.tile([0.0, 1.0], N // 2))
    y[: N // 2 : 2, 5] = y[N // 2 + 1 :: 2, 5] = np.nan
    fit = contrasts_fit(lm_fit(y, design, weights=weights), EFFECT)
    assert np.isnan(fit.coefficients[:, 0]).nonzero()[0].tolist() == [5]
    within = contrasts_fit(lm_fit(y, design, weights=weights), {"b": pd.Series({"b": 1.0})})
    assert within.coefficients[5, 0] == pytest.approx(
        np.average(y[N // 2 :: 2, 5], weights=None if weights is None else weights[N // 2 :: 2, 5])
    )


def test_gene_without_residual_df_takes_the_prior_variance(y):
    y[np.r_[1:6, 7:12], 5] = np.nan
    moderated = ebayes(contrasts_fit(lm_fit(y, GROUPS), EFFECT))
    assert np.isnan(moderated.fit.sigma[5])
    assert moderated.s2_post[5] == moderated.s2_prior[5]
    assert moderated.df_total[5] == moderated.df_prior


def test_weight_zero_is_a_missing_value(y):
    weights = np.random.default_rng(4).uniform(0.5, 2, y.shape)
    gone = np.random.default_rng(5).uniform(size=y.shape) < 0.1
    block = pd.Series(np.repeat(list("pqrstu"), 2))
    one = lm_fit(y, GROUPS, block, 0.3, np.where(gone, 0.0, weights))
    two = lm_fit(np.where(gone, np.nan, y), GROUPS, block, 0.3, weights)
    for part in ("coefficients", "covariance", "sigma", "df_residual"):
        np.testing.assert_allclose(getattr(one, part), getattr(two, part), rtol=1e-12)


def test_sample_weights_are_equal_observation_weights(y):
    samples = np.random.default_rng(4).uniform(0.5, 2, N)
    samples[3] = 0.0
    block = pd.Series(np.repeat(list("pqrstu"), 2))
    every = np.broadcast_to(samples[:, None], y.shape)
    one, two = (lm_fit(y, GROUPS, block, 0.3, w) for w in (samples, every))
    np.testing.assert_allclose(one.coefficients, two.coefficients, rtol=1e-10)
    np.testing.assert_allclose(one.sigma, two.sigma, rtol=1e-10)
    found = [duplicate_correlation(y, GROUPS, block, w) for w in (samples, every)]
    assert found[0] == pytest.approx(found[1], rel=1e-9)


def test_design_that_holds_the_blocks_has_no_correlation_left(y):
    block = pd.Series(np.repeat(list("pq"), N // 2))
    with pytest.warns(UserWarning, match="the correlation within them counts as 0"):
        assert duplicate_correlation(y, GROUPS, block) == 0.0


def test_constant_genes_do_not_enter_the_correlation(y):
    block = pd.Series(np.repeat(list("pqrstu"), 2))
    expected = duplicate_correlation(y, GROUPS, block)
    wider = np.column_stack([y, np.full((N, 9), 3.3)])
    assert duplicate_correlation(wider, GROUPS, block) == pytest.approx(expected, rel=1e-12)


def test_array_weights_leave_out_genes_that_miss_values(y):
    expected = array_weights(y, GROUPS)
    holes = np.column_stack([y, np.where(np.arange(N) == 2, np.nan, y[:, 0])])
    np.testing.assert_allclose(array_weights(holes, GROUPS), expected, rtol=1e-12)
    np.testing.assert_array_equal(array_weights(y[:, :1], GROUPS), np.ones(N))


def test_tail_probabilities_are_exact_far_out():
    t = np.array([3.0, 1e40, 1e60])
    closed = 2 / (t**2 + 2 + t * np.sqrt(t**2 + 2))  # Student's t with 2 df
    np.testing.assert_allclose(two_sided(t, 2.0), closed, rtol=1e-12)
    f = np.array([1.0, 100.0, 1e3, 1e5])
    np.testing.assert_allclose(log_f_sf(f, 2.0, 3000.0), -1500 * np.log1p(f / 1500), rtol=1e-12)


def test_treat_against_zero_is_the_two_sided_test(y):
    moderated = ebayes(contrasts_fit(lm_fit(y, GROUPS), EFFECT))
    t, p = treat(moderated, 0, 0.0)
    np.testing.assert_allclose(t, moderated.t[:, 0], rtol=1e-14)
    np.testing.assert_allclose(p, two_sided(moderated.t[:, 0], moderated.df_total), rtol=1e-14)


def study():
    rng = np.random.default_rng(4)
    expression, labels = simulate(rng.normal(size=60), rng.normal(size=60), rng, 8, 4, 9)
    expression.X = 8 + (expression.X - 8) * np.sqrt(4 / rng.chisquare(4, 60))
    return expression, labels, random_model(expression.obs, labels, DESIGN, CONTRASTS)


def test_engine_follows_robust_weights_and_threshold():
    expression, _, model = study()
    options = options_of("limma", DESIGN, robust=True, weights="array", lfc=0.3)
    table = fit(expression, model, options).tables["disease"]
    weights = array_weights(expression.X, model.design)
    rho = duplicate_correlation(expression.X, model.design, model.block, weights)
    found = lm_fit(expression.X, model.design, model.block, rho, weights)
    moderated = ebayes(contrasts_fit(found, model.contrasts), trend=True, robust=True)
    expected = top_table(moderated, "disease", expression.var_names, lfc=0.3)
    pd.testing.assert_frame_equal(table, expected)
    plain = fit(expression, model, options_of("limma", DESIGN)).tables["disease"]
    assert list(plain) == list(table)
    assert plain["P.Value"].median() < table["P.Value"].median()


def test_trajectories_refit_with_sample_weights_and_robust_prior():
    expression, _, model = study()
    joint = moderated_joint(normal_fit(expression.X, model, True), model, trend=False, robust=True)
    moderated = joint.moderated["disease"]
    assert len(np.unique(moderated.df_prior)) > 1
    refit, effect = Refit(joint), EFFECTS["responders"]
    xy, yy = refit.products(refit.whiten(joint.y), refit.designs())
    again = refit.planes(refit.information(), xy, yy, len(joint.y), {"main": effect})["main"]
    plane = plane_of(moderated, effect)
    for part in ("d", "t", "var_d", "cov", "df"):
        np.testing.assert_allclose(getattr(again, part), getattr(plane, part), rtol=1e-8)


def test_trajectories_run_robustly_with_sample_weights():
    expression, labels, _ = study()
    options = OPTIONS | {"bootstrap": 5, "permutations": 5}
    plain = run(expression, labels, options_of("limma", DESIGN, trend=True), options).genes
    other = run(
        expression,
        labels,
        options_of("limma", DESIGN, trend=True, robust=True, weights="array"),
        options,
    )
    assert list(other.genes) == list(plain)
    assert (other.genes["p_disease"] != plain["p_disease"]).all()
