"""Dispersions by the Cox-Reid adjusted profile likelihood, all genes at once."""

import numpy as np
from scipy.special import gammaln

from revertome.arrays import Array

GRID = 24
GOLDEN = (5**0.5 - 1) / 2
NARROWINGS = 34  # of two steps of the grid to 1e-7 on the log scale
STIRLING = 1e-3  # dispersion below which differences of log gamma lose digits
CHUNK = 1000  # genes at once


def adjusted_profile(counts: Array, design: Array, mean: Array, dispersion: Array) -> Array:
    """Log likelihood of the dispersions, adjusted for the coefficients (Cox & Reid 1987).

    Sum over samples of log NB(y; mu, alpha) without its terms in y alone, less half the log
    determinant of X' W X with W = mu / (1 + alpha mu).

    Parameters
    ----------
    counts, mean : (n, G)
    design : (n, p)
    dispersion : (G,)

    Returns
    -------
    (G,)
    """
    size = 1 / dispersion
    depth = np.log1p(mean * dispersion)
    found = np.empty_like(depth)
    small = dispersion < STIRLING
    y, r = counts[:, small], size[small]
    # log gamma(y + r) - log gamma(r) - y log r by Stirling's series, whose large terms cancel.
    found[:, small] = (y + r - 0.5) * np.log1p(y / r) - y + (1 / (y + r) - 1 / r) / 12
    y, r = counts[:, ~small], size[~small]
    found[:, ~small] = gammaln(y + r) - gammaln(r) - y * np.log(r)
    likelihood = (found - (counts + size) * depth).sum(axis=0)
    weight = mean / (1 + mean * dispersion)
    p = design.shape[1]
    squares = (design[:, :, None] * design[:, None, :]).reshape(len(design), p * p)
    information = (weight.T @ squares).reshape(-1, p, p)
    return np.asarray(likelihood - np.linalg.slogdet(information)[1] / 2)


def most_likely(
    counts: Array,
    design: Array,
    mean: Array,
    limits: tuple[float, float],
    prior: tuple[Array, float] | None = None,
) -> Array:
    """Dispersions (G,) between `limits` of the highest adjusted profile likelihood.

    `prior` is the log of the dispersions (G,) that they are shrunk to, and the variance around it.
    Found on a grid of the log dispersion and by golden sections around its best point.
    """
    found = np.empty(counts.shape[1])
    for start in range(0, len(found), CHUNK):
        part = slice(start, start + CHUNK)
        shrunk = None if prior is None else (prior[0][part], prior[1])
        found[part] = _search(counts[:, part], design, mean[:, part], limits, shrunk)
    return found


def _search(
    counts: Array,
    design: Array,
    mean: Array,
    limits: tuple[float, float],
    prior: tuple[Array, float] | None,
) -> Array:
    def value(log: Array) -> Array:
        found = adjusted_profile(counts, design, mean, np.exp(log))
        return found if prior is None else found - (log - prior[0]) ** 2 / (2 * prior[1])

    grid = np.linspace(np.log(limits[0]), np.log(limits[1]), GRID)
    best = np.argmax([value(np.full(counts.shape[1], each)) for each in grid], axis=0)
    low, high = grid[np.maximum(best - 1, 0)], grid[np.minimum(best + 1, GRID - 1)]
    inner, outer = high - GOLDEN * (high - low), low + GOLDEN * (high - low)
    left, right = value(inner), value(outer)
    for _ in range(NARROWINGS):
        lower = left >= right
        low, high = np.where(lower, low, inner), np.where(lower, outer, high)
        new = np.where(lower, high - GOLDEN * (high - low), low + GOLDEN * (high - low))
        at_new = value(new)
        inner, outer = np.where(lower, new, outer), np.where(lower, inner, new)
        left, right = np.where(lower, at_new, right), np.where(lower, left, at_new)
    return np.asarray(np.exp((low + high) / 2))
