"""Robust non-negative regression on the log scale, against truth and other implementations."""

import numpy as np
import pytest
import statsmodels.api as sm
from scipy.optimize import least_squares

from revertome.composition.regression import fit

TRUE = np.array([0.55, 0.2, 0.1, 0.1, 0.05])


def profile(rng, genes=120):
    """Markers that come mostly from one type, over their value at `TRUE`."""
    x = rng.lognormal(-2.5, 0.8, (genes, len(TRUE)))
    x[np.arange(genes), np.arange(genes) % len(TRUE)] += rng.lognormal(1, 0.5, genes)
    return x / (x @ TRUE)[:, None]


def draw(rng, n):
    shares = rng.dirichlet(30 * TRUE, n)
    return shares


def test_exact_mixtures_are_found_exactly():
    rng = np.random.default_rng(1)
    x, shares = profile(rng), draw(rng, 40)
    shares[0], shares[1] = [1, 0, 0, 0, 0], [0, 0.5, 0.5, 0, 0]
    level = rng.lognormal(0, 1, (40, 1))  # of a sample: not part of the composition
    found = fit(np.log(level * shares @ x.T), x, TRUE)
    np.testing.assert_allclose(found.shares / level, shares, atol=2e-4)
    assert np.abs(found.residual).max() < 2e-3


def test_the_minimum_is_that_of_a_general_optimiser():
    """With the weights at the end fixed, scipy's bounded least squares finds the same shares."""
    rng = np.random.default_rng(2)
    x = profile(rng)
    ratio = np.log(draw(rng, 4) @ x.T) + 0.4 * rng.standard_t(3, (4, len(x)))
    found = fit(ratio, x, TRUE)
    for one, shares, weight in zip(ratio, found.shares, found.weight, strict=True):

        def residual(p, one=one, weight=weight):
            return np.sqrt(weight) * (one - np.log(x @ p))

        best = least_squares(residual, np.maximum(shares, 1e-3), bounds=(0, np.inf), xtol=1e-14,
                             ftol=1e-14, gtol=1e-14)  # fmt: skip
        np.testing.assert_allclose(shares, best.x, atol=5e-4)


def test_the_covariance_is_hc3_of_the_linearised_regression():
    rng = np.random.default_rng(3)
    x = profile(rng)
    ratio = np.log(draw(rng, 3) @ x.T) + rng.normal(0, 0.3, (3, len(x)))
    found = fit(ratio, x, TRUE)
    for i in range(3):
        fitted = x @ found.shares[i]
        root = np.sqrt(found.weight[i])
        rows = root > 0
        # The whitened regression of the residual on d ln f; its own solution is 0 at the minimum.
        design = (root / fitted)[rows, None] * x[rows]
        model = sm.OLS(root[rows] * found.residual[i, rows], design).fit(cov_type="HC3")
        shift = np.abs(model.params).max()
        assert shift < 1e-3
        u = np.abs(found.residual[i]) / (4.685 * np.median(np.abs(found.residual[i])) / 0.6745)
        u = np.minimum(u, 1)
        slope = ((1 - u**2) * (1 - 5 * u**2)).mean() / ((1 - u**2) ** 2).mean()
        expected = model.cov_params() / slope**2
        np.testing.assert_allclose(found.covariance[i], expected, rtol=0.02, atol=1e-9)


def test_intervals_hold_the_truth_in_95_of_100_simulated_mixtures():
    rng = np.random.default_rng(4)
    x, shares = profile(rng), draw(rng, 2000)
    spread = rng.uniform(0.1, 0.6, len(x))  # genes are not alike
    ratio = np.log(shares @ x.T) + spread * rng.standard_normal((2000, len(x)))
    found = fit(ratio, x, TRUE)
    se = np.sqrt(np.einsum("naa->na", found.covariance))
    inside = (np.abs(found.shares - shares) < 1.96 * se).mean(axis=0)
    assert (inside > 0.92).all() and (inside < 0.985).all(), inside


def test_a_tenth_of_regulated_markers_moves_little():
    """Least squares is led astray by them, bisquare is not."""
    rng = np.random.default_rng(5)
    x, shares = profile(rng, 200), draw(rng, 60)
    ratio = np.log(shares @ x.T) + rng.normal(0, 0.15, (60, 200))
    regulated = ratio.copy()
    regulated[:, 0:100:5] += 2.0  # of the first type
    clean, found = fit(ratio, x, TRUE).shares, fit(regulated, x, TRUE).shares
    clean, found = (s / s.sum(axis=1, keepdims=True) for s in (clean, found))
    assert np.abs(found - clean).max() < 0.03
    plain = np.array([
        least_squares(lambda p, one=one: one - np.log(x @ p + 1e-9), TRUE, bounds=(0, np.inf)).x
        for one in regulated[:5]
    ])  # fmt: skip
    plain /= plain.sum(axis=1, keepdims=True)
    assert np.abs(plain - clean[:5])[:, 0].min() > 0.05


@pytest.mark.parametrize("factor", [1e-3, 1e3])
def test_the_level_of_a_sample_does_not_matter(factor):
    rng = np.random.default_rng(6)
    x = profile(rng)
    ratio = np.log(draw(rng, 5) @ x.T) + rng.normal(0, 0.3, (5, len(x)))
    one, other = fit(ratio, x, TRUE).shares, fit(ratio + np.log(factor), x, TRUE).shares
    np.testing.assert_allclose(other / factor, one, rtol=1e-3, atol=1e-5)
