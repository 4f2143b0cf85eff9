"""Fits and dispersions of all genes against statsmodels and a plainly written likelihood."""

import numpy as np
import pytest
import statsmodels.api as sm
from scipy.special import digamma, gammaln

from nb_designs import DESIGNS, counts_of
from revertome.negative_binomial.design import layout
from revertome.negative_binomial.dispersion import maximise, profile_likelihood
from revertome.negative_binomial.fit import fit


def plain(a, k, mu, x, center=None, variance=None):
    """Cox-Reid adjusted log-likelihood with a dense determinant."""
    r = np.exp(-a)
    value = (gammaln(k + r) - gammaln(r) - (k + r) * np.log(mu + r) + r * np.log(r)).sum()
    value += (k * np.log(mu)).sum()
    w = mu / (1 + mu / r)
    value -= 0.5 * np.linalg.slogdet((x.T * w) @ x)[1]
    return value - (0 if variance is None else (a - np.log(center)) ** 2 / (2 * variance))


def plain_slope(a, k, mu, x, center=None, variance=None):
    """Derivative of `plain` by a."""
    r = np.exp(-a)
    value = (digamma(k + r) - digamma(r) - np.log1p(mu / r) + (mu - k) / (mu + r)).sum()
    w = mu / (1 + mu / r)
    inverse = np.linalg.inv((x.T * w) @ x)
    value = -r * value + 0.5 / r * np.trace(inverse @ ((x.T * w**2) @ x))
    return value - (0 if variance is None else (a - np.log(center)) / variance)


@pytest.mark.parametrize("name", DESIGNS)
def test_coefficients_are_those_of_statsmodels(name):
    x, k, offset = counts_of(name, genes=12)
    alpha = np.geomspace(0.01, 2, 12)
    found = fit(k, x, offset, alpha, min_mu=0, ridge=0)
    assert found.converged.all()
    for g in range(12):
        family = sm.families.NegativeBinomial(alpha=alpha[g])
        known = sm.GLM(k[:, g], x, family, offset=offset).fit(
            tol=1e-13, tol_criterion="params", maxiter=900
        )
        np.testing.assert_allclose(found.coefficients[g], known.params, atol=1e-8)
        np.testing.assert_allclose(found.mu[:, g], known.mu, rtol=1e-8)
        w = known.mu / (1 + alpha[g] * known.mu)
        hat = w * np.einsum("ij,jk,ik->i", x, np.linalg.inv((x.T * w) @ x), x)
        np.testing.assert_allclose(found.hat[:, g], hat, atol=1e-8)


def irls(k, x, offset, alpha, min_mu, ridge):
    """DESeq2's iterations, as its paper has them, until nothing moves; b and hat diagonals."""
    penalty = ridge * np.eye(x.shape[1])
    b = np.linalg.lstsq(x, np.log(k * np.exp(-offset) + 0.1), rcond=None)[0]
    for _ in range(20000):
        mu = np.maximum(np.exp(x @ b + offset), min_mu)
        w = mu / (1 + alpha * mu)
        z = np.log(mu) - offset + (k - mu) / mu
        new = np.linalg.solve((x.T * w) @ x + penalty, x.T @ (w * z))
        if np.abs(new - b).max() < 1e-13:
            break
        b = new
    inverse = np.linalg.inv((x.T * w) @ x + penalty)
    return b, w * np.einsum("ij,jk,ik->i", x, inverse, x)


@pytest.mark.parametrize("name", DESIGNS)
def test_floor_and_ridge_have_the_fixed_point_of_deseq2(name):
    x, k, offset = counts_of(name, genes=16, hostile=True)
    alpha = np.geomspace(0.01, 2, k.shape[1])
    found = fit(k, x, offset, alpha)
    assert found.converged.all()
    for g in range(k.shape[1]):
        b, hat = irls(k[:, g], x, offset, alpha[g], 0.5, 1e-6)
        np.testing.assert_allclose(found.coefficients[g], b, atol=1e-8)
        np.testing.assert_allclose(found.hat[:, g], hat, atol=1e-8)


@pytest.mark.parametrize("prior", [None, 0.5])
@pytest.mark.parametrize("name", DESIGNS)
def test_dispersion_is_the_largest_maximum(name, prior):
    x, k, offset = counts_of(name, genes=16, hostile=True)
    mu = np.maximum(fit(k, x, offset, 0.1).mu, 0.5)
    center = np.full(k.shape[1], 0.05)
    found, good = maximise(k, x, mu, 1e-8, 50, center, prior)
    assert good.all()
    grid, interior = np.linspace(np.log(1e-8), np.log(50), 61), 0
    for g in range(k.shape[1]):

        def loss(a, g=g):
            return -plain(a, k[:, g], mu[:, g], x, center[g], prior)

        values = [loss(a) for a in grid]
        here = np.log(found[g])
        assert loss(here) <= min(values) + 1e-9 * abs(min(values))
        # Where the plain slope says which side of it the maximum is on, it is there to 1e-6.
        before, after = (
            plain_slope(here + d, k[:, g], mu[:, g], x, center[g], prior) for d in (-1e-6, 1e-6)
        )
        if grid[0] + 5 < here < grid[-1] - 1e-3:
            assert before > 0 > after
            interior += 1
    assert interior >= 10


@pytest.mark.parametrize("name", DESIGNS)
def test_profile_likelihood_and_slopes(name):
    from revertome.negative_binomial.likelihood import Profile

    x, k, offset = counts_of(name, genes=8)
    mu = np.maximum(fit(k, x, offset, 0.1).mu, 0.5)
    plan = layout(x)
    profile = Profile(k[plan.order].astype(float), mu[plan.order], plan, np.zeros(8), 2.0)
    for alpha in (0.003, 0.2, 7.0):
        a = np.full(8, np.log(alpha))
        found = profile_likelihood(k, x, mu, alpha)
        known = [plain(a[0], k[:, g], mu[:, g], x) for g in range(8)]
        np.testing.assert_allclose(found - found[0], known - known[0], rtol=1e-9, atol=1e-9)
        slope, curve = profile.slopes(a)
        step = 1e-4
        up, down = profile.slopes(a + step), profile.slopes(a - step)
        value = profile.value(a + step) - profile.value(a - step)
        np.testing.assert_allclose(slope, value / (2 * step), rtol=1e-5, atol=1e-5)
        np.testing.assert_allclose(curve, (up[0] - down[0]) / (2 * step), rtol=1e-5, atol=1e-6)
