"""Robust regression of marker genes on cell types: non-negative, on the log scale."""

from typing import NamedTuple

import numpy as np
from scipy.optimize import nnls

from revertome.arrays import Array

ROUNDS = 40
TUKEY = 4.685  # bisquare: 95% efficient for normal residuals
TO_SD = 1 / 0.6745  # median absolute deviation to standard deviation
LEAST_SD = 0.02  # ln units: markers that agree better agree by chance
SHRINK, GROW = 0.7, 1.4  # ln units: how far a residual may pull in the first rounds
FIRST = 4  # rounds in which it is held, as the start may be far off
FREELY = 12  # rounds after which half of the way is gone, where all of it would swing
SETTLED = 1e-5


class Fit(NamedTuple):
    """Regression of each sample.

    Attributes
    ----------
    shares : array, (n, k)
        Non-negative coefficients.
    residual : array, (n, g)
        ln units.
    weight : array, (n, g)
        Bisquare weights, 0 to 1.
    covariance : array, (n, k, k)
        Of the coefficients, by the sandwich HC3.
    """

    shares: Array
    residual: Array
    weight: Array
    covariance: Array


def fit(ratio: Array, profile: Array, start: Array) -> Fit:
    """Fit ln ratio = ln(profile @ shares) + e by bisquare, all shares at least 0.

    Gauss-Newton: at shares p the fitted value f = X p changes by X dp, its logarithm by X dp / f.
    So each round is a non-negative least squares of f (1 + r) on X with weights w / f^2, where r
    is the residual and w its bisquare weight at the scale of the sample's median absolute residual.

    Parameters
    ----------
    ratio : array, (n, g)
        ln of each sample's value over the reference.
    profile : array, (g, k)
        What one unit of each cell type adds to the value over the reference.
    start : array, (k,)
        Shares of the reference: `profile @ start` is about 1.

    Returns
    -------
    Fit
    """
    shares = np.tile(start, (len(ratio), 1))
    shares *= np.exp(np.median(ratio, axis=1, keepdims=True))  # the level of a sample is free
    moving = np.arange(len(ratio))
    for done in range(ROUNDS):
        now = shares[moving]
        fitted, residual, weight = _at(now, ratio[moving], profile)
        held = np.clip(residual, -SHRINK, GROW) if done < FIRST else residual
        target = fitted * (1 + held)
        new = _non_negative(weight / fitted**2, profile, target)
        if done >= FREELY:
            new = 0.5 * (new + now)
        shares[moving] = new
        if done < FIRST:
            continue
        moving = moving[np.abs(new - now).max(axis=1) > SETTLED * now.sum(axis=1)]
        if not len(moving):
            break
    fitted, residual, weight = _at(shares, ratio, profile)
    covariance = _sandwich(profile, fitted, residual, weight, _flatness(residual))
    return Fit(shares, residual, weight, covariance)


def _at(shares: Array, ratio: Array, profile: Array) -> tuple[Array, Array, Array]:
    fitted = np.maximum(shares @ profile.T, 1e-12)
    residual = ratio - np.log(fitted)
    bisquare = np.maximum(1 - _scaled(residual) ** 2, 0) ** 2
    return fitted, residual, bisquare


def _scaled(residual: Array) -> Array:
    """Residuals of each sample, 1 where their weight becomes 0."""
    scale = np.maximum(TO_SD * np.median(np.abs(residual), axis=1, keepdims=True), LEAST_SD)
    scaled: Array = residual / (TUKEY * scale)
    return scaled


def _flatness(residual: Array) -> Array:
    """Mean slope of the bisquare over its mean weight, (n,).

    psi(u) = u (1 - u^2)^2, so psi'(u) = (1 - u^2)(1 - 5 u^2) where the weight is (1 - u^2)^2. The
    minimum moves with the slope (Huber 1973); with the weight, intervals would be too short.
    """
    square = np.minimum(_scaled(residual) ** 2, 1)
    slope = ((1 - square) * (1 - 5 * square)).mean(axis=1)
    flatness: Array = slope / ((1 - square) ** 2).mean(axis=1)
    return np.maximum(flatness, 0.2)


def _non_negative(weight: Array, profile: Array, target: Array) -> Array:
    """Weighted non-negative least squares of each row of `target`, by its normal equations.

    |L' b - L^-1 c|^2 with L L' = X'WX and c = X'Wy has the same minimum as |W^1/2 (y - X b)|^2.
    """
    normal = _products(weight, profile)
    right = (weight * target) @ profile
    size = np.sqrt(np.einsum("naa->na", normal))
    size = np.where(size > 0, size, 1.0)
    normal = normal / (size[:, :, None] * size[:, None, :]) + 1e-10 * np.eye(profile.shape[1])
    lower = np.linalg.cholesky(normal)
    side = np.linalg.solve(lower, (right / size)[:, :, None])[:, :, 0]
    found = [nnls(one.T, other)[0] for one, other in zip(lower, side, strict=True)]
    return np.array(found) / size


def _products(weight: Array, profile: Array) -> Array:
    """X'WX of each sample."""
    genes, types = profile.shape
    pairs = (profile[:, :, None] * profile[:, None, :]).reshape(genes, types * types)
    products: Array = (weight @ pairs).reshape(-1, types, types)
    return products


def _sandwich(
    profile: Array, fitted: Array, residual: Array, weight: Array, flatness: Array
) -> Array:
    """HC3 covariance of the shares (MacKinnon and White 1985), of types at 0 as well.

    d ln f = X dp / f: bread X'WX / f^2 by the slope of the bisquare, meat the squares of weighted
    residuals over 1 - leverage.
    """
    types = profile.shape[1]
    bread = _products(weight / fitted**2, profile)
    ridge = 1e-8 * np.einsum("naa->n", bread)[:, None, None] * np.eye(types)
    inverse = np.linalg.inv(bread + ridge)
    spread = np.einsum("ga,nab,gb->ng", profile, inverse, profile, optimize=True)
    leverage = np.minimum(weight * spread / fitted**2, 0.95)
    square = (weight * residual / (fitted * (1 - leverage))) ** 2
    covariance: Array = inverse @ _products(square, profile) @ inverse
    return covariance / flatness[:, None, None] ** 2
