"""Values for what describes samples and needs every gene in every sample: no test uses them."""

import numpy as np

from revertome.arrays import Array


def filled(x: Array) -> Array:
    """Put the mean of a gene where it has no value.

    Principal components, ranks within samples and the like need whole samples; a gene at its mean
    draws a sample to no side. Tests are made on the values there are.

    Parameters
    ----------
    x : (samples, genes)
        Log2 values; NaN where missing.

    Returns
    -------
    (samples, genes)
        `x` itself where nothing is missing.
    """
    missing = np.isnan(x)
    if not missing.any():
        return x
    there = (~missing).sum(axis=0)
    mean = np.where(missing, 0.0, x).sum(axis=0) / np.maximum(there, 1)
    return np.where(missing, mean, x)
