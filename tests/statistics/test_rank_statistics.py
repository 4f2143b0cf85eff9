"""Spearman and AUC with intervals against R and closed forms."""

import numpy as np
import pytest

from revertome.statistics.auc import auc
from revertome.statistics.rank_correlation import spearman


def test_spearman_against_r_and_bonett_wright():
    """R 4.2: cor.test(x, y, method = "spearman", exact = FALSE); interval by the formula."""
    x = np.array([2, 5, 1, 8, 7, 3, 9, 4, 6, 11.0])
    y = np.array([1, 6, 2, 7, 9, 5, 8, 3, 4, 10.0])
    got = spearman(x, y)
    r = 0.8909090909090909
    assert got.estimate == pytest.approx(r, rel=1e-12)
    assert got.p == pytest.approx(0.0005421442, rel=1e-6)
    half = 1.959963984540054 * np.sqrt((1 + r**2 / 2) / 7)
    expected = [np.tanh(np.arctanh(r) - half), np.tanh(np.arctanh(r) + half)]
    assert [got.low, got.high] == pytest.approx(expected, rel=1e-12)


def test_spearman_of_few_pairs_is_exact():
    """R 4.2: cor.test(1:6, c(2,1,4,3,6,5), method = "spearman", exact = TRUE): p = 0.05833333."""
    got = spearman(np.arange(6.0), np.array([2, 1, 4, 3, 6, 5.0]))
    assert got.estimate == pytest.approx(0.8285714286)
    assert got.p == pytest.approx(0.05833333, abs=1e-8)


def test_a_perfect_correlation_of_five_has_p_of_two_in_120():
    got = spearman(np.arange(5.0), -np.arange(5.0))
    assert got[:3] == pytest.approx((-1, -1, -1))
    assert got.p == pytest.approx(2 / 120)


def test_auc_against_r():
    """R 4.2: wilcox.test(a, b, exact = TRUE): W = 36, p = 0.03496503;
    pROC 1.18: auc 0.8571429, DeLong 0.6487951 to 1 (cut at 1)."""
    a = np.array([3.1, 2.7, 5.2, 4.4, 1.9, 6.0, 3.8])
    b = np.array([1.2, 2.0, 2.9, 0.7, 3.3, 1.5])
    got = auc(a, b)
    assert got.statistic == 36
    assert got.p == pytest.approx(0.03496503, abs=1e-8)
    assert got.estimate == pytest.approx(36 / 42)
    for bound in (got.low, got.high):
        spread = 1 + 5.5 * ((1 - bound) / (2 - bound) + bound / (1 + bound))
        error = np.sqrt(bound * (1 - bound) * spread / 42)
        assert abs(bound - got.estimate) == pytest.approx(1.959963984540054 * error, rel=1e-8)
    assert 0.5 < got.low < 0.6487951 and got.high < 1


@pytest.mark.parametrize(
    ("m", "n", "u", "p"), [(50, 60, 1560, 0.720958079966), (49, 49, 1311, 0.436162413082)]
)
def test_p_is_exact_below_50_a_group_as_in_r(m, n, u, p):
    """R 4.2: wilcox.test(((1:m) * 37) %% 101 + 0.5, ((1:n) * 53) %% 103)."""
    got = auc(np.arange(1, m + 1) * 37 % 101 + 0.5, np.arange(1.0, n + 1) * 53 % 103)
    assert got.statistic == u
    assert got.p == pytest.approx(p, abs=1e-11)


def test_auc_interval_at_the_edge_keeps_its_width_and_mirrors():
    high, low = auc(np.arange(5, 10.0), np.arange(5.0)), auc(np.arange(5.0), np.arange(5, 10.0))
    assert (high.estimate, high.high, low.estimate, low.low) == (1, 1, 0, 0)
    assert high.low == pytest.approx(1 - low.high)
    assert 0.4 < high.low < 0.75


@pytest.mark.parametrize("theta", [0.6, 0.85, 0.95])
def test_auc_interval_covers(theta):
    """95% of intervals hold the true area; normal scores, 9 cases and 6 controls."""
    from scipy import stats

    shift, rng = stats.norm.ppf(theta) * np.sqrt(2), np.random.default_rng(5)
    found = [auc(rng.normal(shift, size=9), rng.normal(size=6)) for _ in range(300)]
    covered = np.mean([interval.low <= theta <= interval.high for interval in found])
    assert 0.92 <= covered <= 0.995


def test_ties_count_half():
    got = auc(np.array([1, 2, 3.0]), np.array([1, 2, 0.0]))
    assert got.estimate == pytest.approx((0.5 + 0 + 1 + 1 + 0.5 + 1 + 1 + 1 + 1) / 9)
