"""From the columns of a sheet, or the fields of a GEO series, to the roles of the study."""

import re
import warnings
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from revertome.errors import Alarm, StudyError
from revertome.intake.columns import TEXT, few, normalise_sex, number, place
from revertome.intake.sheets.meant import meant


def offered(table: pd.DataFrame, most: int = 30) -> str:
    """List columns with an example value each, for messages."""
    examples = [
        f"{name} ('{str(column.dropna().iloc[0])[:40]}')" if column.notna().any() else str(name)
        for name, column in table.items()
    ]
    more = f", and {len(examples) - most} more" if len(examples) > most else ""
    return ", ".join(examples[:most]) + more


def refuse_unknown(fields: Mapping[str, Any], table: pd.DataFrame, source: str) -> None:
    """Stop when a role is marked `unknown`: say what is missing and what the series offers."""
    unknown = {role: rule["unknown"] for role, rule in fields.items() if "unknown" in rule}
    if unknown:
        needed = "; ".join(f"{role}: {text}" for role, text in unknown.items())
        raise StudyError(
            f"{source}: fill in intake.fields for {few(unknown)} in the study file ({needed}).\n"
            f"The fields it offers: {offered(table)}"
        )


def assign_roles(
    table: pd.DataFrame,
    fields: Mapping[str, Any],
    numeric: Sequence[str],
    extra_columns: Sequence[str],
    source: str,
) -> pd.DataFrame:
    """Derive the study's columns from a sheet.

    Parameters
    ----------
    table
        Text columns of the sheet or series, one row a sample.
    fields
        `{role: {field, pattern, values, default, constant, ...}}`; empty when the sheet already
        carries the names of the roles.
    numeric
        Columns that must be numbers throughout when most of their values are.
    extra_columns
        Columns kept under their own names when no role reads them.
    source
        File or series, for the messages.

    Returns
    -------
    One row a sample: the roles, then the extra columns. `sample`, `patient`, `visit`, `group`,
    `arm`, `sex`, `batch` and `response` are text; other columns are float64 where they hold
    numbers; sex is female or male.

    Raises
    ------
    StudyError
        A field that does not exist, a bad pattern, text in a number.
    """
    roles = {role: _role(table, role, rule, source) for role, rule in fields.items()}
    read = {rule.get("field") for rule in fields.values()}
    kept = [
        name for name in extra_columns if name in table and name not in read and name not in roles
    ]
    result = pd.DataFrame(
        roles | {_safe(name): table[name] for name in kept if table[name].notna().any()},
        index=table.index,
    )
    for name in result.columns:
        if name in TEXT:
            continue
        strict = not fields or name in fields or name in numeric or name == "age"
        result[name] = number(result[name], source, strict)
    if "sex" in result:
        result["sex"] = normalise_sex(result["sex"].astype(object), source)
    return result


def _safe(name: str) -> str:
    """Column name that an h5ad file can hold."""
    return name.replace("/", "_")


def _role(table: pd.DataFrame, role: str, rule: Mapping[str, Any], source: str) -> pd.Series:
    if "constant" in rule:
        return pd.Series(str(rule["constant"]), index=table.index, dtype=object, name=role)
    if "field" not in rule:
        raise StudyError(f"intake.fields.{role}: give `field` (the column to read) or `constant`")
    if rule["field"] not in table.columns:
        raise StudyError(
            f"intake.fields.{role}: {source} has no column '{rule['field']}'.\n"
            f"It has: {offered(table)}"
        )
    column = table[rule["field"]].rename(role)
    if "pattern" in rule:
        column = _extract(column, rule, role, source)
    if "values" in rule:
        words = _words(rule["values"], column, role, source)
        column = column.map(lambda v: words.get(v, v), na_action="ignore")
        column = column.map(lambda v: np.nan if v is None else str(v), na_action="ignore")
    if "default" in rule:
        column = column.fillna(str(rule["default"]))
    return column.astype(object)


def _words(values: Mapping[Any, Any], column: pd.Series, role: str, source: str) -> dict[str, Any]:
    """New value by each value of the column that is to be replaced."""
    present = sorted(column.dropna().unique())
    found = {key: meant(key, present) for key in values}
    absent = [key for key, same in found.items() if not same]
    words = {value: values[key] for key, same in found.items() for value in same}
    # A key too many is no fault where every value has one; else it is likely a slip of the pen.
    rest = [value for value in present if value not in words and value not in values.values()]
    if absent and rest:
        raise StudyError(
            f"intake.fields.{role}.values: {few(absent)} does not occur in {source}, and "
            f"{few(rest)} has no new value; correct it or leave it out"
        )
    return words


def _extract(column: pd.Series, rule: Mapping[str, Any], role: str, source: str) -> pd.Series:
    try:
        groups = re.compile(rule["pattern"]).groups
    except re.error as error:
        raise StudyError(f"intake.fields.{role}.pattern '{rule['pattern']}': {error}") from None
    if groups != 1:
        raise StudyError(
            f"intake.fields.{role}.pattern '{rule['pattern']}' has {groups} groups; expected one "
            "pair of parentheses around the value"
        )
    found = column.str.extract(rule["pattern"], expand=False)
    if column.notna().any() and not found.notna().any():
        raise StudyError(
            f"intake.fields.{role}.pattern '{rule['pattern']}' matches no value of "
            f"'{rule['field']}' in {source}, e.g. '{column.dropna().iloc[0]}'"
        )
    return found


def order_visits(
    table: pd.DataFrame, rule: Mapping[str, Any], patients: pd.Series, source: str
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

    Returns
    -------
    Visit names; NaN for samples between. A patient with one sample has the first only.

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
        raise StudyError(
            f"{source}: {place(row, order.index)}: visit '{rows.loc[row, 'visit']}' is not a "
            "number; intake.fields.visit.first and last order samples by a numeric field"
        )
    tied = pd.DataFrame({"patient": rows["patient"], "order": order}).duplicated()
    if tied.any():
        row = tied.index[tied][0]
        raise StudyError(
            f"{source}: patient '{rows.loc[row, 'patient']}' has visit {order[row]:g} twice "
            f"({place(row, order.index)}); leave one out with intake.keep or intake.exclude"
        )
    visits = pd.Series(np.nan, index=table.index, dtype=object, name="visit")
    by_patient = order.groupby(rows["patient"])
    last = by_patient.idxmax()
    first = by_patient.idxmin()
    _late(by_patient.min(), rule, source)
    if "last" in rule:
        visits[last] = rule["last"]
    if "first" in rule:
        visits[first] = rule["first"]
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
