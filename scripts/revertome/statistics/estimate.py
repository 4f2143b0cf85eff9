"""What a test says: estimate, interval, statistic and p-value."""

from typing import NamedTuple


class Estimate(NamedTuple):
    """An estimate with its 95% interval, test statistic and two-sided p-value."""

    estimate: float
    low: float
    high: float
    statistic: float
    p: float
