"""Quantile normalisation."""

import numpy as np

from revertome.arrays import Array


def normalize_quantiles(x: Array) -> Array:
    """Give every sample the same distribution.

    The common distribution is the mean, over samples, of the sorted values. A value of average
    rank r takes the common distribution at (r - 1)/(n - 1), interpolated linearly, so that equal
    values stay equal: ``limma::normalizeQuantiles(ties = TRUE)``.

    Parameters
    ----------
    x : (samples, features)
        Log2 values; NaN where missing.

    Returns
    -------
    (samples, features)
        Log2 values; missing values stay missing.

    Raises
    ------
    ValueError
        A sample has fewer than two values.

    References
    ----------
    Bolstad et al. 2003, Bioinformatics 19:185-193.
    """
    n = x.shape[1]
    present = n - np.isnan(x).sum(axis=1)
    if (present < 2).any():
        raise ValueError("quantile normalisation needs at least two values in every sample")
    # Sample by sample, so that what is read and written at random stays in the processor's cache.
    order = np.empty(x.shape, dtype=np.int32)
    grid, total = np.arange(n) / (n - 1), np.zeros(n)
    for row, at, k in zip(x, order, present, strict=True):
        at[:] = np.argsort(row)  # NaN last
        total += _stretch(row[at[:k]], grid)
    common = total / len(x)
    result = np.full(x.shape, np.nan)
    for row, at, k, found in zip(x, order, present, result, strict=True):
        quantiles = common if k == n else np.interp(np.arange(k) / (k - 1), grid, common)
        found[at[:k]] = _at_average_rank(row[at[:k]], quantiles, grid, common)
    return result


def _stretch(values: Array, grid: Array) -> Array:
    if len(values) == len(grid):
        return values
    stretched: Array = np.interp(grid, np.arange(len(values)) / (len(values) - 1), values)
    return stretched


def _at_average_rank(values: Array, quantiles: Array, grid: Array, common: Array) -> Array:
    """Quantile of each of the sorted `values`; ties share the quantile of their average rank."""
    first = np.flatnonzero(np.concatenate([[True], values[1:] != values[:-1]]))
    k = len(values)
    if len(first) == k:
        return quantiles
    last = np.concatenate([first[1:], [k]]) - 1
    middle = (first + last) / 2
    if k == len(grid):  # average ranks are whole or half
        shared = (common[np.floor(middle).astype(int)] + common[np.ceil(middle).astype(int)]) / 2
    else:
        shared = np.interp(middle / (k - 1), grid, common)
    repeated: Array = np.repeat(shared, last - first + 1)
    return repeated
