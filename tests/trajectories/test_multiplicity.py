"""Adjustment among screened genes: null share by hand, and both ways to the same rejections."""

import numpy as np
import pytest
from scipy import stats

from revertome.trajectories.multiplicity import Adjustment, adjust_among, null_share, rejected


def reaching(p):
    return lambda level: int((p <= level).sum())


def test_null_share_by_hand():
    """20 genes: 10 clear, 6 between 0.05 and 0.5, 4 far: (1 + 7 / (0.45 x 20)) / 2."""
    p = np.r_[np.full(10, 0.001), np.linspace(0.06, 0.5, 6), np.full(4, 0.97)]
    assert null_share(reaching(p), 20, 0.05) == pytest.approx(8 / 9)
    adjusted = adjust_among(p, np.ones(20, bool), 0.05, True, Adjustment.ADAPTIVE)
    np.testing.assert_allclose(adjusted[:10], 8 / 9 * 0.002, rtol=1e-12)


def test_null_share_stays_between_one_half_and_one():
    assert null_share(reaching(np.full(50, 0.01)), 50, 0.05) == pytest.approx(0.5 + 1 / 45)
    assert null_share(reaching(np.full(50, 0.2)), 50, 0.05) == 1.0
    assert null_share(reaching(np.zeros(0)), 0, 0.05) == 1.0
    assert null_share(reaching(np.full(50, 0.01)), 50, 0.5) == 1.0


def test_share_of_uniform_null_genes_is_found():
    """A third in the class, a third on an edge, a third deep on the wrong side."""
    rng = np.random.default_rng(1)
    p = np.r_[rng.uniform(0, 0.01, 2000), rng.uniform(size=4000), rng.uniform(0.9, 1, 2000)]
    assert null_share(reaching(p), 8000, 0.05) == pytest.approx(0.75, abs=0.01)


def test_genes_outside_the_screen_have_adjusted_p_1():
    p = np.array([0.001, 0.001, 0.04, 0.9])
    screen = np.array([True, False, True, True])
    np.testing.assert_allclose(adjust_among(p, screen, 0.05, False), [0.002, 1, 0.16 / 3, 0.9])
    share = (1 + 1 / (0.45 * 3)) / 2
    expected = [0.003 * share, 1.0, 0.06 * share, 0.9]
    np.testing.assert_allclose(adjust_among(p, screen, 0.05, True, Adjustment.ADAPTIVE), expected)


def test_no_adjusted_p_is_below_its_p():
    p = np.r_[np.full(95, 0.001), 0.08, np.full(4, 0.9)]
    assert adjust_among(p, np.ones(100, bool), 0.05, True, Adjustment.ADAPTIVE)[95] == 0.08
    assert (adjust_among(p, np.ones(100, bool), 0.05, True, Adjustment.ADAPTIVE) >= p).all()


@pytest.mark.parametrize("alpha", [0.01, 0.05, 0.3, 0.6])
@pytest.mark.parametrize("df", [4.7, 60.0, np.inf])
def test_adaptive_rejections_by_critical_values_are_those_of_adjusted_p(alpha, df):
    rng = np.random.default_rng(8)
    for effect in (0.0, 1.0, 3.0):
        two = rng.normal(effect, 1, 3000) * rng.choice([-1, 1], 3000)
        one = rng.normal(2 * effect, 1.5, 3000)
        p = np.maximum(2 * stats.t.sf(np.abs(two), df), stats.t.sf(one, df))
        expected = adjust_among(p, np.ones(3000, bool), alpha, True, Adjustment.ADAPTIVE) <= alpha
        np.testing.assert_array_equal(rejected(two, one, df, alpha, adaptive=True), expected)
        each = rejected(two, one, np.full(3000, df), alpha, adaptive=True)
        np.testing.assert_array_equal(each, expected)
