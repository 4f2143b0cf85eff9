"""What is left of values within a design."""

import numpy as np

from revertome.arrays import Array

SMALLEST = 1e-9  # singular value over the largest, below which a column is told by the others


def without(values: Array, x: Array) -> Array:
    """Residuals of values (n, k) on x (n, p), of any rank, by least squares."""
    return np.asarray(values - x @ np.linalg.lstsq(x, values, rcond=SMALLEST)[0])


def rank(x: Array) -> int:
    """Rank of x (n, p) as `without` sees it."""
    size = np.linalg.svd(x, compute_uv=False)
    return int((size > SMALLEST * size.max(initial=0)).sum())
