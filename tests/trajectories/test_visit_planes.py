"""Planes of two visits, and claims over visits, against closed forms and limma's contrasts."""

import numpy as np
import pandas as pd
from scipy import stats

from benchmarks.visits import VISITS, Setting, draw
from options import joint_options_of
from paired_trial import BOUNDS, Expression
from revertome.limma.contrasts import contrasts_fit
from revertome.limma.ebayes import ebayes
from revertome.limma.fit import lm_fit
from revertome.trajectories.cell_planes import unmoderated_planes
from revertome.trajectories.over_visits import at_last, from_on, last_measured
from revertome.trajectories.refit import PlaneContrasts
from revertome.trajectories.since_baseline import one_sign, since_baseline
from revertome.trajectories.visit_planes import fit_visits, planes_of_groups

NAN = np.nan


def test_largest_p_from_a_visit_on_leaves_out_what_was_not_measured():
    p = np.array([[0.5, NAN, 0.01, NAN], [0.01, 0.02, NAN, NAN], [0.2, NAN, 0.03, NAN]])
    expected = [[0.5, NAN, 0.03, NAN], [0.2, 0.02, NAN, NAN], [0.2, NAN, 0.03, NAN]]
    np.testing.assert_array_equal(from_on(p), expected)
    np.testing.assert_array_equal(last_measured(p), [2, 1, 2, -1])
    np.testing.assert_array_equal(at_last(p, p), [0.2, 0.02, 0.03, NAN])


def test_a_change_of_the_other_sign_does_not_last():
    p = np.array([[0.01, 0.01], [0.02, NAN], [0.03, 0.04]])
    change = np.array([[-1.0, 2.0], [1.0, -9.0], [1.0, 3.0]])
    np.testing.assert_array_equal(one_sign(p, change), [[1.0, 0.01], [0.02, NAN], [0.03, 0.04]])


def one_group(rng, n=9, visits=3, genes=40, lost=0):
    """Volunteers at baseline and some visits, all complete but the `lost` last ones."""
    names = ["before", *(f"day {k}" for k in range(1, visits + 1))]
    values = rng.normal(size=(visits + 1, n, genes)) * np.array([1, 2, 3, 1.5])[:, None, None]
    values += rng.normal(size=(1, n, genes)) + 2 * np.arange(visits + 1)[:, None, None]
    obs = pd.DataFrame(
        {"patient": [f"v{i}" for i in range(n)] * (visits + 1), "visit": np.repeat(names, n)}
    ).assign(group="volunteer")
    obs.index = [f"s{i}" for i in range(len(obs))]
    index = pd.Index([f"g{i}" for i in range(genes)])
    return Expression(values.reshape(-1, genes), obs, index), values, names


def test_own_variances_of_two_visits_are_those_of_paired_t_tests():
    """Complete data of one group: t and df of t_w - l t_v are those of scipy's one-sample t."""
    expression, values, names = one_group(np.random.default_rng(2))
    design = {"baseline": "before", "followup": names[1:], "healthy": None, "covariates": []}
    model = joint_options_of("limma", design, "cells", trend=False)
    fit = fit_visits(expression, pd.DataFrame({"patient": [], "label": []}), model)
    contrasts = PlaneContrasts("change_all at day 1", "change_all at day 3")
    plane = unmoderated_planes(fit.fitted, fit.where, {"one": contrasts})["one"]
    first, last = values[1] - values[0], values[3] - values[0]
    for a, b in ((0, 1), (-1, 1), (-0.5, 1), (1, 1)):
        expected = stats.ttest_1samp(a * first + b * last, 0.0)
        np.testing.assert_allclose(plane.statistic(a, b), expected.statistic, rtol=1e-8)
        upper = stats.ttest_1samp(a * first + b * last, 0.0, alternative="greater").pvalue
        np.testing.assert_allclose(plane.upper(a, b), upper, rtol=1e-8)


def test_difference_of_two_changes_is_limmas_contrast():
    """`variance: common`: lmFit with block and correlation, contrasts.fit of w - v, eBayes."""
    expression, labels, _ = draw(Setting("test", single=0.2, n_genes=300), np.random.default_rng(1))
    design = {"baseline": "baseline", "followup": list(VISITS), "healthy": "healthy"}
    options = joint_options_of("limma", design | {"covariates": []}, "common", trend=False)
    fit = fit_visits(expression, labels, options)
    planes = planes_of_groups(fit, ["responders"], "common", ["responders"])["responders"]
    model = fit.fitted.model
    lm = lm_fit(np.asarray(expression.X), model.design, model.block, fit.fitted.correlation)
    for (v, w), plane in planes.between.items():
        vector = pd.Series({f"responder.{w}": 1.0, f"responder.{v}": -1.0})
        vector = vector.reindex(model.design.columns, fill_value=0.0)
        expected = ebayes(contrasts_fit(lm, {"difference": vector})).t[:, 0]
        np.testing.assert_allclose(plane.statistic(-1, 1), expected, rtol=1e-8)


def test_limits_of_the_share_left_and_of_what_is_excluded():
    expression, values, names = one_group(np.random.default_rng(4))
    design = {"baseline": "before", "followup": names[1:], "healthy": None, "covariates": []}
    model = joint_options_of("limma", design, "cells", trend=False)
    fit = fit_visits(expression, pd.DataFrame({"patient": [], "label": []}), model)
    planes = planes_of_groups(fit, ["all"], "cells", ["all"])["all"]
    found = since_baseline(planes, BOUNDS, 0.05)
    change = values[1:].mean(axis=1) - values[0].mean(axis=0)
    np.testing.assert_allclose(found.change, change, atol=1e-10)
    np.testing.assert_array_equal(found.peak, np.abs(change).argmax(axis=0))
    np.testing.assert_allclose(found.rise_excluded, found.high.max(axis=0))
    np.testing.assert_allclose(found.fall_excluded, found.low.min(axis=0))
    # At either end the last change cannot be told from that share of the peak, at 1 - 0.05 / 2.
    for g in np.flatnonzero((found.peak < 2) & (found.share_interval == "bounded")):
        plane = planes.between[names[1 + found.peak[g]], names[3]]
        q = stats.t.ppf(1 - 0.05 / 4, plane.df[g])
        for end in (found.share_low[g], found.share_high[g]):
            variance = plane.var_t + end**2 * plane.var_d - 2 * end * plane.cov
            z = (plane.t[g] - end * plane.d[g]) / np.sqrt(variance[g])
            np.testing.assert_allclose(np.abs(z), q, rtol=1e-8)
    assert ((found.peak < 2) & (found.share_interval == "bounded")).any()
