"""Mixed models, power, multiple testing and pooling against statsmodels.

Tolerance of the mixed models: Powell's method ends within 1e-6 of the ratio of variances (our own
search within 1e-10). The likelihood is flat at its top, so that this is 1e-12 there. Standard
errors are left out: statsmodels takes them from the Hessian over variances and coefficients, not
from generalised least squares as lme4 and nlme do, against which ours are tested.
"""

import numpy as np
import pandas as pd
import pytest
from scipy import stats
from statsmodels.regression.mixed_linear_model import MixedLM
from statsmodels.stats.meta_analysis import combine_effects
from statsmodels.stats.multitest import fdrcorrection, multipletests
from statsmodels.stats.power import FTestPower, TTestPower

from revertome.limma.power import detectable, power
from revertome.modules import mixed
from revertome.statistics.fdr import adjust
from revertome.statistics.meta import between_studies, random_effects, stouffer
from revertome.statistics.reml import reml_ratio, residual_squares

# Patients of both visits, and three of them seen at one visit only.
PATIENT = np.append(np.repeat(np.arange(14), 2), [14, 15, 16])
VISIT = np.append(np.tile([0.0, 1.0], 14), [0.0, 1.0, 1.0])


def model(seed):
    """Scores of 17 patients, 7 responders among them, and the columns of their model."""
    rng = np.random.default_rng(seed)
    response = (PATIENT % 5 < 2).astype(float)
    x = np.column_stack([np.ones(31), VISIT, response, VISIT * response])
    y = x @ [0.3, -0.5, 0.2, 0.8] + rng.normal(0, 1, 17)[PATIENT] + rng.normal(0, 0.7, 31)
    fit = MixedLM(y, x, groups=PATIENT).fit(reml=True, method="powell")
    return x, y, fit


def restricted(x, y, ratio):
    """Restricted log-likelihood of scores at a ratio of variances, all constants in it."""
    v = np.eye(31) + ratio * np.equal.outer(PATIENT, PATIENT)
    information = x.T @ np.linalg.solve(v, x)
    residual = y - x @ np.linalg.solve(information, x.T @ np.linalg.solve(v, y))
    df = len(y) - x.shape[1]
    scale = residual @ np.linalg.solve(v, residual) / df
    determinants = np.linalg.slogdet(v)[1] + np.linalg.slogdet(information)[1]
    return -0.5 * (df * (np.log(2 * np.pi * scale) + 1) + determinants)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_mixed_model_of_scores(seed):
    x, y, fit = model(seed)
    ratio = reml_ratio(*residual_squares(y[:, None], x, np.eye(17)[PATIENT])).item()
    assert ratio > 0.1
    assert ratio == pytest.approx(fit.cov_re.item() / fit.scale, rel=1e-6)
    sums = mixed.sums_of(np.column_stack([x, y]), PATIENT)
    assert mixed.gls(sums, ratio)[0] == pytest.approx(fit.fe_params, rel=1e-6)
    assert restricted(x, y, ratio) == pytest.approx(fit.llf, abs=1e-10)


def test_mixed_model_of_patients_by_visit():
    """The table that the rule `modules` writes: visit x response, patients seen once take part."""
    _, y, fit = model(4)
    scores = pd.DataFrame({"patient": PATIENT, "visit": VISIT, "score": y})
    before, after = (
        scores[scores["visit"] == visit].set_index("patient")[["score"]] for visit in (0, 1)
    )
    responder = pd.Series(np.arange(17) % 5 < 2, index=np.arange(17))
    row = mixed.change(before, after, responder).loc["score"]
    assert row["estimate"] == pytest.approx(fit.fe_params[3], rel=1e-6)
    assert row["n"] == 31


