"""ACR Pedi 30, 50, 70, 90 and 100 (Giannini 1997, Arthritis Rheum 40:1202-9)."""

import pandas as pd

from revertome.response.course import known, relative_change

# physician and parent global assessment (VAS, 0-100 mm), CHAQ (0-3), joints with active
# arthritis, joints with limited motion (counts), erythrocyte sedimentation rate (mm/h)
CORE = ("physician_global", "parent_global", "chaq", "active_joints", "limited_joints", "esr")
LEVELS = (30, 50, 70, 90, 100)
LEAST_IMPROVED = 3
MOST_WORSENED = 1
WORSENING = 0.30


def improved(baseline: pd.Series, value: pd.Series, level: int) -> pd.Series:
    """A core variable improved by at least `level` percent of its baseline.

    All six variables are better when lower, so improvement is
    (value - baseline) / baseline <= -level / 100; exactly `level` percent counts.

    From a baseline of 0 no percentage exists and nothing is left to improve: not improved.
    A missing baseline or value leaves the verdict missing.
    """
    # ASSUME a variable that is 0 at baseline cannot count as improved
    return known(relative_change(baseline, value) <= -level / 100, baseline, value)


def worsened(baseline: pd.Series, value: pd.Series) -> pd.Series:
    """A core variable worsened by more than 30% of its baseline; exactly 30% is not worse.

    From a baseline of 0 any rise counts as worsened, and 0 again does not.
    A missing baseline or value leaves the verdict missing.
    """
    # ASSUME a rise from 0 is a worsening of more than 30%
    rise = (relative_change(baseline, value) > WORSENING) | ((baseline == 0) & (value > 0))
    return known(rise, baseline, value)


def acr_pedi(baseline: pd.DataFrame, value: pd.DataFrame, level: int) -> pd.Series:
    """ACR Pedi `level`.

    "Improvement of at least 30% in at least 3 of the 6 core variables, with not more than 1
    worsened by more than 30%"; 50, 70, 90 and 100 raise the improvement and leave the worsening
    rule as it is.

    Missing components are not imputed. With m of them the criterion is met when it is met in the
    worst case (all m worsened), not met when it fails in the best case (all m improved), and
    missing (not assessable) between the two.

    Parameters
    ----------
    baseline, value
        Same rows (patient, visit), with the columns of `CORE`.
    level
        Percentage, one of `LEVELS`.

    Returns
    -------
    Series of `boolean`, one entry a row.
    """
    better = pd.DataFrame({name: improved(baseline[name], value[name], level) for name in CORE})
    worse = pd.DataFrame({name: worsened(baseline[name], value[name]) for name in CORE})
    missing = better.isna().sum(axis=1)
    n_better, n_worse = better.sum(axis=1), worse.sum(axis=1)
    surely = (n_better >= LEAST_IMPROVED) & (n_worse + missing <= MOST_WORSENED)
    possibly = (n_better + missing >= LEAST_IMPROVED) & (n_worse <= MOST_WORSENED)
    return surely.astype("boolean").mask(possibly & ~surely)
