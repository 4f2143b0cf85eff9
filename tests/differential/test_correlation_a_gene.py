"""A correlation within blocks for each gene: the fits of the genes one by one."""

import numpy as np
import pandas as pd
import pytest

from revertome.limma.duplicate_correlation import duplicate_correlation
from revertome.limma.fit import lm_fit
from revertome.limma.solve_genewise import MOST, genes_at_once

N, GENES = 14, MOST + 3
BLOCK = pd.Series(np.repeat(list("abcde"), [1, 2, 3, 4, 4]))
AGE = np.random.default_rng(1).normal(size=N)
DESIGN = pd.DataFrame({"one": np.ones(N), "drug": np.tile([0.0, 1.0], 7), "age": AGE})
WEIGHTS = {
    "none": None,
    "of samples": np.linspace(0.5, 2, N),
    "one sample left out": np.r_[0.0, np.ones(N - 1)],
    "of observations": np.random.default_rng(3).uniform(0.2, 3, size=(N, GENES)),
}


def values(gaps: bool) -> np.ndarray:
    rng = np.random.default_rng(2)
    y = rng.normal(5, 1, size=(N, GENES)) + rng.normal(size=(5, GENES))[pd.factorize(BLOCK)[0]]
    if gaps:
        y[rng.random(y.shape) < 0.1] = np.nan
        y[2:, 7] = np.nan
    return y


@pytest.mark.parametrize("gaps", [False, True])
@pytest.mark.parametrize("weights", WEIGHTS)
def test_each_gene_is_fitted_as_it_is_alone(weights, gaps):
    y, w = values(gaps), WEIGHTS[weights]
    rho = np.random.default_rng(4).uniform(-0.3, 0.95, size=GENES)
    rho[:3] = 0.0
    fit = lm_fit(y, DESIGN, BLOCK, rho, w)
    for k in [0, 2, 3, 7, 100, *range(MOST - 2, GENES)]:
        own = w if w is None or w.ndim == 1 else w[:, [k]]
        one = lm_fit(y[:, [k]], DESIGN, BLOCK, float(rho[k]), own)
        np.testing.assert_allclose(fit.coefficients[k], one.coefficients[0], rtol=1e-10)
        covariances = np.asarray(fit.covariance)[k], np.asarray(one.covariance)[0]
        np.testing.assert_allclose(*covariances, rtol=1e-10, atol=1e-14)
        np.testing.assert_allclose(fit.sigma[k], one.sigma[0], rtol=1e-10)
        assert np.broadcast_to(fit.df_residual, GENES)[k] == one.df_residual


def test_no_correlation_is_that_of_independent_samples():
    y = values(False)
    fit, plain = lm_fit(y, DESIGN, BLOCK, np.zeros(GENES)), lm_fit(y, DESIGN)
    np.testing.assert_allclose(fit.coefficients, plain.coefficients, rtol=1e-10)
    np.testing.assert_allclose(fit.sigma, plain.sigma, rtol=1e-10)


@pytest.mark.parametrize("wrong", [1.0, -0.34, np.nan])
def test_an_impossible_correlation_of_one_gene_is_named(wrong):
    rho = np.full(GENES, 0.2)
    rho[5] = wrong
    with pytest.raises(ValueError, match=f"correlation {wrong:g} is not possible"):
        lm_fit(values(False), DESIGN, BLOCK, rho)


def test_genes_worked_on_one_by_one_are_those_worked_on_together(monkeypatch):
    """Of many samples few genes are worked on together, as their matrices would not fit."""
    y = np.random.default_rng(5).normal(size=(N, 6))
    weights = np.random.default_rng(6).uniform(0.5, 2, size=(N, 6))
    together = duplicate_correlation(y, DESIGN, BLOCK, weights)
    fit = lm_fit(y, DESIGN, BLOCK, together, weights)
    monkeypatch.setattr("revertome.limma.solve_genewise.NUMBERS", 1)
    assert genes_at_once(N) == 1
    assert duplicate_correlation(y, DESIGN, BLOCK, weights) == pytest.approx(together, rel=1e-12)
    alone = lm_fit(y, DESIGN, BLOCK, together, weights)
    np.testing.assert_allclose(alone.coefficients, fit.coefficients, rtol=1e-12)
    np.testing.assert_allclose(alone.sigma, fit.sigma, rtol=1e-12)
