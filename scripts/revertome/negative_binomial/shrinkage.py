"""Coefficients under a heavy-tailed prior of one of them (apeglm)."""

from typing import Any

import numpy as np

from revertome.arrays import Array, Mask
from revertome.negative_binomial.chunks import chunks

NEAR = 0.05  # step of a coefficient from which on the prior's own curvature is used
LONGEST = 4.0  # move of a linear predictor in one step


def shrink(
    design: Any, counts: Any, alpha: Array, offset: Any, others: float, scale: float,
    index: int, maxiter: int = 500,
) -> tuple[Array, Array, Mask]:  # fmt: skip
    """Posterior modes with a Cauchy prior of one coefficient and normal priors of the others.

    Steps take the Cauchy prior by the parabola that touches it from below (2 b / (s^2 + b^2)
    is the slope of one with curvature 2 / (s^2 + b^2)), so that the information stays positive.

    Parameters
    ----------
    design : (n, p)
    counts : (n, G)
    alpha : (G,)
    offset : (n,)
        Logarithms of size factors.
    others, scale : float
        Standard deviation of the normal priors, scale of the Cauchy prior.
    index : int
        Column with the Cauchy prior.

    Returns
    -------
    coefficients : (G, p)
    covariance : (G, p, p)
        Inverse of the negative second derivative at the mode.
    converged : (G,)

    References
    ----------
    Zhu A, Ibrahim JG, Love MI 2019, Bioinformatics 35:2084.
    """
    x, k = np.asarray(design, dtype=float), np.asarray(counts)
    (n, p), genes = x.shape, k.shape[1]
    out, good = np.empty((genes, p)), np.zeros(genes, dtype=bool)
    covariance = np.empty((genes, p, p))
    base = np.asarray(offset, dtype=float)[:, None]
    for part in chunks(n, genes):
        rows, a = k[:, part].astype(float), alpha[part]
        b = np.tile(0.1 * (-1.0) ** np.arange(p), (rows.shape[1], 1))
        done = np.zeros(len(b), dtype=bool)
        for _ in range(maxiter):
            slope, weight, safe = _likelihood(x, rows, b, a, base)
            parabola, bent = _curvatures(b, others, scale, index)
            uphill = (slope - parabola * b)[..., None]
            step = np.linalg.solve(_with(safe, parabola), uphill)[..., 0]
            moved = np.abs(step @ x.T).max(axis=1, keepdims=True)
            step *= LONGEST / np.maximum(moved, LONGEST)
            # Near the mode Newton's own step, where that goes uphill.
            own = np.linalg.solve(_with(weight, bent), uphill)[..., 0]
            near = (np.abs(own).max(axis=1) < NEAR) & ((own * uphill[..., 0]).sum(axis=1) > 0)
            step = np.where(near[:, None], own, step)
            step = np.where(done[:, None], 0, step)
            b += step
            done = np.abs(step).max(axis=1) < 1e-9
            if done.all():
                break
        bent = _curvatures(b, others, scale, index)[1]
        covariance[part] = np.linalg.inv(_with(_likelihood(x, rows, b, a, base)[1], bent))
        out[part], good[part] = b, done
    return out, covariance, good


def _likelihood(x: Array, k: Array, b: Array, alpha: Array, offset: Array) -> tuple[Array, ...]:
    """Slope (G, p) of the log-likelihood, observed and expected information (G, p, p)."""
    mu = np.exp(x @ b.T + offset)
    inverse = 1 / (1 + alpha * mu)
    weight = mu * inverse * inverse * (1 + alpha * k)
    observed, expected = (
        np.swapaxes(w.T[:, :, None] * x, 1, 2) @ x for w in (weight, mu * inverse)
    )
    return ((k - mu) * inverse).T @ x, observed, expected


def _curvatures(b: Array, others: float, scale: float, index: int) -> tuple[Array, Array]:
    """Curvature of the priors, (G, p): of the parabola that touches the Cauchy, and its own."""
    square = b[:, index] ** 2
    parabola = np.full_like(b, others**-2)
    bent = parabola.copy()
    parabola[:, index] = 2 / (scale**2 + square)
    bent[:, index] = 2 * (scale**2 - square) / (scale**2 + square) ** 2
    return parabola, bent


def _with(matrix: Array, diagonal: Array) -> Array:
    at = np.arange(diagonal.shape[1])
    matrix = matrix.copy()
    matrix[:, at, at] += diagonal
    return matrix
