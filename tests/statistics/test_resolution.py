"""What so few patients can show, by formula and by simulation; DeLong against R."""

import numpy as np
import pytest
from scipy import stats

from revertome.statistics import resolution
from revertome.statistics.auc import auc, delong
from revertome.statistics.rank_correlation import spearman


@pytest.mark.parametrize(
    "cases, controls, low, high",
    [
        ([3.1, 2.7, 5.2, 4.4, 1.9, 6.0, 3.8], [1.2, 2.0, 2.9, 0.7, 3.3, 1.5], 0.6487951308929, 1),
        ([1, 2, 3, 3, 5], [1, 2, 0, 3], 0.410524279777, 1),
        ([5, 6, 7], [1, 2, 3], 1, 1),  # no width where groups are separate
    ],
)
def test_delong_against_proc(cases, controls, low, high):
    """R 4.2, pROC 1.18: ci.auc(roc(c(rep(1, m), rep(0, n)), c(cases, controls), direction = "<"),
    method = "delong"); var 0.0113000755858, 0.03 and 0."""
    found = delong(np.array(cases, float), np.array(controls, float))
    assert found == pytest.approx((low, high), rel=1e-11)


def test_delong_by_hand():
    """Cases 2, 4 and controls 1, 3: placements 1/2, 1 and 1, 1/2; variance 1/8 / 2 twice."""
    low, high = delong(np.array([2.0, 4]), np.array([1.0, 3]))
    assert low == pytest.approx(0.75 - 1.959963984540054 * np.sqrt(0.125))
    assert high == 1


def test_detectable_correlation_solves_its_equation():
    r = resolution.correlation(20, 0.05)
    reach = stats.norm.ppf(0.975) + stats.norm.ppf(0.8)
    assert np.arctanh(r) == pytest.approx(reach * np.sqrt((1 + r**2 / 2) / 17))
    assert resolution.correlation(500, 0.05) < 0.13 < 0.55 < r < 0.65


def test_detectable_correlation_is_found_in_four_of_five_studies():
    n, rng = 20, np.random.default_rng(4)
    rank = resolution.correlation(n, 0.05)
    pearson = 2 * np.sin(np.pi * rank / 6)  # of a normal pair with that rank correlation
    x = rng.normal(size=(600, n))
    y = pearson * x + np.sqrt(1 - pearson**2) * rng.normal(size=(600, n))
    power = np.mean([spearman(*pair).p < 0.05 for pair in zip(x, y, strict=True)])
    assert 0.72 < power < 0.88


def test_detectable_area_is_found_in_four_of_five_studies():
    m, n, rng = 14, 10, np.random.default_rng(5)
    shift = stats.norm.ppf(resolution.area(m, n, 0.05)) * np.sqrt(2)
    found = [auc(rng.normal(shift, size=m), rng.normal(size=n)).p < 0.05 for _ in range(600)]
    assert 0.70 < np.mean(found) < 0.90
    assert resolution.area(2, 2, 0.05) == 1
