"""Regressors with error: a slope by hand, matrices of all samples, and what must not matter."""

from functools import partial

import numpy as np
import pandas as pd
import pytest

from revertome.limma import residuals
from revertome.limma.cluster_robust import Robust
from revertome.limma.clusters import blocks_of, clusters_of
from revertome.limma.joint import JointFit
from revertome.limma.measurement_error import Errors, corrected
from revertome.limma.whitening import whitening_of
from revertome.trial import Model


def one(y, design, block, k, errors, rho=0.0, weights=None):
    """The corrected fit of values (n, G) and its clusters."""
    where = pd.DataFrame(
        {"patient": block, "visit": None, "label": "all", "cell": "healthy"}, design.index
    )
    model = Model(where, design, pd.Series(block, design.index), {})
    fitted = JointFit(
        model, y, rho, {}, partial(whitening_of, model, rho, weights), weights=weights
    )
    clusters = clusters_of(where)
    (blocks,) = blocks_of(fitted, clusters)
    return corrected(blocks, clusters, design.to_numpy(), k, errors), clusters


def drawn(n=24, genes=5, seed=1):
    """Values, design of two groups and an age, two regressors, people of one to three samples."""
    rng = np.random.default_rng(seed)
    block = np.array([f"p{k}" for k in [0, 0, 0, 1, 1, 2, 2, *range(3, n - 4)]])
    design = pd.DataFrame({"a": np.arange(n) % 2.0, "age": rng.normal(size=n)})
    design.insert(0, "b", 1 - design["a"])
    design[["w", "v"]] = rng.normal(size=(n, 2)) @ [[1.0, 0.4], [0.0, 0.7]]
    return rng.normal(size=(n, genes)) + 2 * design[["w"]].to_numpy(), design, block


def dense(design, block, k, rho, root):
    """V^-1 in the units of unweighted samples, D, W and M."""
    v = rho * (block[:, None] == block) + (1 - rho) * np.eye(len(block))
    inverse = root[:, None] * np.linalg.inv(v) * root
    d, w = design.to_numpy()[:, :-k], design.to_numpy()[:, -k:]
    m = inverse - inverse @ d @ np.linalg.solve(d.T @ inverse @ d, d.T @ inverse)
    return inverse, d, w, m


def test_slope_by_hand():
    """W 0 2 4 6 8 has the sum of squares 40, and 60 with y = 1 4 7 8 15 (mean 7): -4(-6) - 2(-3)
    + 0 + 2(1) + 4(8) = 64. Of an error variance of 2 the expectation in 40 is 4 x 2: the slope is
    64 / (40 - 8) = 2 instead of 1.6, the mean at W = 0 is 7 - 2 x 4 = -1. The reliability is
    1 - 2 / (40 / 4) = 0.8: the same as a stated one."""
    y = np.array([[1.0], [4.0], [7.0], [8.0], [15.0]])
    design = pd.DataFrame({"mean": 1.0, "w": [0.0, 2, 4, 6, 8]})
    block = np.array(list("abcde"))
    for errors in (Errors(covariance=np.full((5, 1, 1), 2.0)), Errors(np.array([0.2]))):
        found, _ = one(y, design, block, 1, errors)
        np.testing.assert_allclose(found.blocks.beta, [[-1.0, 2.0]], atol=1e-12)
        np.testing.assert_allclose(found.reliable, 0.8, atol=1e-12)
        np.testing.assert_allclose(found.off, [[0.4]], atol=1e-12)
        # g - g_ls is 0.4, W'MW 40, and four samples are left beside the mean.
        np.testing.assert_allclose(found.further(), 0.4**2 * 40 / 4, atol=1e-12)


