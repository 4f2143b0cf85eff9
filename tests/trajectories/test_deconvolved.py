"""False genes counted from the distances to an edge: closed forms and simulated mixtures."""

import numpy as np
import pytest
from scipy import stats

from revertome.trajectories.deconvolved import GRID, adjust_deconvolved, distances, false_at
from revertome.trajectories.false_estimate import false_called


def p_of(mu, rng):
    """One-sided p of genes at distances mu inside their wedge, in standard errors."""
    return stats.norm.sf(rng.normal(mu))


def test_distances_of_two_groups_are_found():
    """4,000 genes on the edge and 1,000 four standard errors inside."""
    rng = np.random.default_rng(1)
    found = distances(p_of(np.repeat([0.0, 4.0], [4000, 1000]), rng))
    assert found.sum() == pytest.approx(1)
    assert found[np.abs(GRID) <= 1].sum() == pytest.approx(0.8, abs=0.02)
    assert found[np.abs(GRID - 4) <= 1].sum() == pytest.approx(0.2, abs=0.02)


def test_false_at_a_level_of_genes_on_the_edge_is_their_number_times_the_level():
    """All genes on the edge: each counts the level, and so does the share that the screen adds."""
    rng = np.random.default_rng(2)
    p = p_of(np.zeros(20000), rng)
    for level in (0.001, 0.01, 0.05):
        found = false_at(p, np.array([level]), 0.05)[0]
        assert found == pytest.approx(20000 * 1.05 * level, rel=0.2)


def test_table_of_chances_is_the_normal_integral():
    """Genes only far outside: the false are counted by their own chance, not as on the edge."""
    p = stats.norm.sf(np.full(1000, -3.0))
    weight, level = distances(p), np.array([0.02])
    outside = GRID <= 0
    chance = stats.norm.sf(stats.norm.isf(0.02) - GRID[outside])
    near = weight[(GRID > 0) & (GRID <= 0.75)].sum()
    expected = 1000 * (chance @ weight[outside] + (near + 0.05) * 0.02)
    assert false_at(p, level, 0.05)[0] == pytest.approx(expected, rel=1e-5)  # read from a table


@pytest.mark.parametrize("seed", range(5))
def test_share_of_false_genes_called(seed):
    """Half inside at 1 to 5 standard errors, a quarter on the edge, a quarter outside."""
    rng = np.random.default_rng(seed)
    mu = np.concatenate([rng.uniform(1, 5, 2000), np.zeros(1000), rng.uniform(-3, 0, 1000)])
    called = adjust_deconvolved(p_of(mu, rng), 0.05) <= 0.05
    assert called[2000:].sum() / called.sum() < 0.06
    assert called[:2000].mean() > 0.6


def test_adjusted_is_monotone_and_no_less_than_p():
    p = p_of(np.repeat([0.0, 3.0], [300, 200]), np.random.default_rng(3))
    adjusted = adjust_deconvolved(p, 0.05)
    assert (adjusted >= p).all()
    assert (np.diff(adjusted[np.argsort(p)]) >= 0).all()


def test_false_among_those_called_by_hand():
    """Ten screened p between 0.05 and 0.5, largest p called 0.01: 0.01 (11 / 0.45 + 0.05 x 14)."""
    p = np.array([0.001, 0.004, 0.01, 0.03, *np.linspace(0.06, 0.45, 10), 0.0001])
    screen = np.arange(15) < 14
    called = np.isin(np.arange(15), [0, 1, 2])
    expected = 0.01 * (11 / 0.45 + 0.05 * 14)
    assert false_called(p, screen, called, 0.05) == pytest.approx(expected)
    assert false_called(p, screen, np.zeros(15, bool), 0.05) == 0
