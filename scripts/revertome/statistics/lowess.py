"""Locally weighted regression (Cleveland 1979, J Am Stat Assoc 74:829), as R's ``lowess``.

statsmodels' version differs from R's in the fifth digit (in how it steps over close points),
too much for limma's numbers.
"""

import numpy as np
import numpy.typing as npt

from revertome.arrays import Array

ROUNDS = 3  # of down-weighting outliers
STEP = 0.01  # share of the range of x within which the curve is a straight line


def lowess(x: Array, y: Array, span: float) -> Array:
    """Smooth of `y` at every `x`: tricube weights, local lines, bisquare robustness.

    Parameters
    ----------
    x, y : (n,)
        Finite values, in any order.
    span : float
        Share of the points in each local line.

    Returns
    -------
    Array, (n,)
        Fitted values in the order of `x`.
    """
    order = np.argsort(x, kind="stable")
    x, y = x[order], y[order]
    n = len(x)
    near = max(2, min(n, int(span * n + 1e-7)))
    anchors = _anchors(x, STEP * (x[-1] - x[0]))
    windows = [_window(x, i, left, near) for i, left in _lefts(x, anchors, near)]
    robust = np.ones(n)
    for round_ in range(ROUNDS + 1):
        curve = [
            _line(x, y, robust, i, *window) for i, window in zip(anchors, windows, strict=True)
        ]
        fitted = np.interp(x, x[anchors], curve)
        residual = np.abs(y - fitted)
        middle = np.sort(np.partition(residual, [n // 2, n - n // 2 - 1])[[n // 2, n - n // 2 - 1]])
        scale = 3 * (middle[0] + middle[1])
        if round_ == ROUNDS or scale < 1e-7 * residual.mean():
            break
        # Bisquare weights: points beyond six median residuals have none.
        robust = np.square(1 - np.square(residual / scale))
        robust[residual <= 0.001 * scale] = 1.0
        robust[residual > 0.999 * scale] = 0.0
    result = np.empty(n)
    result[order] = fitted
    return result


def _anchors(x: Array, delta: float) -> npt.NDArray[np.intp]:
    """Points with a local line of their own: about `delta` apart, the first and the last among."""
    found, last, n = [0], 0, len(x)
    while True:
        last = int(np.searchsorted(x, x[last], side="right")) - 1
        if last >= n - 1:
            return np.array(found)
        beyond = int(np.searchsorted(x, x[last] + delta, side="right"))
        last = max(last + 1, beyond - 1)
        found.append(last)


def _lefts(x: Array, anchors: npt.NDArray[np.intp], near: int) -> list[tuple[int, int]]:
    """Each anchor with the first of the `near` points closest to it."""
    pairs, left = [], 0
    for i in anchors:
        while left + near < len(x) and x[i] - x[left] > x[left + near] - x[i]:
            left += 1
        pairs.append((int(i), left))
    return pairs


def _window(x: Array, i: int, left: int, near: int) -> tuple[slice, Array]:
    reach = max(x[i] - x[left], x[left + near - 1] - x[i])
    right = int(np.searchsorted(x, x[i] + reach, side="right"))
    where = slice(left, max(right, left + near))
    distance = np.abs(x[where] - x[i])
    weight = np.where(distance <= 0.999 * reach, 1.0, 0.0)
    inner = (distance > 0.001 * reach) & (weight > 0)
    # Tricube: (1 - (distance / reach)^3)^3.
    weight[inner] = (1 - (distance[inner] / reach) ** 3) ** 3
    return where, weight


def _line(x: Array, y: Array, robust: Array, i: int, where: slice, weight: Array) -> float:
    w = weight * robust[where]
    total = w.sum()
    if total <= 0:
        return float(y[i])
    w = w / total
    centre = w @ x[where]
    offset = x[where] - centre
    spread = w @ offset**2
    if np.sqrt(spread) > 0.001 * (x[-1] - x[0]):
        # A local line is linear in y: its value at x_i is a weighted mean with these weights.
        # With hardly any spread in x only the mean is used.
        w = w * ((x[i] - centre) / spread * offset + 1)
    return float(w @ y[where])
