"""Improvement and worsening of a core set of variables, as in ACR Pedi (Giannini 1997)."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from revertome.response.course import known, relative_change


def improved(
    baseline: pd.Series,
    value: pd.Series,
    percent: float,
    better: str = "lower",
    zero_baseline: str = "worsened",
) -> pd.Series:
    """A core variable improved by at least `percent` of its baseline.

    Where lower is better, improvement is (value - baseline) / baseline <= -percent / 100, where
    higher is better >= percent / 100; exactly `percent` counts.

    From a baseline of 0 no percentage exists and nothing is left to improve: not improved; missing
    under the rule `not_assessable`. A missing baseline or value leaves the verdict missing.
    """
    # ASSUME a variable that is 0 at baseline cannot count as improved
    gain = relative_change(baseline, value) * (-1 if better == "lower" else 1)
    verdict = known(gain >= percent / 100, baseline, value)
    return verdict.mask(baseline == 0) if zero_baseline == "not_assessable" else verdict


def worsened(
    baseline: pd.Series,
    value: pd.Series,
    percent: float = 30,
    better: str = "lower",
    zero_baseline: str = "worsened",
) -> pd.Series:
    """A core variable worsened by more than `percent` of its baseline; exactly that is not worse.

    From a baseline of 0 any change for the worse counts as worsened (rule `worsened`), does not
    (`ignored`), or leaves the verdict missing (`not_assessable`); 0 again is not worse.
    A missing baseline or value leaves the verdict missing.
    """
    sign = 1 if better == "lower" else -1
    rise = relative_change(baseline, value) * sign > percent / 100
    from_zero = (baseline == 0) & (value * sign > 0)
    if zero_baseline == "worsened":
        # ASSUME a rise from 0 is a worsening of more than the percentage
        rise = rise | from_zero
    verdict = known(rise, baseline, value)
    return verdict.mask(from_zero) if zero_baseline == "not_assessable" else verdict


def counted(
    better: pd.DataFrame, worse: pd.DataFrame, rule: Mapping[str, Any], missing: str
) -> pd.Series:
    """Enough core variables improved, and not too many worsened.

    ACR Pedi 30: "improvement of at least 30% in at least 3 of the 6 core variables, with not more
    than 1 worsened by more than 30%"; 50, 70, 90 and 100 raise the improvement and leave the
    worsening rule as it is.

    Missing components are not imputed. Rule `bounded`: with m of them the criterion is met when it
    is met in the worst case (all m worsened), not met when it fails in the best case (all m
    improved), and missing (not assessable) between the two. `strict`: any missing component
    leaves it missing. `not_improved`: a missing component counts as neither improved nor worsened;
    only where all are missing is the criterion missing.

    Parameters
    ----------
    better, worse
        Verdicts of `improved` and `worsened`, one column a core variable.
    rule
        `in_at_least`, `in_at_most`.
    missing
        bounded, strict or not_improved.

    Returns
    -------
    Series of `boolean`, one entry a row.
    """
    least, most = rule["in_at_least"], rule["in_at_most"]
    n_better, n_worse = better.sum(axis=1), worse.sum(axis=1)
    open_better = better.isna().sum(axis=1)
    open_worse = worse.isna().sum(axis=1)
    if missing == "bounded":
        surely = (n_better >= least) & (n_worse + open_worse <= most)
        possibly = (n_better + open_better >= least) & (n_worse <= most)
        return surely.astype("boolean").mask(possibly & ~surely)
    met = ((n_better >= least) & (n_worse <= most)).astype("boolean")
    some = (better.isna() | worse.isna()).any(axis=1)
    return met.mask(some if missing == "strict" else better.isna().all(axis=1))
