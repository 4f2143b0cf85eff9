"""Minimum detectable change against statsmodels, R and the fit itself."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats
from statsmodels.stats.power import TTestPower

from revertome.limma.contrasts import contrasts_fit
from revertome.limma.ebayes import ebayes
from revertome.limma.fit import lm_fit
from revertome.limma.power import detectable, detectable_change


@pytest.mark.parametrize("df", [2, 5, 10, 30, 200])
def test_statsmodels(df):
    """One-sample t-test of df + 1 values of unit variance: effect size times root n."""
    theirs = TTestPower().solve_power(nobs=df + 1, alpha=0.05, power=0.8) * np.sqrt(df + 1)
    assert detectable(1.0, df) == pytest.approx(theirs, rel=2e-6)


def test_power_of_r():
    """power.t.test(n=12, sd=0.7, power=0.8, type="paired", strict=TRUE, tol=1e-10)$delta."""
    assert detectable(0.7 / np.sqrt(12), 11) == pytest.approx(0.6220579857, rel=2e-6)


def test_large_df_are_normal_and_unknown_stays_unknown():
    expected = stats.norm.ppf(0.975) + stats.norm.ppf(0.8)
    assert detectable(2.0, np.inf) == pytest.approx(2 * expected, rel=1e-12)
    assert detectable(2.0, 9.9e4) == pytest.approx(2 * expected, rel=1e-4)
    assert np.isnan(detectable(np.nan, 5))
    assert np.isnan(detectable(1.0, np.nan))


def test_fit_of_pairs_reaches_the_power():
    """8 pairs of genes of one variance: 80% of genes with that change have p < 0.05."""
    rng = np.random.default_rng(5)
    n, genes = 8, 20_000
    design = pd.DataFrame(np.eye(n)[np.repeat(np.arange(n), 2)]).add_prefix("p")
    design["after"] = np.tile([0.0, 1.0], n)
    y = 0.4 * rng.normal(size=(2 * n, genes))
    change = {"change": pd.Series({"after": 1.0})}
    found = detectable_change(ebayes(contrasts_fit(lm_fit(y, design), change)), "change")
    y[1::2] += found
    moderated = ebayes(contrasts_fit(lm_fit(y, design), change))
    p = 2 * stats.t.sf(np.abs(moderated.t[:, 0]), moderated.df_total)
    assert (p < 0.05).mean() == pytest.approx(0.8, abs=0.015)
