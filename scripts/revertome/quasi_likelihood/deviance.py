"""Deviance of negative binomial regressions, and the determinant of their information."""

import numpy as np
from scipy.linalg import lapack

from revertome.arrays import Array, Mask
from revertome.negative_binomial.design import Layout

OFFSET = 1e-8  # added to counts and means, so that 0 has a logarithm
POISSON_BELOW = 1e-4  # dispersion from which down a series about the Poisson deviance is exact
GAMMA_FROM = 1e6  # mean times dispersion from which on the deviance is the gamma distribution's
ABSENT = 1e-200  # weight of a sample that has no part
SINGULAR = 1e-10  # least pivot of the information


def deviance(y: Array, mu: Array, dispersion: Array) -> Array:
    """Deviance of every gene, (G,).

    2 sum [y log(y/mu) - (y + 1/d) log((1 + d y) / (1 + d mu))], with its limits for small and
    large d mu, where the difference of the logarithms loses its digits.

    Parameters
    ----------
    y, mu : (G, n)
    dispersion : (G,)
    """
    y, mu, d = y + OFFSET, mu + OFFSET, dispersion[:, None]
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        size, ratio = 1 / d, np.log(y / mu)
        more = y + size
        unit = y * ratio + more * np.log((mu + size) / more)
        if not mu.max(initial=0) * d.max(initial=0) <= GAMMA_FROM:
            gamma = ((y - mu) / mu - ratio) * mu / (1 + mu * d)
            unit = np.where(mu * d > GAMMA_FROM, gamma, unit)
    near = dispersion < POISSON_BELOW
    if near.any():
        # Of the third term, d (2/3 rest - y), edgeR computes d (0 rest - y).
        y, rest, d = y[near], (y - mu)[near], d[near]
        unit[near] = y * ratio[near] - rest - 0.5 * rest**2 * d * (1 - d * y)
    return np.asarray(2 * unit.sum(axis=1))


def log_determinant(w: Array, design: Array, plan: Layout, there: Mask) -> Array:
    """Log determinant of X'WX, (G,), each of its pivots at least `SINGULAR`, but for constants.

    Parameters
    ----------
    w : (G, n)
        Weights.
    design : (n, p)
    plan : Layout
        That of the design.
    there : (G, n)
        Samples that have a part; columns that are 0 in all of them have none.
    """
    # A patient without a sample adds a number that is the same at every dispersion.
    value = plan.log_determinant(np.where(there, w, ABSENT)[:, plan.order].T)
    # No pivot is below the least weight times the least eigenvalue of X'X.
    least = np.where(there, w, np.inf).min(axis=1) * np.linalg.eigvalsh(design.T @ design)[0]
    for g in np.flatnonzero((least < 2 * SINGULAR) | ~np.isfinite(value)):
        x = design[there[g]]
        x = x[:, x.any(axis=0)]
        # edgeR's own factorisation: which pivots are small depends on their order.
        pivots = np.diagonal(lapack.dsytrf((x.T * w[g, there[g]]) @ x, lower=0)[0])
        value[g] = np.log(np.where(pivots >= SINGULAR, pivots, SINGULAR)).sum()
    return np.asarray(value)
