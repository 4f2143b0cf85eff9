"""Samples that stand apart from the others."""

import numpy as np
import pandas as pd

from revertome.arrays import Array

# ASSUME smaller departures than these are harmless, however alike the other samples are:
# log2 units for expression and library size, correlation and shares as they are.
HARMLESS = {
    "rle_median": 0.1,
    "rle_iqr": 0.1,
    "median_correlation": 0.02,
    "log2_library_size": 1.0,
    "missing_share": 0.1,
}
BLOCK = 512  # samples of which the correlations are copied at a time
_REASON = {
    "rle_median": "shifted",
    "rle_iqr": "noisy",
    "median_correlation": "low_correlation",
    "log2_library_size": "small_library",
    "missing_share": "values_missing",
}
REASONS = frozenset(_REASON.values())
_SIDE = {"rle_median": 0, "rle_iqr": 1, "median_correlation": -1, "log2_library_size": -1}
_SIDE |= {"missing_share": 1}


def sample_metrics(rle: pd.DataFrame, correlation: Array) -> pd.DataFrame:
    """Measure how a sample compares with the others.

    Parameters
    ----------
    rle : (samples, ...)
        Of `relative_log_expression`.
    correlation : (samples, samples)
        Of `correlations`.

    Returns
    -------
    DataFrame, (samples, 3)
        rle_median and rle_iqr: median and interquartile range of the relative log expression;
        median_correlation: median correlation with the other samples.
    """
    middle = np.empty(len(correlation))
    for start in range(0, len(middle), BLOCK):
        others = correlation[start : start + BLOCK].copy()
        np.fill_diagonal(others[:, start:], np.nan)
        middle[start : start + BLOCK] = np.nanmedian(others, axis=1)
    return pd.DataFrame(
        {
            "rle_median": rle["median"].to_numpy(),
            "rle_iqr": (rle["q75"] - rle["q25"]).to_numpy(),
            "median_correlation": middle,
        }
    )


def outliers(metrics: pd.DataFrame, mads: float) -> list[list[str]]:
    """Name what makes each sample an outlier.

    A value is out when it departs from the median by more than `mads` times 1.4826 times the
    median absolute deviation: rle_median to either side, rle_iqr and missing_share upwards,
    median_correlation and log2_library_size downwards.

    Parameters
    ----------
    metrics : (samples, ...)
        Columns of `sample_metrics`, missing_share, and log2_library_size for counts.
    mads : float
        Number of deviations.

    Returns
    -------
    Words of each sample: shifted, noisy, low_correlation, small_library, values_missing.
    """
    found: list[list[str]] = [[] for _ in range(len(metrics))]
    for name, reason in _REASON.items():
        if name not in metrics:
            continue
        away = (metrics[name] - metrics[name].median()).to_numpy()
        limit = max(mads * 1.4826 * float(np.median(np.abs(away))), HARMLESS[name])
        away = np.abs(away) if _SIDE[name] == 0 else away * _SIDE[name]
        for i in np.flatnonzero(away > limit):
            found[i].append(reason)
    return found
