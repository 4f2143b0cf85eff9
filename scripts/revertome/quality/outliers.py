"""Samples that stand apart from the others."""

import numpy as np
import numpy.typing as npt
import pandas as pd

Array = npt.NDArray[np.float64]

# ASSUME smaller departures than these are harmless, however alike the other samples are:
# log2 units for expression and library size, correlation as it is.
HARMLESS = {
    "rle_median": 0.1,
    "rle_iqr": 0.1,
    "median_correlation": 0.02,
    "log2_library_size": 1.0,
}
_REASON = {
    "rle_median": "shifted",
    "rle_iqr": "noisy",
    "median_correlation": "low_correlation",
    "log2_library_size": "small_library",
}
_SIDE = {"rle_median": 0, "rle_iqr": 1, "median_correlation": -1, "log2_library_size": -1}


def sample_metrics(x: Array) -> pd.DataFrame:
    """Measure how a sample compares with the others.

    Parameters
    ----------
    x : (samples, genes)
        Log2 expression.

    Returns
    -------
    DataFrame, (samples, 3)
        rle_median and rle_iqr: median and interquartile range of the relative log expression
        (log2 value minus the gene's median over samples) of the genes whose median lies above the
        median gene's; median_correlation: median Pearson correlation with the other samples, all
        genes.

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
    low, middle, high = np.quantile(relative, [0.25, 0.5, 0.75], axis=1)
    correlation = np.where(np.eye(len(x)), np.nan, np.corrcoef(x))
    return pd.DataFrame(
        {
            "rle_median": middle,
            "rle_iqr": high - low,
            "median_correlation": np.nanmedian(correlation, axis=1),
        }
    )


def outliers(metrics: pd.DataFrame, mads: float) -> list[list[str]]:
    """Name what makes each sample an outlier.

    A value is out when it departs from the median by more than `mads` times 1.4826 times the
    median absolute deviation: rle_median to either side, rle_iqr upwards, median_correlation and
    log2_library_size downwards.

    Parameters
    ----------
    metrics : (samples, ...)
        Columns of `sample_metrics`, and log2_library_size for counts.
    mads : float
        Number of deviations.

    Returns
    -------
    Words of each sample: shifted, noisy, low_correlation, small_library.
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
