"""PyDESeq2's pipeline with the absorbed inference beside its own."""

import numpy as np
import pandas as pd
import pytest
from pydeseq2.default_inference import DefaultInference
from pydeseq2.utils import nbinomFn

from nb_designs import counts_of
from revertome.negative_binomial.inference import AbsorbedInference

OURS, THEIRS = AbsorbedInference(), DefaultInference(n_cpus=1)


@pytest.fixture(scope="module", params=["pairs", "treatment", "batch", "groups"])
def drawn(request):
    x, k, offset = counts_of(request.param, genes=10)
    return x, k, np.exp(offset)


def test_starting_values(drawn):
    x, k, sizes = drawn
    normed = k / sizes[:, None]
    for name, more in (("fit_rough_dispersions", x), ("fit_moments_dispersions", sizes)):
        known, found = (getattr(each, name)(normed, more) for each in (THEIRS, OURS))
        np.testing.assert_allclose(found, known, rtol=1e-9)
    known, found = (each.lin_reg_mu(k, sizes, x, 0.5) for each in (THEIRS, OURS))
    np.testing.assert_allclose(found, known, rtol=1e-9)


def test_coefficients_dispersions_and_tests(drawn):
    x, k, sizes = drawn
    alpha = np.geomspace(0.02, 1, k.shape[1])
    known, found = (each.irls(k, sizes, x, alpha, 0.5, 1e-14) for each in (THEIRS, OURS))
    for a, b in zip(found[:3], known[:3], strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-5, atol=1e-6)
    assert found[3].all()
    for prior in ({}, {"prior_disp_var": 0.5, "prior_reg": True}):
        known_alpha, alphas = (
            each.alpha_mle(k, x, known[1], alpha, 1e-8, 30, **prior) for each in (THEIRS, OURS)
        )
        # L-BFGS-B stops at a slope of 1e-5.
        np.testing.assert_allclose(alphas[0], known_alpha[0], rtol=1e-3)
    ridge, contrast = np.eye(x.shape[1]) * 1e-6, np.linspace(-1, 2, x.shape[1])
    for null, side in ((0.0, None), (0.3, "greater"), (0.3, "less"), (0.3, "greaterAbs"),
                       (0.3, "lessAbs")):  # fmt: skip
        # PyDESeq2's own lessAbs takes the smaller statistic by size.
        mine, yours = (
            each.wald_test(x, alpha, known[0], known[1], ridge, contrast, null, side)
            for each in (OURS, THEIRS)
        )
        for a, b in zip(mine, yours, strict=True):
            np.testing.assert_allclose(a, b, rtol=1e-8, atol=1e-12)


def test_gene_without_means_has_no_test(drawn):
    x, k, sizes = drawn
    alpha = np.full(k.shape[1], 0.1)
    b, mu, _, _ = OURS.irls(k, sizes, x, alpha, 0.5, 1e-8)
    ridge, contrast = np.eye(x.shape[1]) * 1e-6, np.eye(x.shape[1])[-1]
    whole = OURS.wald_test(x, alpha, b, mu, ridge, contrast, 0.0)
    mu[:, 3], b[3] = np.nan, np.nan
    rest = OURS.wald_test(x, alpha, b, mu, ridge, contrast, 0.0)
    for a, c in zip(whole, rest, strict=True):
        assert np.isnan(c[3])
        np.testing.assert_array_equal(np.delete(a, 3), np.delete(c, 3))


def test_trend():
    rng = np.random.default_rng(3)
    x = pd.Series(rng.uniform(1e-4, 0.5, 400))
    y = (0.05 + 1.5 * x) * rng.chisquare(6, 400) / 6
    found, values, good = OURS.dispersion_trend_gamma_glm(x, y)
    assert good
    # The two equations of the likelihood: sum of (y - m) / m^2, plain and times x.
    assert abs(((y - values) / values**2).mean()) < 1e-8
    assert abs(((y - values) / values**2 * x).mean()) < 1e-8
    known = THEIRS.dispersion_trend_gamma_glm(x, y)
    np.testing.assert_allclose(found, known[0], rtol=1e-3)


def test_shrunken_coefficients(drawn):
    x, k, sizes = drawn
    size, offset, at = np.geomspace(2, 40, k.shape[1]), np.log(sizes), x.shape[1] - 1
    found, covariance, good = OURS.lfc_shrink_nbinom_glm(x, k, size, offset, 15, 0.3, "", at)
    assert good.all()
    for g in range(k.shape[1]):

        def loss(b, g=g):
            return nbinomFn(b, x, k[:, g], size[g], offset, 15, 0.3, at)

        step = np.linalg.cholesky(covariance[g])[:, -1] * 1e-2
        middle = loss(found[g])
        up, down = loss(found[g] + step), loss(found[g] - step)
        assert abs(up - down) < 1e-5
        # Along a direction v the loss rises by v'(covariance)^-1 v / 2.
        rise = step @ np.linalg.solve(covariance[g], step) / 2
        assert (up + down) / 2 - middle == pytest.approx(rise, rel=2e-3)
