"""Wilcoxon's rank tests: of two groups (Mann-Whitney), and of paired differences."""

import numpy as np
import numpy.typing as npt

EXACT_BELOW = 50  # observations of a group, as in R's wilcox.test
SIGNS_UP_TO = 13  # paired differences, all of whose signs are tried where ties forbid the exact law


def mann_whitney(first: npt.ArrayLike, second: npt.ArrayLike) -> tuple[float, float, str]:
    """Mann-Whitney test of two groups as R's wilcox.test chooses it.

    Parameters
    ----------
    first, second : (m,), (n,)
        None missing.

    Returns
    -------
    U of the first group (R's W), two-sided p, and how it was found: `exact` without ties and with
    fewer than 50 in either group, else `normal` (ties in the variance, continuity correction).
    All missing (method `none`) with an empty group or no variation at all.
    """
    from scipy.stats import mannwhitneyu  # scipy.stats takes half a second to import

    x, y = np.asarray(first, dtype=float), np.asarray(second, dtype=float)
    both = np.r_[x, y]
    if not len(x) or not len(y) or np.ptp(both) == 0:
        return np.nan, np.nan, "none"
    ties = len(np.unique(both)) < len(both)
    # R's rule: the exact distribution takes time with the product of the groups and their sum.
    exact = not ties and max(len(x), len(y)) < EXACT_BELOW
    method = "exact" if exact else "asymptotic"
    found = mannwhitneyu(x, y, alternative="two-sided", method=method)
    return float(found.statistic), float(found.pvalue), "exact" if exact else "normal"


def signed_rank(change: npt.ArrayLike) -> tuple[float, float, str]:
    """Wilcoxon's signed-rank test that paired differences lie evenly around 0.

    Parameters
    ----------
    change : (n,)
        Differences, none missing. Those of 0 are left out (Wilcoxon 1945, Biometrics Bull 1:80).

    Returns
    -------
    Smaller of the sums of positive and of negative ranks, two-sided p, and how it was found:
    `exact` with up to 50 differences without ties or zeros and with any up to 13 (every
    assignment of signs is tried), else `normal` (ties in the variance, no continuity
    correction).
    A p of 1 (method `none`) where every difference is 0; all missing without any.
    """
    from scipy.stats import wilcoxon  # scipy.stats takes half a second to import

    values = np.asarray(change, dtype=float)
    if not len(values):
        return np.nan, np.nan, "none"
    if not values.any():
        return 0.0, 1.0, "none"
    found = wilcoxon(values, method="auto")
    size, n = np.abs(values), len(values)
    distinct = bool(size.all()) and len(np.unique(size)) == n
    exact = n <= SIGNS_UP_TO or (distinct and n <= EXACT_BELOW)
    return float(found.statistic), float(found.pvalue), "exact" if exact else "normal"