@pytest.mark.parametrize("weighted", [False, True])
@pytest.mark.parametrize("stated", [False, True])
def test_equal_to_matrices_of_all_samples(weighted, stated):
    """(W'MW - T)^-1 W'My, with T = sum of M_ss Cov(U_s); D's coefficients from y - W g."""
    y, design, block = drawn()
    rng = np.random.default_rng(2)
    weights = rng.uniform(0.5, 2, len(y)) if weighted else None
    inverse, d, w, m = dense(
        design, block, 2, 0.4, np.sqrt(weights if weighted else 1 + 0 * y[:, 0])
    )
    if stated:
        share = np.array([0.3, 0.1])
        left = w - d @ np.linalg.lstsq(d, w, rcond=None)[0]
        root = np.sqrt(share)
        constant = root[:, None] * (left.T @ left / (len(y) - 3)) * root
        covariance, errors = np.broadcast_to(constant, (len(y), 2, 2)), Errors(share)
    else:
        part = rng.normal(size=(len(y), 2, 2)) * 0.3
        covariance = part @ np.swapaxes(part, 1, 2)
        errors = Errors(covariance=covariance)
    taken = np.einsum("s,sij->ij", np.diag(m), covariance)
    g = np.linalg.solve(w.T @ m @ w - taken, w.T @ m @ y)
    b = np.linalg.solve(d.T @ inverse @ d, d.T @ inverse @ (y - w @ g))
    found, clusters = one(y, design, block, 2, errors, 0.4, weights)
    np.testing.assert_allclose(found.blocks.beta, np.vstack([b, g]).T, atol=1e-10)
    np.testing.assert_allclose(found.own.sum(axis=1)[0], taken, atol=1e-12)
    # What a contrast is without W in the model is b with it and shift' g; so is its error.
    contrasts = np.array([[1.0, 0.0], [-1.0, 0.0], [0.0, 1.0], [0.0, 0.0], [0.0, 0.0]])
    bare = np.linalg.solve(d.T @ inverse @ d, d.T @ inverse) @ np.column_stack([y, w])
    shift = found.shift(contrasts)[0]
    np.testing.assert_allclose(shift, (contrasts[:3].T @ bare[:, -2:]).T, atol=1e-10)
    whole = contrasts.T @ found.blocks.beta.T + shift.T @ g
    np.testing.assert_allclose(whole, contrasts[:3].T @ bare[:, :-2], atol=1e-10)
    u = contrasts[:3].T @ np.linalg.solve(d.T @ inverse @ d, d.T @ inverse)
    error = np.einsum("s,sij->ij", u[0] * u[1], covariance)
    np.testing.assert_allclose(found.noise(contrasts)[1], np.einsum("ig,ij,jg->g", g, error, g),
                               atol=1e-12)  # fmt: skip
    del clusters


def test_without_error_it_is_least_squares():
    y, design, block = drawn()
    found, _ = one(y, design, block, 2, Errors(np.zeros(2)), 0.4)
    inverse, *_ = dense(design, block, 2, 0.4, np.ones(len(y)))
    x = design.to_numpy()
    expected = np.linalg.solve(x.T @ inverse @ x, x.T @ inverse @ y)
    np.testing.assert_allclose(found.blocks.beta, expected.T, atol=1e-10)
    assert found.reliable[0] == pytest.approx(1) and not found.further().any()
    # Variances of contrasts, of all coefficients over those without the last two columns.
    c = np.eye(5)[:, :2]
    full, bare = np.linalg.inv(x.T @ inverse @ x), np.linalg.inv(x[:, :3].T @ inverse @ x[:, :3])
    np.testing.assert_allclose(found.inflation(c)[0], np.diag(full)[:2] / np.diag(bare)[:2])


def test_which_of_the_types_is_left_out_does_not_matter():
    """Percentages that sum to 100: any one may be left out where all have one reliability."""
    y, design, block = drawn()
    design["u"] = 10 - design["w"] - design["v"]
    found = []
    for left in ("u", "w", "v"):
        fit, _ = one(y, design.drop(columns=left), block, 2, Errors(np.full(2, 0.2)), 0.4)
        found.append((fit.blocks.e, fit.reliable, fit.blocks.beta[:, 2]))
    for other in found[1:]:
        for mine, theirs in zip(found[0], other, strict=True):
            np.testing.assert_allclose(mine, theirs, atol=1e-9)


def test_more_error_than_spread_is_seen():
    y, design, block = drawn()
    found, _ = one(y, design, block, 2, Errors(covariance=np.tile(np.eye(2) * 4, (24, 1, 1))), 0.4)
    assert found.reliable[0] < 0


def test_some_genes_at_a_time_are_as_all_at_once(monkeypatch):
    """Residuals about the corrected coefficients, and what people add to two contrasts."""
    y, design, block = drawn(genes=7)
    contrasts = np.eye(5)[:, :2]
    found = []
    for held in (residuals.CACHED, 1):
        monkeypatch.setattr(residuals, "CACHED", held)
        fit, clusters = one(y, design, block, 2, Errors(np.array([0.2, 0.3])), rho=0.4)
        left = y - design.to_numpy() @ fit.blocks.beta.T
        by_person = clusters.gather(left.T)
        np.testing.assert_allclose(fit.blocks.e, by_person, atol=1e-12)
        robust = Robust(fit.blocks, clusters, fit.blocks.working[0])
        found.append(np.array([part.own for part in fit.forms(robust, contrasts)]))
        assert len(list(fit.blocks.pieces())) == (1 if held > 1 else 7)
    np.testing.assert_allclose(found[1], found[0], rtol=1e-12)
