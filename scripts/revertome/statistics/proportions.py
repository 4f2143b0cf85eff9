"""Two proportions compared: difference and odds ratio, each with a 95% interval."""

from typing import NamedTuple

import numpy as np


class Interval(NamedTuple):
    """An estimate with its 95% limits."""

    estimate: float
    low: float
    high: float


MISSING = Interval(np.nan, np.nan, np.nan)


def wilson(responders: int, n: int) -> tuple[float, float]:
    """Wilson's 95% score interval of one proportion (Wilson 1927, J Am Stat Assoc 22:209).

    Computed by statsmodels. `responders` and `n` may also be columns of a table, then both limits
    are.
    """
    from statsmodels.stats.proportion import proportion_confint  # takes a second to import

    low, high = proportion_confint(responders, n, method="wilson")
    return low, high


def difference(treated: tuple[int, int], control: tuple[int, int]) -> Interval:
    """Difference of two proportions with Newcombe's hybrid score interval.

    With Wilson's limits (l, u) of each arm and d = p1 - p2: from
    d - sqrt((p1 - l1)^2 + (u2 - p2)^2) to d + sqrt((u1 - p1)^2 + (p2 - l2)^2)
    (Newcombe 1998, Stat Med 17:873-90, method 10, without continuity correction). Computed by
    statsmodels.

    Parameters
    ----------
    treated, control
        Responders and patients of either arm.

    Returns
    -------
    Interval; missing when an arm is empty.
    """
    from statsmodels.stats.proportion import confint_proportions_2indep

    if not (treated[1] and control[1]):
        return MISSING
    gap = treated[0] / treated[1] - control[0] / control[1]
    low, high = confint_proportions_2indep(*treated, *control, method="newcomb", compare="diff")
    return Interval(gap, float(low), float(high))


def odds_ratio(treated: tuple[int, int], control: tuple[int, int]) -> Interval:
    """Conditional maximum-likelihood odds ratio with its exact interval, as R's fisher.test.

    Given the margins, the responders of the treated arm follow the noncentral hypergeometric
    distribution; the limits leave 2.5% in either tail (Cornfield 1956). An arm in which all or
    none respond gives 0 or infinity with one finite limit.

    Returns
    -------
    Interval; missing when a margin of the table is zero.
    """
    from scipy.stats.contingency import odds_ratio as conditional

    table = np.array([[treated[0], treated[1] - treated[0]], [control[0], control[1] - control[0]]])
    if not (table.sum(axis=0).all() and table.sum(axis=1).all()):
        return MISSING
    found = conditional(table, kind="conditional")
    limits = found.confidence_interval(0.95)
    return Interval(float(found.statistic), float(limits.low), float(limits.high))


def control_arm(arms: list[str], wanted: str = "") -> str:
    """The arm that others are compared with: the one wanted, else the last by name."""
    return wanted if wanted in arms else sorted(arms)[-1]
