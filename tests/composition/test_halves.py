"""How reliable estimates are by two halves of the marker genes, and what halves cannot see."""

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm

from mixed_blood import draw, mixed, shipped
from revertome.composition.estimate import estimate
from revertome.composition.halves import first_half, split_half
from revertome.statistics.residuals import rank, without


def test_halves_are_as_good_as_each_other_in_every_type():
    kind = pd.Series(["a", "b", "a", "a", "b", "a", "a", "c", "a", "b", "a"])
    assert first_half(kind).tolist() == [
        True, True, False, False, False, True, True, True, False, False, False
    ]  # fmt: skip
    markers = shipped().markers["marker"]
    half = first_half(markers)
    sizes = pd.crosstab(markers, half)
    assert (sizes[True] - sizes[False]).abs().max() <= 1


def test_it_is_the_spearman_brown_formula_of_halves_that_are_alike():
    """Signal, error and design at right angles: both halves have one variance."""
    rng = np.random.default_rng(1)
    drawn = np.column_stack([np.ones(40), rng.normal(size=(40, 5))])
    design, signal, error = np.split(np.linalg.qr(drawn)[0], [4, 5], axis=1)
    for size in (0.1, 0.5, 0.9):
        a, b = signal + size * error, signal - size * error
        r = np.corrcoef(without(a, design).T, without(b, design).T)[0, 1]
        # One degree of freedom is that of the regression of the halves on the whole.
        error_share = (1 - split_half((a + b) / 2, a - b, design)) * 35 / 36
        np.testing.assert_allclose(1 - error_share, 2 * r / (1 + r), rtol=0, atol=1e-12)


def test_it_is_what_regressions_leave():
    """Halves with slopes of their own, percentages that sum to 100, a design of deficient rank."""
    rng = np.random.default_rng(2)
    cell = np.eye(3)[rng.integers(0, 3, 60)]
    design = np.column_stack([np.ones(60), cell])
    w = 100 * rng.dirichlet([6, 3, 1], 60)
    apart = w @ rng.normal(size=(3, 3)) * 0.2 + cell @ rng.normal(size=(3, 3))
    apart += rng.normal(size=(60, 3))
    found = split_half(w, apart, design)
    both = np.column_stack([cell, w[:, :2]])
    for k in range(3):
        error = sm.OLS(apart[:, k], both).fit().mse_resid / 4
        whole = sm.OLS(w[:, k], cell).fit().mse_resid
        assert found[k] == pytest.approx(1 - error / whole, rel=1e-9)
    assert rank(design) == 3 and rank(w) == 3 and rank(without(w, design)) == 2
    assert np.isnan(split_half(w[:4], apart[:4], design[:4])).all()


def reliabilities(rng, noise, together=0.0, order=slice(None)):
    """True and split-half reliability of every type, of 300 samples."""
    percent = np.vstack([np.tile(shipped().types["healthy_percent"], (40, 1)), draw(rng, 300)])
    data = mixed(percent, rng, noise=noise, others=400)
    kind = pd.factorize(shipped().markers["marker"])[0]
    shared = rng.standard_normal((len(percent), kind.max() + 1))[:, kind]
    data.X[:, : len(kind)] += together * shared
    found = estimate(data[:, order].copy(), np.arange(340) < 40, shipped())
    known = found.percent.notna().all(axis=1).to_numpy()
    known[:40] = False
    w, one = found.percent[known].to_numpy(), np.ones((known.sum(), 1))
    true = [np.corrcoef(w[:, k], percent[known, k])[0, 1] ** 2 for k in range(6)]
    return np.array(true), split_half(w, found.apart[known].to_numpy(), one)


@pytest.mark.parametrize("noise", [0.3, 0.6])
def test_the_reliability_of_independent_markers_is_found(noise):
    true, found = reliabilities(np.random.default_rng(3), noise)
    assert true.min() < 0.98
    assert np.abs(found - true).max() < 0.3 * (1 - true).max()


def test_what_moves_the_markers_of_a_type_together_is_not_seen():
    true, found = reliabilities(np.random.default_rng(4), 0.2, together=0.3)
    assert (true < 0.9).all() and (found > 0.94).all()


def test_the_order_of_genes_does_not_matter():
    one = reliabilities(np.random.default_rng(5), 0.3)[1]
    other = reliabilities(np.random.default_rng(5), 0.3, order=slice(None, None, -1))[1]
    np.testing.assert_allclose(one, other, rtol=1e-7)
