"""Weighted fits with swept patients against numpy's solver, gene by gene."""

import numpy as np
import pandas as pd
import pytest

from revertome.limma.contrasts import contrasts_fit
from revertome.limma.fit import lm_fit
from revertome.limma.solve_absorbed import Absorbed, disjoint

PATIENT = np.arange(14) // 2


def designs():
    rng = np.random.default_rng(5)
    visit, batch = np.arange(14) % 2, rng.normal(size=14)
    patients = np.eye(7)[PATIENT]
    return {
        "patients and changes": np.column_stack(
            [patients, visit * (PATIENT < 3), visit * (PATIENT >= 3), batch]
        ),
        "covariate first": np.column_stack([batch, patients[:, :6], visit]),
        "cells alone": np.eye(3)[np.arange(14) % 3],
    }


@pytest.mark.parametrize("name", list(designs()))
def test_weighted_fit(name):
    x, rng = designs()[name], np.random.default_rng(6)
    y, weights = rng.normal(8, 2, (14, 600)), rng.gamma(2, 1, (14, 600))
    design = pd.DataFrame(x, columns=[f"c{k}" for k in range(x.shape[1])])
    fit = lm_fit(y, design, weights=weights)
    assert isinstance(fit.covariance, Absorbed)
    covariance = np.asarray(fit.covariance)
    contrasts = {"one": pd.Series({"c0": 1.0, "c2": -2.0}), "two": pd.Series({"c1": 1.0})}
    c = np.zeros((x.shape[1], 2))
    c[[0, 2, 1], [0, 0, 1]] = 1.0, -2.0, 1.0
    found = contrasts_fit(fit, contrasts)
    for g in range(0, 600, 37):
        root = np.sqrt(weights[:, g])
        beta, rss, *_ = np.linalg.lstsq(root[:, None] * x, root * y[:, g], rcond=None)
        inverse = np.linalg.inv(x.T @ (weights[:, [g]] * x))
        np.testing.assert_allclose(fit.coefficients[g], beta, rtol=1e-10, atol=1e-12)
        np.testing.assert_allclose(fit.sigma[g] ** 2 * (14 - x.shape[1]), rss[0], rtol=1e-10)
        np.testing.assert_allclose(covariance[g], inverse, rtol=1e-9, atol=1e-12)
        np.testing.assert_allclose(found.coefficients[g], beta @ c, rtol=1e-10, atol=1e-12)
        np.testing.assert_allclose(found.covariance[g], c.T @ inverse @ c, rtol=1e-9)


def test_columns_that_share_no_sample():
    x = np.array([[1, 0, 1, 0], [1, 0, 0, 0], [0, 2, 0, 0], [0, 0, 0, 3]])
    assert disjoint(x).tolist() == [True, True, False, True]
