"""First and last visit of every patient, by a field of numbers."""

import warnings
from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from revertome.errors import Alarm, StudyError
from revertome.intake.columns import place


def order_visits(
    table: pd.DataFrame, rule: Mapping[str, Any], patients: pd.Series, source: str, repeats: str
) -> pd.Series:
    """Name each patient's first and last sample by the order of a numeric visit field.

    Parameters
    ----------
    table
        `patient` and `visit` (numbers as text), one row a sample.
    rule
        `first` and `last`: the names given.
    patients
        True for samples of patients (healthy samples keep no visit).
    repeats
        `intake.repeats`: with `error` no patient may have one number twice.

    Returns
    -------
    Visit names; NaN for samples between. A patient with one visit has the first only.

    Raises
    ------
    StudyError
        A visit that is not a number, or one number twice in a patient.

    Warns
    -----
    UserWarning
        Patients whose first sample is of a later visit than that of the others; an `Alarm` where
        they are half of them.
    """
    rows = table[patients & table["patient"].notna()]
    order = pd.to_numeric(rows["visit"], errors="coerce")
    if order.isna().any():
        row = order.index[order.isna()][0]
        found = rows.loc[row, "visit"]
        said = "no visit is given" if pd.isna(found) else f"visit '{found}' is not a number"
        raise StudyError(
            f"{source}: {place(row, order.index)}: {said}; intake.fields.visit.first and last "
            "order samples by a numeric field (intake.fields.visit.default gives the number of "
            "samples without one, intake.exclude leaves a sample out)"
        )
    tied = pd.DataFrame({"patient": rows["patient"], "order": order}).duplicated()
    if tied.any() and repeats == "error":
        row = tied.index[tied][0]
        raise StudyError(
            f"{source}: patient '{rows.loc[row, 'patient']}' has visit {order[row]:g} twice "
            f"({place(row, order.index)}); leave one out with intake.exclude, or set "
            "intake.repeats: mean or first"
        )
    visits = pd.Series(np.nan, index=table.index, dtype=object, name="visit")
    by_patient = order.groupby(rows["patient"])
    _late(by_patient.min(), rule, source)
    for name, end in (
        ("last", by_patient.transform("max")),
        ("first", by_patient.transform("min")),
    ):
        if name in rule:
            visits[order.index[order == end]] = rule[name]
    return visits


def _late(first: pd.Series, rule: Mapping[str, Any], source: str) -> None:
    """Warn of patients whose first sample is no first visit, as of those enrolled before.

    The first visit is the lowest number, where two patients begin there; else the number with
    which half of them begin. Where neither is so (ages, dates) nothing can be said.
    """
    count = first.value_counts()
    begun = [float(first.min())] if len(first) and count[first.min()] > 1 else []
    begun += [float(n) for n in count.index[2 * count >= len(first)]]
    if "first" not in rule or not begun or not (first > begun[0]).any():
        return
    late = first[first > begun[0]].sort_index()
    shown = ", ".join(f"{patient} at {number:g}" for patient, number in late.head(3).items())
    more = f", and {len(late) - 3} more" if len(late) > 3 else ""
    warnings.warn(
        f"{source}: the first sample of {len(late)} of {len(first)} patients is of a later visit "
        f"than {begun[0]:g} ({shown}{more}): it is called '{rule['first']}' all the same. If they "
        "were treated by then, leave them out with intake.exclude, or map visits by their values",
        Alarm if 2 * len(late) >= len(first) else UserWarning,
        stacklevel=4,
    )
