"""Smallest change a study of this size finds: power of the moderated t-test."""

import numpy as np
from scipy import special  # scipy.stats takes half a second to import

from revertome.limma.ebayes import Moderated, error_of

ALPHA = 0.05
POWER = 0.8
NORMAL_FROM = 1e5  # degrees of freedom from which t is taken as normal


def detectable(error: float, df: float) -> float:
    """Smallest difference found with power 0.8 by a two-sided t-test at level 0.05.

    The noncentrality d solves P(T > t*) = 0.8 for T noncentral t with `df` and d, t* the 97.5%
    quantile of the central t; the difference is d times `error` (Cohen 1988). The chance of
    significance with the wrong sign, less than 1e-5, is left out.

    Parameters
    ----------
    error : float
        Standard error of the difference.
    df : float
        Degrees of freedom; infinite for a Wald test.

    Returns
    -------
    float
        In the units of `error`; NaN when it or `df` is not known.
    """
    if not (np.isfinite(error) and df > 0):
        return np.nan
    if df > NORMAL_FROM:
        return error * float(special.ndtri(POWER) - special.ndtri(ALPHA / 2))
    return error * float(special.nctdtrinc(df, 1 - POWER, -special.stdtrit(df, ALPHA / 2)))


def power(difference: float, error: float, df: float) -> float:
    """Power of a two-sided t-test at level 0.05 to find a difference; see `detectable`.

    Parameters
    ----------
    difference, error : float
        True difference, and standard error of its estimate.
    df : float
        Degrees of freedom; infinite for a Wald test.
    """
    shift = abs(difference) / error
    if df > NORMAL_FROM:
        return float(special.ndtr(shift + special.ndtri(ALPHA / 2)))
    return float(1 - special.nctdtr(df, shift, -special.stdtrit(df, ALPHA / 2)))


def detectable_change(moderated: Moderated, contrast: str) -> float:
    """Minimum detectable log2 fold change of the median gene (see `detectable`).

    The standard error is the median over genes of unscaled standard deviation times posterior
    standard deviation, the degrees of freedom the median of the moderated t's.
    """
    error, df = error_of(moderated, contrast)
    return detectable(float(np.nanmedian(error)), float(np.nanmedian(df)))
