"""Independent filtering by mean count (Bourgon et al. 2010, PNAS 107:9546), as R's DESeq2 1.38."""

import numpy as np

from revertome.arrays import Array
from revertome.statistics.fdr import adjust
from revertome.statistics.lowess import lowess

STEPS = 50
SPAN = 0.2
FEW = 10  # calls at most, below which nothing is filtered


def filtered_adjustment(p: Array, mean: Array, alpha: float | None) -> tuple[Array, float]:
    """Adjusted p-values of the genes above a mean count, and that mean count.

    The threshold is the first of 50 quantiles of the mean whose number of calls is above the
    highest point of a lowess curve of the calls over the quantiles, less the root mean square of
    its residuals.

    Parameters
    ----------
    p, mean : (G,)
        p-values, NaN where there is none; mean normalised counts.
    alpha : float
        False discovery rate at which calls are counted; None: no gene of any count is left out.

    Returns
    -------
    (G,)
        Adjusted p-values; NaN below the threshold.
    float
        The threshold.
    """
    zero = float((mean == 0).mean())
    levels = np.linspace(zero, 0.95 if zero < 0.95 else 1.0, STEPS)
    thresholds = np.quantile(mean, levels)
    if alpha is None:
        return adjust(p), 0.0
    calls = np.array([(_above(p, mean, each) < alpha).sum() for each in thresholds], dtype=float)
    chosen = 0
    if calls.max() > FEW:
        curve = lowess(levels, calls, SPAN)
        some = calls > 0
        enough = curve.max() - np.sqrt(((calls[some] - curve[some]) ** 2).mean())
        above = np.flatnonzero(calls > enough)
        chosen = int(above[0]) if len(above) else 0
    return _above(p, mean, thresholds[chosen]), float(thresholds[chosen])


def _above(p: Array, mean: Array, threshold: float) -> Array:
    return adjust(np.where(mean >= threshold, p, np.nan))
