"""What a test of so few patients could have seen at all."""

import numpy as np
from scipy import special

from revertome.statistics.auc import auc_variance

BEYOND = float(special.ndtri(0.8))  # normal quantile of a power of 0.8


def correlation(n: int, alpha: float) -> float:
    """Smallest correlation that `n` pairs show in 4 of 5 studies.

    Solves atanh(r) = (z + 0.84) sqrt((1 + r^2 / 2) / (n - 3)), the variance of the interval
    (Bonett and Wright 2000), with z the normal quantile of 1 - alpha / 2.

    Parameters
    ----------
    n : int
        Pairs, 4 or more.
    alpha : float
        Two-sided level of the test.
    """
    from scipy.optimize import brentq  # takes a quarter of a second to import

    reach = _beyond(alpha) + BEYOND

    def short(r: float) -> float:
        return float(np.arctanh(r) - reach * np.sqrt((1 + r**2 / 2) / (n - 3)))

    return float(brentq(short, 0, 1 - 1e-12))


def area(m: int, n: int, alpha: float) -> float:
    """Smallest area under the curve above 1/2 that m and n patients show in 4 of 5 studies.

    Solves theta - 1/2 = z se(1/2) + 0.84 se(theta), with the standard error of Hanley and
    McNeil in Newcombe's form (method 5) and z the normal quantile of 1 - alpha / 2; 1 where none
    can be shown.

    Parameters
    ----------
    m, n : int
        Patients of either group.
    alpha : float
        Two-sided level of the test.
    """
    from scipy.optimize import brentq

    tail = _beyond(alpha) * np.sqrt(auc_variance(0.5, m, n))

    def short(theta: float) -> float:
        beyond = BEYOND * np.sqrt(auc_variance(theta, m, n))
        return float(theta - 0.5 - tail - beyond)

    return float(brentq(short, 0.5, 1)) if short(1.0) > 0 else 1.0


def _beyond(alpha: float) -> float:
    """Standard errors from 0 at which a two-sided test at `alpha` rejects."""
    return float(special.ndtri(1 - alpha / 2))
