"""Which features carry a signal."""

import numpy as np
import pandas as pd

from revertome.arrays import Array, Mask


def smallest_cell(obs: pd.DataFrame) -> int:
    """Number of samples in the smallest combination of `group` and `visit` that occurs."""
    return int(obs.groupby(["group", "visit"], dropna=False, observed=True).size().min())


def expressed(x: Array, above: float | None, at_least: int) -> Mask:
    """Features that vary and exceed a value in enough samples.

    Parameters
    ----------
    x : (samples, features)
        Log2 values; NaN where missing.
    above : float or None
        Value to exceed; None keeps every feature that is not constant.
    at_least : int
        Number of samples that must exceed it; for a feature that is missing in some, that share
        of those that have it.

    Returns
    -------
    (features,) of bool
    """
    varying: Mask = np.fmax.reduce(x, axis=0) > np.fmin.reduce(x, axis=0)
    if above is None:
        return varying
    needed = at_least * (~np.isnan(x)).mean(axis=0) - 1e-9
    kept: Mask = varying & ((x > above).sum(axis=0) >= needed)
    return kept


def filter_by_expression(
    counts: Array,
    group_size: int,
    min_count: float = 10,
    min_total_count: float = 15,
    large_n: int = 10,
    min_prop: float = 0.7,
) -> Mask:
    """Genes with worthwhile counts, as edgeR's ``filterByExpr(y, group = cell)``.

    A gene is kept when its total reaches `min_total_count` and its counts per million reach
    `min_count` (at the median library size) in at least as many samples as the smallest group
    holds; beyond `large_n` samples only the share `min_prop` of the rest is asked for.

    Parameters
    ----------
    counts : (samples, genes)
        Counts.
    group_size : int
        Samples in the smallest group.

    Returns
    -------
    (genes,) of bool

    References
    ----------
    Chen, Lun & Smyth 2016, F1000Research 5:1438.
    """
    size = counts.sum(axis=1)
    cutoff = min_count / np.median(size) * 1e6
    needed = float(group_size)
    if needed > large_n:
        needed = large_n + (needed - large_n) * min_prop
    per_million = (row / total * 1e6 >= cutoff for row, total in zip(counts, size, strict=True))
    enough = sum(per_million, np.zeros(counts.shape[1])) >= needed - 1e-14
    kept: Mask = enough & (counts.sum(axis=0) >= min_total_count - 1e-14)
    return kept
