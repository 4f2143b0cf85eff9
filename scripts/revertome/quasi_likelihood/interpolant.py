"""Maximum of a cubic spline through values on a grid, of many rows at once."""

import numpy as np

from revertome.arrays import Array


def maximize_interpolant(x: Array, y: Array) -> Array:
    """Where the spline through every row of y is largest, (G,).

    The spline is that of Forsythe, Malcolm & Moler (1977): its third derivative at either end is
    that of the cubic through the four nearest values. Only the two segments beside the largest
    value are searched.

    Parameters
    ----------
    x : (k,)
        Equally spaced, k >= 4.
    y : (G, k)
    """
    h = x[1] - x[0]
    curve = y @ _curvature(len(x), h).T
    top = y.argmax(axis=1)
    rows = np.arange(len(y))
    best, at = y[rows, top], x[top].astype(float)
    for left in (top - 1, top):
        inside = (left >= 0) & (left < len(x) - 1)
        i = np.clip(left, 0, len(x) - 2)
        low, high = y[rows, i], y[rows, i + 1]
        c, c1 = curve[rows, i], curve[rows, i + 1]
        b, d = (high - low) / h - h * (c1 + 2 * c) / 3, (c1 - c) / (3 * h)
        with np.errstate(divide="ignore", invalid="ignore"):
            # The root of b + 2 c u + 3 d u^2 at which the curve bends downwards.
            u = (-2 * c - np.sqrt(4 * c * c - 12 * b * d)) / (6 * d)
            value = low + u * (b + u * (c + u * d))
            better = inside & (u > 0) & (u < h) & (value > best)
        best, at = np.where(better, value, best), np.where(better, x[i] + u, at)
    return np.asarray(at)


def _curvature(k: int, h: float) -> Array:
    """Matrix from values to c, half of the second derivatives, (k, k)."""
    left, right = np.zeros((k, k)), np.zeros((k, k))
    for i in range(1, k - 1):
        left[i, i - 1 : i + 2] = h, 4 * h, h
        right[i, i - 1 : i + 2] = np.array([1, -2, 1]) * 3 / h
    # d of the end segments is the third difference over 6 h^3.
    third = np.array([-1, 3, -3, 1]) / (6 * h**3)
    left[0, :2] = left[-1, -2:] = np.array([-1, 1]) / (3 * h)
    right[0, :4] = right[-1, -4:] = third
    return np.asarray(np.linalg.solve(left, right))
