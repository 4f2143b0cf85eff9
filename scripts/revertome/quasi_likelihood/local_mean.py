"""Local means on an adaptive set of points, as locfit's (Loader 1999) of degree 0 in one variable.

The mean is taken at the ends of the range and at midpoints, until points are nearer to each other
than 0.8 of the smaller of their bandwidths, and interpolated linearly between them.
"""

import numpy as np

from revertome.arrays import Array

CUT = 0.8


def local_means(x: Array, y: Array, span: float) -> Array:
    """Smooth every column of y (G, k) on x (G,) with tricube weights of the nearest `span`."""
    count = int(len(x) * span + 1e-12)
    if span * len(x) < 2 or len(x) <= 1 or x.min() == x.max():
        return y
    bandwidth: dict[float, float] = {}

    def wide(point: float) -> float:
        if point not in bandwidth:
            bandwidth[point] = float(np.partition(np.abs(x - point), count - 1)[count - 1])
        return bandwidth[point]

    whole = float(x.max() - x.min())
    todo = [(float(x.min()), float(x.max()))]
    while todo:
        low, high = todo.pop()
        least = min([h for h in (wide(low), wide(high)) if h > 0], default=0.0)
        score = (high - low) / least if least else 2 * (high - low) / whole
        if score > CUT:
            middle = (low + high) / 2
            todo += [(low, middle), (middle, high)]
    points = np.array(sorted(bandwidth))
    values = np.array([_mean(np.abs(x - point), y, bandwidth[point]) for point in points])
    return np.column_stack([np.interp(x, points, column) for column in values.T])


def _mean(distance: Array, y: Array, h: float) -> Array:
    if h == 0:
        return np.asarray(y[distance == 0].mean(axis=0))
    w = (1 - np.minimum(distance / h, 1) ** 3) ** 3
    return np.asarray(w @ y / w.sum())
