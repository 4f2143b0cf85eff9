"""Counts per million."""

import numpy as np

from revertome.arrays import Array


def log_cpm(counts: Array, library_size: Array, prior_count: float = 2.0) -> Array:
    """Log2 counts per million as edgeR's ``cpm(log = TRUE, prior.count = 2)``.

    log2((count + q) / (N + 2 q) * 1e6) with the prior count q = prior_count N / mean(N), so that
    a count of 0 gives the same value whatever the library size N.

    Parameters
    ----------
    counts : (samples, genes)
        Counts.
    library_size : (samples,)
        Effective library sizes: total count times normalisation factor.
    prior_count : float
        Count added at an average library size.

    Returns
    -------
    (samples, genes)
        Log2 counts per million.

    Raises
    ------
    ValueError
        A library size is not above 0.

    References
    ----------
    Robinson, McCarthy & Smyth 2010, Bioinformatics 26:139-140.
    """
    if not (library_size > 0).all():
        raise ValueError("library sizes must be above 0")
    prior = prior_count * library_size / library_size.mean()
    size = library_size + 2 * prior
    result: Array = counts + prior[:, None]
    result /= size[:, None]
    result *= 1e6
    np.log2(result, out=result)
    return result