def test_variance_of_patients_of_many_genes_at_once():
    """Every gene's ratio at its own optimum."""
    rng = np.random.default_rng(9)
    x = np.column_stack([np.ones(31), VISIT])
    spread = np.array([0.6, 1.0, 2.0])
    y = rng.normal(size=(17, 3))[PATIENT] * spread + rng.normal(size=(31, 3))
    found = reml_ratio(*residual_squares(y, x, np.eye(17)[PATIENT]))
    for gene in range(3):
        fit = MixedLM(y[:, gene], x, groups=PATIENT).fit(reml=True, method="powell")
        assert found[gene] == pytest.approx(fit.cov_re.item() / fit.scale, rel=1e-6)


@pytest.mark.parametrize("df", [4, 11, 40])
@pytest.mark.parametrize("shift", [1.5, 2.9, 4.2])
def test_power_of_two_sides(df, shift):
    """F is t squared: its power counts significance with the wrong sign too, ours does not."""
    size = shift / np.sqrt(df + 1)
    upper = TTestPower().power(size, df + 1, 0.025, alternative="larger")
    assert power(shift, 1.0, df) == pytest.approx(upper, abs=1e-8)
    both = FTestPower().power(size, df, 1, 0.05, ncc=0)
    wrong = TTestPower().power(size, df + 1, 0.025, alternative="smaller")
    assert power(shift, 1.0, df) == pytest.approx(both - wrong, abs=1e-6)
    needed = TTestPower().solve_power(None, df + 1, 0.05, 0.8) * np.sqrt(df + 1)
    assert detectable(0.3, df) == pytest.approx(0.3 * needed, rel=5e-5)


def test_multiple_testing():
    rng = np.random.default_rng(5)
    p = np.append(rng.uniform(size=300), rng.uniform(size=40) ** 8)
    p[10:20] = p[10]  # ties
    expected = multipletests(p, method="fdr_bh")[1]
    np.testing.assert_allclose(adjust(p), expected, rtol=1e-14)
    np.testing.assert_allclose(adjust(p), fdrcorrection(p)[1], rtol=1e-14)
    assert ((adjust(p) <= 0.05) == fdrcorrection(p, alpha=0.05)[0]).all()
    holes = np.insert(p, [0, 5, 340], np.nan)
    np.testing.assert_allclose(adjust(holes)[~np.isnan(holes)], expected, rtol=1e-14)


EFFECT = np.array([0.61, 0.18, 1.07, 0.44, 0.93])
VARIANCE = np.array([0.04, 0.02, 0.09, 0.05, 0.03])


def test_pooling_with_one_variance_is_that_of_dersimonian_and_laird():
    """With equal variances v, REML and DerSimonian-Laird both give tau2 = sample variance - v."""
    same = np.full(5, 0.02)
    ours = between_studies(EFFECT, same)
    theirs = combine_effects(EFFECT, same, method_re="dl", use_t=True)
    assert ours["tau2"].item() == pytest.approx(theirs.tau2, rel=1e-10)
    pooled = random_effects(EFFECT, same)
    assert pooled["estimate"].item() == pytest.approx(theirs.mean_effect_re, rel=1e-12)
    # Hartung and Knapp's interval, on t with k - 1 degrees of freedom
    assert pooled["error"].item() == pytest.approx(theirs.sd_eff_w_re_hksj, rel=1e-10)


def test_pooling_with_unequal_variances():
    """What does not depend on tau2 coincides."""
    ours = between_studies(EFFECT, VARIANCE)
    theirs = combine_effects(EFFECT, VARIANCE, method_re="dl")
    assert ours["Q"].item() == pytest.approx(theirs.q, rel=1e-12)
    assert ours["p_Q"].item() == pytest.approx(theirs.test_homogeneity().pvalue, rel=1e-10)
    assert ours["estimate_common"].item() == pytest.approx(theirs.mean_effect_fe, rel=1e-12)
    z = abs(theirs.mean_effect_fe) / theirs.sd_eff_w_fe
    # Known variances: the inverse-variance mean over its error is Stouffer's with 1 / error.
    error = np.sqrt(VARIANCE)[:, None]
    p = stouffer(EFFECT[:, None] / error, 1 / error).item()
    assert p == pytest.approx(2 * stats.norm.sf(z), rel=1e-10)
