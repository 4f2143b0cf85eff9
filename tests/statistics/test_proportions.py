"""Differences and odds ratios of proportions against published numbers, closed forms and R."""

import numpy as np
import pytest
from scipy.stats import nchypergeom_fisher

from revertome.statistics.proportions import difference, odds_ratio, wilson

# Responders and patients of both arms, and R 4.2's fisher.test(matrix(c(a, b, n - a, m - b), 2)):
# estimate and conf.int
FISHER = [
    ((8, 12), (1, 12), 18.76641542, 1.6956513055, 1053.6373074),
    ((11, 12), (7, 12), 7.21316118507, 0.618285876049, 403.504663827),
    ((7, 12), (0, 12), np.inf, 2.22593729882, np.inf),
    ((12, 12), (5, 12), np.inf, 2.22593729882, np.inf),
    ((56, 70), (48, 80), 2.64919027064, 1.20911815006, 6.04056145384),
]


@pytest.mark.parametrize(
    "treated, control, low, high",
    [
        # Newcombe 1998, Stat Med 17:873-90, Table II, method 10
        ((56, 70), (48, 80), 0.0524, 0.3339),
        ((9, 10), (3, 10), 0.1705, 0.8090),
        ((6, 7), (2, 7), 0.0582, 0.8062),
        ((5, 56), (0, 29), -0.0381, 0.1926),
        ((0, 10), (0, 20), -0.1611, 0.2775),
        ((0, 10), (0, 10), -0.2775, 0.2775),
        ((10, 10), (0, 20), 0.6791, 1.0000),
        ((10, 10), (0, 10), 0.6075, 1.0000),
    ],
)
def test_newcombe_as_published(treated, control, low, high):
    found = difference(treated, control)
    assert (round(found.low, 4), round(found.high, 4)) == (low, high)
    assert found.estimate == treated[0] / treated[1] - control[0] / control[1]


def test_newcombe_mirrors_when_the_arms_change_places():
    there, back = difference((8, 12), (1, 12)), difference((1, 12), (8, 12))
    assert (there.low, there.high) == pytest.approx((-back.high, -back.low))
    assert np.isnan(difference((0, 0), (1, 12))).all()


def test_wilson_against_r():
    """R 4.2: prop.test(8, 12, correct = FALSE)$conf.int: 0.3906220889, 0.8618799089."""
    assert wilson(8, 12) == pytest.approx((0.3906220889, 0.8618799089), abs=1e-10)


@pytest.mark.parametrize("row", FISHER, ids=str)
def test_odds_ratio_against_r(row):
    """fisher.test stops its root search (on 1 / odds where that is above 1) at 1.22e-4."""
    treated, control, *expected = row
    found = np.array(odds_ratio(treated, control))
    scale = [value if value < 1 else 1 / value for value in expected]
    ours = [f if value < 1 else 1 / f for f, value in zip(found, expected, strict=True)]
    np.testing.assert_allclose(ours, scale, rtol=0, atol=np.finfo(float).eps ** 0.25)


@pytest.mark.parametrize("treated, control", [((8, 12), (1, 12)), ((56, 70), (48, 80))])
def test_odds_ratio_solves_its_equations(treated, control):
    """Mean of the noncentral hypergeometric is the count seen; each limit leaves 2.5%."""
    found = odds_ratio(treated, control)
    margins = treated[1] + control[1], treated[0] + control[0], treated[1]
    assert nchypergeom_fisher(*margins, found.estimate).mean() == pytest.approx(
        treated[0], rel=1e-8
    )
    assert nchypergeom_fisher(*margins, found.low).sf(treated[0] - 1) == pytest.approx(0.025)
    assert nchypergeom_fisher(*margins, found.high).cdf(treated[0]) == pytest.approx(0.025)


def test_no_odds_ratio_where_nobody_or_everybody_responds():
    assert np.isnan(odds_ratio((0, 12), (0, 12))).all()
    assert np.isnan(odds_ratio((12, 12), (12, 12))).all()
