"""AdaFilter against its definition, Benjamini-Hochberg and what its proof needs."""

from itertools import pairwise

import numpy as np
import pytest

from revertome.statistics.fdr import adjust
from revertome.statistics.partial_conjunction import adafilter, partial_conjunction

ALPHA = 0.1


def by_definition(first, second, alpha):
    """Largest g with g number(F < g) / max(number(S < g), 1) <= alpha: between two neighbours of
    F and S both numbers are constant, so g rises to the next one or to where the bound is met."""
    ends = np.unique(np.r_[0.0, first, second, 1.0])
    largest = 0.0
    for low, high in pairwise(ends):
        passing, called = (first <= low).sum(), max((second <= low).sum(), 1)
        most = min(high, alpha * called / passing) if passing else high
        largest = most if most > low else largest
    return second < largest


@pytest.mark.parametrize(("n", "r"), [(2, 2), (3, 2), (3, 3), (6, 3), (6, 6)])
def test_calls_are_those_of_the_definition(n, r):
    rng = np.random.default_rng([n, r])
    calls = 0
    for _ in range(200):
        p = rng.uniform(size=(n, 60)) ** rng.choice([1, 8, 20], 60)
        first, second = partial_conjunction(p, r)
        ours = adafilter(first, second) <= ALPHA
        assert (ours == by_definition(first, second, ALPHA)).all()
        calls += ours.sum()
    assert calls > 300


def test_bonferroni_p_of_the_hypothesis():
    p = np.array([[0.2], [0.01], [0.03], [0.5]])
    assert np.ravel(partial_conjunction(p, 2)) == pytest.approx([0.03, 0.09])
    assert np.ravel(partial_conjunction(p, 4)) == pytest.approx([0.2, 0.5])
    assert np.ravel(partial_conjunction(p, 1)) == pytest.approx([0.0, 0.04])


def test_without_a_filter_it_is_benjamini_hochberg():
    p = np.random.default_rng(3).uniform(size=500) ** 3
    p[100:140] = p[:40]  # ties
    ours = adafilter(np.zeros(500), p)
    reference = adjust(p)
    low = p <= 0.5
    assert ours[low] == pytest.approx(reference[low], abs=1e-12)
    assert (ours[~low] == 1).all()


def test_genes_that_no_study_shows_cost_nothing():
    """Adjusted p of the rest stay, though 10,000 genes are added; BH's would grow a hundredfold."""
    rng = np.random.default_rng(4)
    p = np.c_[rng.uniform(size=(2, 100)) ** 8, rng.uniform(0.9, 1, (2, 10000))]
    few, many = (adafilter(*partial_conjunction(part, 2)) for part in (p[:, :100], p))
    assert (few < 0.05).sum() > 20
    assert few == pytest.approx(many[:100], abs=1e-12)


def test_share_of_true_hypotheses_by_hand():
    """F 0.001, 0.01, 0.002, S 0.01, 0.03, 0.2: (1 + 1) / (0.45 x 3) is above 1; with 10 genes that
    pass and none between alpha and 1/2 it is 1 / (0.45 x 10), of which half the room is used."""
    first, second = np.array([0.001, 0.01, 0.002]), np.array([0.01, 0.03, 0.2])
    assert adafilter(first, second, 0.05, 1) == pytest.approx([0.03, 0.045, 0.2])
    first, second = np.full(10, 1e-4), np.r_[0.01, np.full(9, 0.9)]
    share = (1 + 1 / (0.45 * 10)) / 2
    assert adafilter(first, second, 0.05, 1)[0] == pytest.approx(0.01 * 10 * share)
    # Of two studies without an effect the smaller p counts, twice.
    chance = (1 - 0.025) ** 2 - 0.75**2
    share = (1 + 1 / (chance * 10)) / 2
    assert adafilter(first, second, 0.05, 2)[0] == pytest.approx(0.01 * 10 * share)


@pytest.mark.parametrize(("n", "r"), [(2, 2), (4, 2), (4, 3)])
def test_given_the_filter_the_selecting_p_is_no_smaller_than_uniform(n, r):
    """r - 1 studies with an effect of any size, the others without: P(S < g | F < g) <= g."""
    rng = np.random.default_rng([n, r, 7])
    runs = 400000
    for power in (1, 3, 30):
        p = rng.uniform(size=(n, runs))
        p[: r - 1] **= power
        first, second = partial_conjunction(p, r)
        for g in (0.02, 0.1):
            kept = first < g
            rate = (second[kept] < g).mean()
            assert rate <= g + 2.5 * np.sqrt(g * (1 - g) / kept.sum())
