"""Local quadratic regression (Cleveland & Devlin 1988, J Am Stat Assoc 83:596)."""

import numpy as np

from revertome.arrays import Array


def local_quadratic(
    x: Array, y: Array, at: Array, span: float, weights: Array | None = None
) -> Array:
    """Smooth of `y` over `x`, fitted directly at each of `at`.

    Parameters
    ----------
    x, y : (n,)
        Finite values, in any order.
    at : (m,)
        Where the curve is wanted.
    span : float
        Share of the points in each fit, weighed by the tricube of their distance.
    weights : (n,), optional
        Prior weights.

    Returns
    -------
    (m, 2)
        Value and slope of the curve.
    """
    near = max(3, int(np.floor(len(x) * span + 1e-5)))
    found = np.empty((len(at), 2))
    for i, centre in enumerate(at):
        offset = x - centre
        distance = np.abs(offset)
        reach = np.partition(distance, min(near, len(x)) - 1)[min(near, len(x)) - 1]
        scaled = offset / reach if reach > 0 else offset
        weight = np.clip(1 - np.abs(scaled) ** 3, 0, None) ** 3
        root = np.sqrt(weight if weights is None else weight * weights)
        terms = root[:, None] * np.column_stack([np.ones(len(x)), scaled, scaled**2])
        value, slope, _ = np.linalg.lstsq(terms, root * y, rcond=None)[0]
        found[i] = value, slope / (reach if reach > 0 else 1.0)
    return found
