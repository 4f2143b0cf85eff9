"""Deviance of negative binomial regressions, and how likely they are at a dispersion."""

import numpy as np
from scipy import special
from scipy.linalg import lapack

from revertome.arrays import Array

OFFSET = 1e-8  # added to counts and means, so that 0 has a logarithm
POISSON_BELOW = 1e-4  # dispersion from which down a series about the Poisson deviance is exact
GAMMA_FROM = 1e6  # mean times dispersion from which on the deviance is the gamma distribution's
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
    y, mu = y + OFFSET, mu + OFFSET
    d = np.broadcast_to(dispersion[:, None], y.shape)
    ratio = np.log(y / mu)
    rest = y - mu
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        size = 1 / d
        unit = y * ratio + (y + size) * np.log((mu + size) / (y + size))
        large = mu * d > GAMMA_FROM
        if large.any():
            unit = np.where(large, (rest / mu - ratio) * mu / (1 + mu * d), unit)
    near = d < POISSON_BELOW
    if near.any():
        # Of the third term, d (2/3 rest - y), edgeR computes d (0 rest - y).
        series = y * ratio - rest - 0.5 * rest**2 * d * (1 - d * y)
        unit = np.where(near, series, unit)
    return np.asarray(2 * unit.sum(axis=1))


def adjusted_profile(y: Array, mu: Array, design: Array, dispersion: float) -> Array:
    """Cox-Reid adjusted log-likelihood at fitted means, (G,).

    sum log NB(y; mu, d) - 1/2 log det X'WX with W = mu / (1 + d mu); a sample fitted by 0 has
    no part in it (McCarthy et al. 2012, Nucleic Acids Res 40:4288).
    """
    r = 1 / dispersion
    there = mu > 0
    m = np.where(there, mu, 1.0)
    value = y * np.log(m) - (y + r) * np.log(m + r) + r * np.log(r)
    value += special.gammaln(y + r) - special.gammaln(y + 1) - special.gammaln(r)
    w = np.where(there, mu / (1 + dispersion * mu), 0.0)
    return np.asarray(np.where(there, value, 0.0).sum(axis=1) - log_determinant(w, design) / 2)


def log_determinant(w: Array, design: Array) -> Array:
    """Log determinant of X'WX, (G,), each of its pivots at least `SINGULAR`."""
    information = weighted(w, design)
    value = np.linalg.slogdet(information)[1]
    # No pivot is below the least weight times the least eigenvalue of X'X.
    least = w.min(axis=1) * np.linalg.eigvalsh(design.T @ design)[0]
    for g in np.flatnonzero((least < 2 * SINGULAR) | ~np.isfinite(value)):
        # edgeR's own factorisation: which pivots are small depends on their order.
        pivots = np.diagonal(lapack.dsytrf(information[g], lower=0)[0])
        value[g] = np.log(np.where(pivots >= SINGULAR, pivots, SINGULAR)).sum()
    return np.asarray(value)


def weighted(w: Array, design: Array) -> Array:
    """X'WX of every gene, (G, p, p), by one product of all weights with the products of columns."""
    n, p = design.shape
    products = (design[:, :, None] * design[:, None, :]).reshape(n, p * p)
    return np.asarray((w @ products).reshape(len(w), p, p))
