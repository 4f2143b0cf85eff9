"""Each patient's clinical course: every visit beside that patient's baseline."""

import re
from dataclasses import dataclass

import numpy as np
import pandas as pd

from revertome.errors import StudyError


@dataclass(frozen=True)
class Course:
    """Baseline and later values, rows alike.

    Attributes
    ----------
    baseline, value
        Index (patient, visit): every patient of the sheet x every visit but the baseline, so
        that a visit that never took place is a row of missing values. Columns are the clinical
        variables in the units of the visits sheet.
    arm
        Arm of each row; missing where the study has none.
    randomised
        Whether the patient has a baseline visit.
    attended
        Whether the visit took place.
    """

    baseline: pd.DataFrame
    value: pd.DataFrame
    arm: pd.Series
    randomised: pd.Series
    attended: pd.Series


def natural(name: str) -> list[str | int]:
    """Sort key that puts month2 before month12."""
    return [int(part) if part.isdigit() else part for part in re.split(r"([0-9]+)", name)]


def follow(visits: pd.DataFrame, baseline_visit: str, variables: list[str]) -> Course:
    """Lay every later visit beside the patient's baseline.

    Parameters
    ----------
    visits
        One row a patient and visit: patient, visit, arm (optional) and numeric clinical columns.
    baseline_visit
        Name of the visit that holds the baseline values.
    variables
        Clinical columns wanted; a column the sheet lacks is missing everywhere.

    Raises
    ------
    StudyError
        When a patient has two rows for one visit.
    """
    twice = visits[visits.duplicated(["patient", "visit"])]
    if len(twice):
        first = twice.sort_values(["patient", "visit"]).iloc[0]
        raise StudyError(
            f"visits sheet: patient {first.patient!r} has two rows for visit {first.visit!r}; "
            "expected one row a patient and visit: remove or rename one"
        )
    patients = sorted(visits["patient"].unique())
    names = sorted(set(visits["visit"]) - {baseline_visit}, key=natural)
    grid = pd.MultiIndex.from_product([patients, names], names=["patient", "visit"])
    table = visits.set_index(["patient", "visit"])
    at_baseline = pd.MultiIndex.from_arrays(
        [grid.get_level_values("patient"), [baseline_visit] * len(grid)]
    )
    numbers = table.reindex(columns=variables).astype(float)
    arms = visits.sort_values(["patient", "visit"]).groupby("patient")
    arm = arms["arm"].first() if "arm" in visits else pd.Series(np.nan, index=patients)
    return Course(
        baseline=numbers.reindex(at_baseline).set_axis(grid),
        value=numbers.reindex(grid),
        arm=arm.astype(object).reindex(grid.get_level_values("patient")).set_axis(grid),
        randomised=pd.Series(at_baseline.isin(table.index), index=grid),
        attended=pd.Series(grid.isin(table.index), index=grid),
    )


def relative_change(baseline: pd.Series, value: pd.Series) -> pd.Series:
    """(value - baseline) / baseline; missing where the baseline is 0 or a value is missing.

    Rounded to 9 decimals, so that 1.0 to 1.3 is a worsening of exactly 30% in binary floating
    point as on paper.
    """
    return ((value - baseline) / baseline.where(baseline != 0)).round(9)


def known(condition: pd.Series, *inputs: pd.Series) -> pd.Series:
    """Make a truth value unknown (missing) wherever one of its inputs is missing.

    Verdicts are pandas `boolean` series: True, False or missing. Their `&` and `|` follow
    Kleene: False & missing is False, True & missing is missing.
    """
    missing = np.logical_or.reduce([series.isna() for series in inputs])
    return condition.astype("boolean").mask(missing)
