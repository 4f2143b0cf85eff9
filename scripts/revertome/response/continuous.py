"""Continuous clinical variables by arm: percent change from baseline, arms compared."""

from collections.abc import Sequence

import pandas as pd

from revertome.response.course import Course, relative_change
from revertome.statistics.proportions import control_arm
from revertome.statistics.rank_tests import mann_whitney

COLUMNS = ["visit", "variable", "arm", "n", "n_missing", "n_zero_baseline", "baseline_mean"]
COLUMNS += ["value_mean", "mean_change", "mean_percent_change", "sd_percent_change"]
COLUMNS += ["median_percent_change", "versus", "statistic", "P.Value", "method"]


def summarise(course: Course, variables: Sequence[str], control: str = "") -> pd.DataFrame:
    """Summarise each variable's percent change by visit and arm.

    Observed values only: nothing is carried forward. A baseline of 0 has no percentage and is
    counted in `n_zero_baseline`; a missing baseline or value in `n_missing`.

    Parameters
    ----------
    course
        Baseline beside value; arms.
    variables
        Columns of the course.
    control
        Arm that the others are compared with; the last by name when empty.

    Returns
    -------
    DataFrame
        visit, variable, arm, n (patients with a percent change), n_missing, n_zero_baseline,
        baseline_mean, value_mean and mean_change (of the patients with both values, in the
        variable's unit), mean_percent_change, sd_percent_change, median_percent_change (percent
        of baseline), versus, statistic, P.Value (Mann-Whitney of the percent change against the
        control arm), method (exact, normal, none).
    """
    rows = course.randomised.to_numpy()
    table = pd.DataFrame({"arm": course.arm[rows]}).assign(at=course.arm[rows].index)
    found = []
    for visit, at_visit in table.groupby(level="visit", sort=False):
        for variable in variables:
            before = course.baseline.loc[at_visit.index, variable]
            after = course.value.loc[at_visit.index, variable]
            found += _by_arm(visit, variable, at_visit["arm"], before, after, control)
    return pd.DataFrame(found, columns=COLUMNS)


def _by_arm(
    visit: object,
    variable: str,
    arm: pd.Series,
    before: pd.Series,
    after: pd.Series,
    control: str,
) -> list[dict[str, object]]:
    percent = 100 * relative_change(before, after)
    change = (after - before).round(9)
    groups = {name: index.index for name, index in arm.groupby(arm, dropna=False)}
    named = [name for name in groups if isinstance(name, str)]
    versus = control_arm(named, control) if len(named) > 1 else None
    rows = []
    for name, index in groups.items():
        mine, both = percent[index].dropna(), change[index].notna()
        row: dict[str, object] = {"visit": visit, "variable": variable, "arm": name}
        row |= {"n": len(mine), "n_missing": int((~both).sum())}
        row |= {"n_zero_baseline": int((both & (before[index] == 0)).sum())}
        row |= {
            "baseline_mean": before[index][both].mean(),
            "value_mean": after[index][both].mean(),
        }
        row |= {"mean_change": change[index].mean(), "mean_percent_change": mine.mean()}
        row |= {"sd_percent_change": mine.std(ddof=1), "median_percent_change": mine.median()}
        if versus is not None and name in named and name != versus:
            other = percent[groups[versus]].dropna()
            tested = zip(("statistic", "P.Value", "method"), mann_whitney(mine, other), strict=True)
            row |= {"versus": versus, **dict(tested)}
        rows.append(row)
    return rows
