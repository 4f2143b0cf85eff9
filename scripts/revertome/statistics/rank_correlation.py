"""Spearman's correlation with an interval."""

import numpy as np
import pandas as pd
from scipy import special  # scipy.stats takes half a second to import

from revertome.arrays import Array


def rank_correlation(x: Array, y: Array) -> tuple[float, float, float]:
    """Correlate ranks (ties share their mean rank), with a 95% interval.

    The interval is tanh(atanh(r) +- z sqrt((1 + r^2 / 2) / (n - 3))) (Bonett and Wright 2000,
    Psychometrika 65:23); it has no width where the ranks agree wholly.

    Parameters
    ----------
    x, y : (n,)
        None missing, neither constant; n of 4 or more.

    Returns
    -------
    r, low, high : float
    """
    a, b = (pd.Series(values).rank().to_numpy() for values in (x, y))
    r = float(np.clip(np.corrcoef(a, b)[0, 1], -1, 1))
    with np.errstate(divide="ignore"):
        centre = np.arctanh(r)
    half = float(special.ndtri(0.975)) * np.sqrt((1 + r**2 / 2) / (len(x) - 3))
    return r, float(np.tanh(centre - half)), float(np.tanh(centre + half))
