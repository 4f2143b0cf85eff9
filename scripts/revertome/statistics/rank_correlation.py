"""Spearman's correlation with an interval and a p-value."""

from functools import cache
from itertools import permutations

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import special  # scipy.stats takes half a second to import

from revertome.arrays import Array
from revertome.statistics.estimate import Estimate

EXACT_UP_TO = 7  # pairs, all of whose orders are tried


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
    return of_ranks(*(pd.Series(values).rank().to_numpy() for values in (x, y)))


def of_ranks(a: Array, b: Array) -> tuple[float, float, float]:
    """The `rank_correlation` of values that have the ranks a and b, (n,)."""
    r = float(np.clip(np.corrcoef(a, b)[0, 1], -1, 1))
    with np.errstate(divide="ignore"):
        centre = np.arctanh(r)
    half = float(special.ndtri(0.975)) * np.sqrt((1 + r**2 / 2) / (len(a) - 3))
    return r, float(np.tanh(centre - half)), float(np.tanh(centre + half))


def spearman(x: Array, y: Array) -> Estimate:
    """Correlate ranks, with an interval and a test.

    Interval: see `rank_correlation`. P: by all permutations up to 7 pairs, else from the t
    distribution of r sqrt((n - 2) / (1 - r^2)), which is the statistic.

    Parameters
    ----------
    x, y : (n,)
        None missing, neither constant; n of 4 or more.
    """
    n = len(x)
    a, b = (pd.Series(values).rank().to_numpy() for values in (x, y))
    r, low, high = rank_correlation(x, y)
    with np.errstate(divide="ignore"):
        statistic = float(np.sign(r) * np.sqrt((n - 2) * r**2 / np.float64(1 - r**2)))
    if n <= EXACT_UP_TO:
        null = a[_orders(n)] @ (b - b.mean())
        observed = abs(a @ (b - b.mean()))
        p = float(np.mean(np.abs(null) >= observed - 1e-9))  # equal sums differ by rounding
    else:
        p = float(2 * special.stdtr(n - 2, -abs(statistic)))
    return Estimate(r, low, high, statistic, p)


@cache
def _orders(n: int) -> NDArray[np.intp]:
    return np.array(list(permutations(range(n))))
