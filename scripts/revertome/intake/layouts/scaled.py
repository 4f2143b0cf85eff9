"""Estimated counts corrected for changes of transcript length between samples."""

import numpy as np
import pandas as pd


def scaled_by_length(counts: pd.DataFrame, lengths: pd.DataFrame) -> pd.DataFrame:
    """Counts from abundance, scaled by the mean length over samples and to the library size.

    counts / length x (mean length of the gene), each sample rescaled to its sum of counts: the
    `lengthScaledTPM` of tximport (Soneson 2015, F1000Research 4:1521), which limma and voom can use
    without an offset.

    Parameters
    ----------
    counts, lengths
        Features x samples; a length of 0 (nothing seen) is taken as the gene's mean.

    Returns
    -------
    Features x samples.
    """
    length = lengths.loc[counts.index, counts.columns].to_numpy(dtype=float)
    length = np.where(length > 0, length, np.nan)
    seen = ~np.isnan(length)
    mean = np.nansum(length, axis=1, keepdims=True) / np.maximum(seen.sum(axis=1, keepdims=True), 1)
    mean[mean == 0] = 1.0
    values = counts.to_numpy(dtype=float)
    scaled = values / np.where(seen, length, mean) * mean
    total = scaled.sum(axis=0)
    scaled *= values.sum(axis=0) / np.where(total > 0, total, 1.0)
    return pd.DataFrame(scaled, counts.index, counts.columns)
