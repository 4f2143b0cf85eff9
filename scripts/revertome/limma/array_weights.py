"""Weights of samples by their precision over all genes.

Ritchie et al. 2006 (BMC Bioinformatics 7:261): log variances are a gene's plus a sample's; REML
scoring over all genes, limma's ``arrayWeights(method = "reml")``.
"""

import warnings

import numpy as np
import pandas as pd

from revertome.arrays import Array
from revertome.limma.solve_genewise import genes_at_once

PRIOR_N = 10.0  # genes' worth of evidence for equal weights
TOLERANCE = 1e-5
MAX_ITERATIONS = 50
NO_VARIANCE = 1e-15


def array_weights(y: Array, design: pd.DataFrame, weights: Array | None = None) -> Array:
    """Sample weights with geometric mean 1: high for samples close to what the model expects.

    Patients (blocks) have no part in it, as in limma. Genes with a missing value or an
    observation weight of 0, and (without observation weights) without residual variance, are
    left out. limma's gene-by-gene method, its default when values are missing, is not offered:
    its result depends on the order of the genes.

    Parameters
    ----------
    y : (n, G)
        Log2 expression, samples in rows; NaN where missing.
    design : (n, p)
        Full-rank design matrix.
    weights : (n, G), optional
        Observation weights (voom); sample weights then multiply them.

    Returns
    -------
    Array, (n,)
        Ones when fewer than two genes or two residual degrees of freedom are there.
    """
    x = design.to_numpy(float)
    n, p = x.shape
    whole = ~np.isnan(y).any(axis=0)
    if weights is not None:
        whole &= (weights > 0).all(axis=0)
        weights = weights[:, whole]
    y = y[:, whole]
    if weights is None:
        q = np.linalg.qr(x)[0]
        variance = ((y - q @ (q.T @ y)) ** 2).sum(axis=0) / max(n - p, 1)
        y = y[:, variance >= NO_VARIANCE]
    if y.shape[1] < 2 or n - p < 2:
        return np.ones(n)
    return _reml(x, y, weights)


def _reml(x: Array, y: Array, weights: Array | None) -> Array:
    n, n_genes = y.shape
    # Log variances of samples sum to 0, or they could not be separated from those of genes: n - 1
    # parameters gamma, the last sample is minus their sum.
    contrasts = np.vstack([np.eye(n - 1), -np.ones(n - 1)])
    gamma = np.zeros(n - 1)
    sample = np.ones(n)
    last = np.inf
    for _ in range(MAX_ITERATIONS):
        if weights is None:
            score, information = _shared(x, y, sample)
        else:
            score, information = _genewise(x, y, sample, weights)
        # The prior acts as PRIOR_N genes for which every sample is as good.
        score = contrasts.T @ (score + PRIOR_N * (sample - 1))
        information += PRIOR_N * np.eye(n)
        step = np.linalg.solve(contrasts.T @ information @ contrasts, score)
        # Score' information^-1 score, per parameter and gene: how much likelihood a step could
        # still gain.
        criterion = float(score @ step) / (n - 1) / (n_genes + PRIOR_N)
        if weights is not None:
            # limma divides once more here, and so stops a little earlier.
            criterion /= n_genes + PRIOR_N
        elif criterion >= last:
            break
        last = criterion
        gamma = gamma + step
        sample = np.exp(-contrasts @ gamma)
        if criterion < TOLERANCE:
            return np.asarray(sample)
    warnings.warn("sample weights did not converge", stacklevel=3)
    return np.asarray(sample)


def _shared(x: Array, y: Array, sample: Array) -> tuple[Array, Array]:
    """Score (n,) and information (n, n) summed over genes with one design."""
    root = np.sqrt(sample)
    q = np.linalg.qr(root[:, None] * x)[0]
    yw = root[:, None] * y
    # Residuals of the weighted fit; with hat matrix H their expected squares are sigma^2 (1 - h).
    residual = yw - q @ (q.T @ yw)
    square = residual**2
    df = len(x) - x.shape[1]
    hat = q @ q.T
    free = 1 - np.diag(hat)
    # Information on log variances under REML is (I - H) * (I - H) entrywise, which is diag(1 -
    # 2h) + H * H. Subtracting free free' / df profiles out the variance of the gene.
    information = np.diag(1 - 2 * np.diag(hat)) + hat**2 - np.outer(free, free) / df
    n_genes = y.shape[1]
    # Squares over the variance of their gene, less their expectation 1 - h, summed over genes.
    score = (square / (square.sum(axis=0) / df)).sum(axis=1) - n_genes * free
    return score, n_genes * information


def _genewise(x: Array, y: Array, sample: Array, weights: Array) -> tuple[Array, Array]:
    """The same with observation weights, a design for every gene.

    With hat matrix H and h its diagonal, the information of a gene about log variances is
    diag(1 - 2h) + H*H, whose row sums are 1 - h.
    """
    n, p = x.shape
    score, information = np.zeros(n), np.zeros((n, n))
    step = genes_at_once(x.size)
    for start in range(0, y.shape[1], step):
        part = slice(start, start + step)
        root = np.sqrt(sample[:, None] * weights[:, part]).T
        q = np.linalg.qr(root[:, :, None] * x)[0]
        yw = root * y[:, part].T
        residual = yw - np.einsum("gnp,gp->gn", q, np.einsum("gnp,gn->gp", q, yw))
        variance = (residual**2).sum(axis=1) / (n - p)
        free = 1 - (q**2).sum(axis=2)
        varies = variance > NO_VARIANCE
        score += (residual[varies] ** 2 / variance[varies, None] - free[varies]).sum(axis=0)
        information += np.diag((2 * free - 1).sum(axis=0)) - free.T @ free / (n - p)
        information += ((q @ q.transpose(0, 2, 1)) ** 2).sum(axis=0)
    return score, information
