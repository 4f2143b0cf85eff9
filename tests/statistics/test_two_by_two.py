"""Hypergeometric over-representation and the F test against counting and scipy."""

from math import comb

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from revertome.statistics.f_tests import f_test
from revertome.statistics.two_by_two import hypergeometric


def test_hypergeometric_counts_the_draws():
    odds, p = hypergeometric(4, 6, 10, 40)
    ways = sum(comb(10, k) * comb(30, 6 - k) for k in (4, 5, 6))
    assert p == pytest.approx(ways / comb(40, 6), rel=1e-12)
    assert odds == pytest.approx(4 * 28 / (2 * 6))


def test_odds_are_infinite_with_an_empty_cell_and_missing_without_a_set():
    assert hypergeometric(6, 6, 10, 40)[0] == np.inf
    assert np.isnan(hypergeometric(0, 0, 10, 40)).all()


def test_f_of_numbers_is_the_squared_t_of_the_slope():
    rng = np.random.default_rng(1)
    x, y = rng.normal(size=20), rng.normal(size=20)
    slope = stats.linregress(x, y)
    f, p = f_test(np.r_[y, 5.0], pd.Series(np.r_[x, np.nan]))
    assert f == pytest.approx((slope.slope / slope.stderr) ** 2, rel=1e-10)
    assert p == pytest.approx(slope.pvalue, rel=1e-10)


def test_f_of_levels_is_the_analysis_of_variance():
    rng = np.random.default_rng(2)
    y, level = rng.normal(size=18), pd.Series(list("aabbcc") * 3)
    found = f_test(y, level)
    expected = stats.f_oneway(*(y[level == name] for name in "abc"))
    assert found == pytest.approx(tuple(expected), rel=1e-10)
