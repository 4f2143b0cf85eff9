"""What a test of so few patients could have seen at all."""

import numpy as np
from scipy import optimize, special

from revertome.statistics.auc import auc_variance

REACH = float(special.ndtri(0.975) + special.ndtri(0.8))


def correlation(n: int) -> float:
    """Smallest correlation that `n` pairs show in 4 of 5 studies (two-sided 5%).

    Solves atanh(r) = (1.96 + 0.84) sqrt((1 + r^2 / 2) / (n - 3)), the variance of the interval
    (Bonett and Wright 2000).
    """

    def short(r: float) -> float:
        return float(np.arctanh(r) - REACH * np.sqrt((1 + r**2 / 2) / (n - 3)))

    return float(optimize.brentq(short, 0, 1 - 1e-12))


def area(m: int, n: int) -> float:
    """Smallest area under the curve above 1/2 that m and n patients show in 4 of 5 studies.

    Solves theta - 1/2 = 1.96 se(1/2) + 0.84 se(theta), with the standard error of Hanley and
    McNeil in Newcombe's form (method 5); 1 where none can be shown.
    """
    tail = float(special.ndtri(0.975)) * np.sqrt(auc_variance(0.5, m, n))

    def short(theta: float) -> float:
        beyond = float(special.ndtri(0.8)) * np.sqrt(auc_variance(theta, m, n))
        return float(theta - 0.5 - tail - beyond)

    return float(optimize.brentq(short, 0.5, 1)) if short(1.0) > 0 else 1.0
