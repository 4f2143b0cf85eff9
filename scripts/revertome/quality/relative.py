"""Samples beside each other: relative log expression and correlation."""

import numpy as np
import pandas as pd

from revertome.arrays import Array

LIMITS = {"median": 0.5, "q25": 0.25, "q75": 0.75, "low": 0.05, "high": 0.95}


def relative_log_expression(x: Array) -> pd.DataFrame:
    """Summarise the relative log expression of every sample.

    Parameters
    ----------
    x : (samples, genes)
        Log2 expression.

    Returns
    -------
    DataFrame, (samples, 5)
        median, q25, q75, low (5%) and high (95%) of x minus the gene's median over samples, for
        the genes whose median lies above the median gene's; log2 units.

    References
    ----------
    Gandolfo & Speed 2018, PLoS One 13:e0191629.
    """
    level = np.median(x, axis=0)
    # ASSUME the upper half of the genes is expressed; genes at the background say nothing.
    expressed = level > np.median(level)
    if not expressed.any():
        expressed = np.ones(len(level), dtype=bool)
    relative = x[:, expressed] - level[expressed]
    quantiles = np.quantile(relative, list(LIMITS.values()), axis=1)
    return pd.DataFrame(dict(zip(LIMITS, quantiles, strict=True)))


def correlations(x: Array) -> Array:
    """Pearson correlation of every two samples over all genes, (samples, samples)."""
    r: Array = np.clip(np.corrcoef(x), -1, 1)
    return (r + r.T) / 2
