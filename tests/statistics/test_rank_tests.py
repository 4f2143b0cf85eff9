"""Wilcoxon's signed ranks against counting and closed forms."""

from itertools import product

import numpy as np
import pytest
from scipy import special, stats

from revertome.statistics.rank_tests import signed_rank


def enumerated(change):
    """Two-sided p over all signs of the ranks of the differences that are not 0."""
    kept = change[change != 0]
    ranks = stats.rankdata(np.abs(kept))
    sums = np.array([ranks @ signs for signs in product((0, 1), repeat=len(ranks))])
    middle = ranks.sum() / 2
    return np.mean(np.abs(sums - middle) >= abs(ranks[kept > 0].sum() - middle) - 1e-9)


def test_exact_p_counts_the_signs():
    change = np.array([-1.3, 0.4, -2.2, -0.7, 1.1, -3.0, -0.2])
    statistic, p, method = signed_rank(change)
    # positive: 0.4 is the 2nd and 1.1 the 4th in size
    assert (statistic, method) == (6, "exact")
    assert p == pytest.approx(enumerated(change), rel=1e-12)


def test_eight_falls_have_two_of_256():
    assert signed_rank(-np.arange(1.0, 9))[1] == pytest.approx(2 / 2**8)


def test_few_tied_differences_try_every_sign():
    """With ties the exact law of the ranks does not hold; that of all signs does."""
    change = np.array([1.0, -1, 2, 2, -3, 4, 4, 5])
    _, p, method = signed_rank(change)
    assert method == "exact"
    assert p == pytest.approx(enumerated(change), rel=1e-12)


def test_many_tied_differences_take_the_normal_law():
    """z = (V - n(n+1)/4) / sqrt(n(n+1)(2n+1)/24 - sum(t^3 - t)/48), without correction."""
    change = np.r_[np.ones(12), -np.ones(4), 2 * np.ones(6)]
    statistic, p, method = signed_rank(change)
    n, tied = 22, np.array([16, 6])
    assert (statistic, method) == (4 * 8.5, "normal")
    variance = n * (n + 1) * (2 * n + 1) / 24 - (tied**3 - tied).sum() / 48
    z = (statistic - n * (n + 1) / 4) / np.sqrt(variance)
    assert p == pytest.approx(2 * special.ndtr(z), rel=1e-12)


def test_no_difference_and_no_pair():
    assert signed_rank(np.zeros(5)) == (0.0, 1.0, "none")
    assert np.isnan(signed_rank([])[:2]).all()
