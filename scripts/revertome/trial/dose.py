"""The dose of every patient, as the sample sheet has it."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from revertome.errors import StudyError
from revertome.trial.arms import arm_of

SHOWN = 4  # patients named


def dose_of(sick: pd.DataFrame, design: Mapping[str, Any], source: str = "samples") -> pd.Series:
    """Dose under which each sample of a patient was taken: 0 before treatment.

    A patient has one dose, in each arm where patients have several: the number of the rows after
    treatment, or of the row before it where those are empty. The control arm has 0.

    Parameters
    ----------
    sick : DataFrame, (n, ...)
        Samples of patients with patient, visit, the column of `design.dose` and that of the arm.
    design : mapping
        `baseline`, `dose`, `arm`.
    source : str
        Name of the sheet, for messages.

    Raises
    ------
    StudyError
        The column is absent, or not of numbers from 0 on; a patient has none, or several over time;
        the control arm has a dose; or there is one dose only.
    """
    where = f"{source}: design.dose: column {design['dose']!r}"
    given = _numbers(sick, str(design["dose"]), where)
    unit, control = _unit(sick, design)
    before = sick["visit"].astype(str).eq(str(design["baseline"]))
    dose = _one_dose(given[~before], unit[~before], where)
    first = given[before].groupby(unit[before]).first().reindex(dose.index)
    dose = dose.fillna(first)
    clash = first[first.notna() & first.ne(0) & first.ne(dose)]
    if len(clash):
        who = clash.index[0]
        raise StudyError(
            f"{where}, patient {who}: {clash[who]:g} before treatment and {dose[who]:g} after it; "
            "give each patient the one dose of the drug of the trial (0 or empty before treatment)"
        )
    dose = _of_control(dose, control, where)
    _enough(dose, where)
    return unit.map(dose).where(~before, 0.0).astype(float)


def _numbers(sick: pd.DataFrame, column: str, where: str) -> pd.Series:
    if column not in sick:
        raise StudyError(f"{where} is absent; found {', '.join(map(str, sick.columns[:12]))}")
    given = sick[column]
    if not pd.api.types.is_numeric_dtype(given) or pd.api.types.is_bool_dtype(given):
        number = pd.to_numeric(given.astype(object), errors="coerce")
        odd = given[number.isna() & given.notna()]
        shown = repr(odd.iloc[0]) if len(odd) else "no number"
        raise StudyError(
            f"{where} holds {shown}; expected numbers alone, in one unit (a pattern in "
            "intake.fields takes the number out of a text)"
        )
    given = given.astype(float)
    wrong = given[(given < 0) | np.isinf(given)]
    if len(wrong):
        raise StudyError(
            f"{where}, sample {wrong.index[0]}: found {wrong.iloc[0]:g}; a dose is a number from "
            "0 on"
        )
    return given


def _unit(sick: pd.DataFrame, design: Mapping[str, Any]) -> tuple[pd.Series, set[str]]:
    """Each sample's patient, with the arm where patients may have several; those of control."""
    patient = sick["patient"].astype(str).map(repr)
    if not design["arm"]:
        return patient, set()
    arm = arm_of(sick, design).fillna("unknown").astype(str)
    unit = patient + " in arm " + arm
    return unit, set(unit[arm.eq(str(design["arm"]["control"]))])


def _one_dose(given: pd.Series, unit: pd.Series, where: str) -> pd.Series:
    """The dose of each unit after treatment; missing where none of its rows has one."""
    by_unit = given.groupby(unit)
    several = by_unit.max() > by_unit.min()
    if several.any():
        who = str(several.idxmax())
        doses = ", ".join(f"{dose:g}" for dose in sorted(given[unit.eq(who)].dropna().unique()))
        raise StudyError(
            f"{where}, patient {who}: doses {doses} at the visits after treatment; the trend is "
            "over one dose a patient: give the dose that was assigned in every row, or leave "
            "design.dose out"
        )
    return by_unit.first()


def _of_control(dose: pd.Series, control: set[str], where: str) -> pd.Series:
    """Doses with 0 in the control arm, where everybody else has one."""
    own = dose.index.isin(list(control))
    drug = dose[own & dose.gt(0)]
    if len(drug):
        raise StudyError(
            f"{where}, patient {drug.index[0]}: {drug.iloc[0]:g} in the control arm, whose dose is "
            "0; correct the dose, the arm, or design.arm.control"
        )
    dose = dose.mask(own, 0.0)
    lacking = list(dose.index[dose.isna()])
    if lacking:
        more = f" and {len(lacking) - SHOWN} more" if len(lacking) > SHOWN else ""
        raise StudyError(
            f"{where} is empty for {len(lacking)} of {len(dose)} patients "
            f"({', '.join(lacking[:SHOWN])}{more}); fill in the dose (0 where there was no drug), "
            "leave these samples out by intake.exclude, or leave design.dose out"
        )
    return dose


def _enough(dose: pd.Series, where: str) -> None:
    doses = sorted(dose.unique())
    if len(doses) < 2:
        found = f"is {doses[0]:g} for every patient" if doses else "has no patient after treatment"
        raise StudyError(
            f"{where} {found}; a trend needs two doses at least: leave design.dose out, and ask "
            "for the drug effect by design.arm"
        )
