"""Selection of genes and then of visits, against definitions written out and R's numbers."""

import numpy as np
import pytest

from revertome.statistics.fdr import adjust
from revertome.statistics.simes import adjust_within, simes
from revertome.trajectories.families import select
from revertome.trajectories.multiplicity import Adjustment, adjust_among

NAN = np.nan


def test_simes_in_closed_form():
    """R: sapply(columns, function(p) min(p.adjust(p, "BH"))); a visit that is missing is none."""
    p = np.array([[0.01, 0.04, NAN, NAN], [0.04, 0.03, 0.2, NAN], [0.9, 0.02, 0.1, NAN]])
    expected = [0.03, 0.04, 0.2, np.nan]
    np.testing.assert_allclose(simes(p), expected, rtol=1e-14)
    for column in range(3):
        np.testing.assert_allclose(adjust_within(p)[:, column], adjust(p[:, column]), rtol=1e-14)


def test_simes_of_independent_tests_is_uniform():
    p = np.random.default_rng(3).random((5, 40_000))
    levels = np.array([0.01, 0.05, 0.2])
    found = (simes(p)[:, None] <= levels).mean(axis=0)
    np.testing.assert_allclose(found, levels, atol=0.005)


@pytest.mark.parametrize("how", [Adjustment.PLAIN, Adjustment.ADAPTIVE])
@pytest.mark.parametrize("screened", [True, False])
def test_genes_are_selected_as_classes_are(how, screened):
    rng = np.random.default_rng(5)
    p = np.r_[rng.random(300) ** 6, rng.random(700)]
    screen = rng.random(1000) < 0.6
    found = select(p, screen, 0.05, screened, how)
    np.testing.assert_allclose(
        found.adjusted(p), adjust_among(p, screen, 0.05, screened, how), rtol=1e-12
    )


@pytest.mark.parametrize("alpha", [0.01, 0.05, 0.2])
def test_further_tests_are_judged_at_the_level_of_selection(alpha):
    """Benjamini & Bogomolov 2014: p of a selected gene at most alpha R / m."""
    rng = np.random.default_rng(6)
    p = np.r_[rng.random(200) ** 8, rng.random(600)]
    further = np.maximum(p, rng.random((4, 800)) ** 5)
    everyone = np.ones(800, bool)
    chosen = adjust(p) <= alpha
    expected = further <= alpha * chosen.sum() / 800
    found = select(p, everyone, alpha).adjusted(further) <= alpha
    np.testing.assert_array_equal(found, expected)
    assert expected.any() and not (found & ~chosen).any()


def test_nothing_tested_is_nothing_claimed():
    none = np.full(3, np.nan)
    found = select(none, np.ones(3, bool), 0.05)
    assert np.isnan(found.adjusted(none)).all()
    assert select(np.array([0.01, 0.02]), np.zeros(2, bool), 0.05).adjusted(
        np.array([0.01, 0.02])
    ).tolist() == [1.0, 1.0]
