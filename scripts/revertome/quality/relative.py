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
        Log2 expression; NaN where missing.

    Returns
    -------
    DataFrame, (samples, 5)
        median, q25, q75, low (5%) and high (95%) of x minus the gene's median over samples, for
        the genes whose median lies above the median gene's; log2 units.

    References
    ----------
    Gandolfo & Speed 2018, PLoS One 13:e0191629.
    """
    gaps = bool(np.isnan(x).any())
    median, quantile = (np.nanmedian, np.nanquantile) if gaps else (np.median, np.quantile)
    level = median(x, axis=0)
    # ASSUME the upper half of the genes is expressed; genes at the background say nothing.
    expressed = level > np.median(level)
    if not expressed.any():
        expressed = np.ones(len(level), dtype=bool)
    relative = x[:, expressed] - level[expressed]
    quantiles = quantile(relative, list(LIMITS.values()), axis=1)
    return pd.DataFrame(dict(zip(LIMITS, quantiles, strict=True)))


def correlations(x: Array) -> Array:
    """Pearson correlation of every two samples over all genes, (samples, samples).

    Where values are missing, over the genes that both samples have.
    """
    there = ~np.isnan(x)
    r = np.asarray(np.corrcoef(x)) if there.all() else _pairwise(x, there.astype(float))
    return (np.clip(r, -1, 1) + np.clip(r, -1, 1).T) / 2


def _pairwise(x: Array, there: Array) -> Array:
    """Correlations over the genes that both have, by products of masked matrices."""
    v = np.where(there > 0, x - np.nanmean(x), 0.0)
    n, sums, squares = there @ there.T, v @ there.T, (v**2) @ there.T
    # sums[i, j] and squares[i, j] are of sample i over the genes that j has too.
    spread = np.sqrt(np.maximum(squares - sums**2 / n, 0.0))
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray((v @ v.T - sums * sums.T / n) / (spread * spread.T))
