"""Area under the ROC curve of two small groups, with intervals."""

import numpy as np
from scipy import special

from revertome.arrays import Array
from revertome.statistics.estimate import Estimate
from revertome.statistics.rank_tests import mann_whitney

Z = float(special.ndtri(0.975))


def auc(cases: Array, controls: Array) -> Estimate:
    """Estimate the probability that a case lies above a control, ties counting half.

    This is the area under the ROC curve, U / (m n). The interval holds every theta whose
    Hanley-McNeil standard error puts it within z of the estimate (Newcombe 2006, Stat Med 25:559,
    method 5), so it does not collapse at 0 or 1; simulated coverage is 0.94 to 0.98 from 5
    patients a group. P: see `mann_whitney`.

    Parameters
    ----------
    cases, controls : (m,), (n,)
        None missing, not all equal.

    Returns
    -------
    Estimate
        `statistic` is U.
    """
    from scipy.optimize import brentq  # takes a quarter of a second to import

    m, n = len(cases), len(controls)
    statistic, p, _ = mann_whitney(cases, controls)
    theta = statistic / (m * n)

    def excess(value: float) -> float:
        return (value - theta) ** 2 - Z**2 * auc_variance(value, m, n)

    # At 0 and 1 the error is 0 and the bound on the estimate itself a root: look beside it.
    low = brentq(excess, 0, min(theta, 1 - 1e-9)) if theta > 0 else 0.0
    high = brentq(excess, max(theta, 1e-9), 1) if theta < 1 else 1.0
    return Estimate(theta, float(low), float(high), statistic, p)


def delong(cases: Array, controls: Array) -> tuple[float, float]:
    """95% interval of the area under the curve after DeLong, cut at 0 and 1.

    The variance is that of the placements: with V1 the share of controls below each case and V0
    the share of cases above each control (ties count half), var(V1) / m + var(V0) / n
    (DeLong 1988, Biometrics 44:837-45). It has no width where groups are wholly separate, and is
    too narrow in small groups: `auc` gives an interval that holds there.
    """
    above = (cases[:, None] > controls) + 0.5 * (cases[:, None] == controls)
    m, n = above.shape
    variance = above.mean(axis=1).var(ddof=1) / m + above.mean(axis=0).var(ddof=1) / n
    half = Z * np.sqrt(variance)
    centre = above.mean()
    return float(max(centre - half, 0)), float(min(centre + half, 1))


def auc_variance(theta: float, m: int, n: int) -> float:
    """Variance of an area under the curve (Hanley and McNeil 1982, Newcombe 2006, method 5)."""
    others = (m + n) / 2 - 1
    spread = 1 + others * (1 - theta) / (2 - theta) + others * theta / (1 + theta)
    return theta * (1 - theta) * spread / (m * n)
