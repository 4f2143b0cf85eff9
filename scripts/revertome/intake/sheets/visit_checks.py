"""Values of the visits sheet that cannot be right stop the run; those that hardly can warn."""

import warnings
from collections.abc import Iterator, Mapping, Sequence
from difflib import get_close_matches
from typing import Any

import pandas as pd

from revertome.errors import StudyError
from revertome.intake.columns import few, place

ENOUGH = 5  # rows or patients from which on a pattern in a column means something
INFLAMED_ESR = 40.0  # mm/h
LOW_CRP = 15.0  # mg/l


def impossible(table: pd.DataFrame, schema: Mapping[str, Any], path: str) -> None:
    """Refuse numbers that the unit of their column does not allow.

    Parameters
    ----------
    table
        Typed columns; index `row`.
    schema
        Of each column: `x-whole`, only whole numbers; `x-never-between`, an open interval without
        possible values (an ESR of 0.4 is no ESR in mm/h).
    path
        The sheet, for the messages.

    Raises
    ------
    StudyError
        Names row, column, the value found and what was expected.
    """
    for name, rule in schema["properties"].items():
        if name not in table or not pd.api.types.is_numeric_dtype(table[name]):
            continue
        values = table[name].dropna()
        unit = rule.get("x-unit", "")
        bad = pd.Series(False, index=values.index)
        expected = ""
        if "x-never-between" in rule:
            low, high = rule["x-never-between"]
            bad = (values > low) & (values < high)
            expected = f"{low} or at least {high} {unit}"
        elif rule.get("x-whole"):
            bad, expected = values % 1 != 0, f"a whole number of {unit}"
        if bad.any():
            row = values.index[bad][0]
            raise StudyError(
                f"{path}: column '{name}', {place(row, table.index)}: found '{values[row]:g}', "
                f"expected {expected}; check the value and its unit"
            )


def visit_names(table: pd.DataFrame, allowed: Sequence[str], path: str) -> None:
    """Refuse visits that are not planned, and two spellings of one visit.

    Parameters
    ----------
    allowed
        Visits that may occur; any when empty.
    """
    unknown = table[~table["visit"].isin(allowed)] if allowed else table[:0]
    if len(unknown):
        row, name = unknown.index[0], unknown["visit"].iloc[0]
        close = get_close_matches(name, allowed, 1)
        meant = f"; did you mean '{close[0]}'?" if close else ""
        raise StudyError(
            f"{path}: column 'visit', {place(row, table.index)}: unknown visit '{name}'; "
            f"intake.visit_names has {few(allowed, 12)}{meant}"
        )
    plain = table["visit"].str.casefold().str.replace(r"[\W_]", "", regex=True)
    first = table.groupby(plain)["visit"].transform("first")
    other = table[table["visit"] != first]
    if len(other):
        row = other.index[0]
        raise StudyError(
            f"{path}: column 'visit', {place(row, table.index)}: '{other['visit'].iloc[0]}' and "
            f"'{first[row]}' look like one visit; spell them alike"
        )


def one_arm(table: pd.DataFrame, path: str) -> None:
    """Refuse a patient in two arms: the arm is that of randomisation, whatever came later."""
    if "arm" not in table:
        return
    known = table.dropna(subset="arm")
    first = known.groupby("patient")["arm"].transform("first")
    other = known[known["arm"] != first]
    if len(other):
        row = other.index[0]
        raise StudyError(
            f"{path}: column 'arm', {place(row, table.index)}: patient "
            f"'{other.loc[row, 'patient']}' is in '{other.loc[row, 'arm']}' and before in "
            f"'{first[row]}'; give the arm as randomised in every row"
        )


def doubtful(table: pd.DataFrame, schema: Mapping[str, Any]) -> Iterator[str]:
    """Describe what is possible and looks wrong: row, column, value and why.

    Values outside `x-usual` of the schema; a CRP that is low in every row with a high ESR, as it is
    in mg/dl; a visit that a single patient of many has.
    """
    for name, rule in schema["properties"].items():
        if "x-usual" in rule and name in table and pd.api.types.is_numeric_dtype(table[name]):
            low, high = rule["x-usual"]
            values = table[name].dropna()
            odd = values[~values.between(low, high)]
            if len(odd):
                row = odd.index[0]
                more = f" and {len(odd) - 1} more" if len(odd) > 1 else ""
                yield (
                    f"column '{name}', {place(row, table.index)}{more}: {odd[row]:g} is unusual "
                    f"(usually {low} to {high} {rule['x-unit']}); check the value and its unit"
                )
    if {"crp", "esr"} <= set(table) and table[["crp", "esr"]].dtypes.eq(float).all():
        sick = table[(table["esr"] >= INFLAMED_ESR) & table["crp"].notna()]
        if len(sick) >= ENOUGH and (sick["crp"] < LOW_CRP).all():
            row = sick["crp"].idxmax()
            yield (
                f"column 'crp', {place(row, table.index)}: {sick['crp'][row]:g} is the largest of "
                f"{len(sick)} rows with an ESR of {INFLAMED_ESR:g} mm/h and more; CRP is expected "
                "in mg/l: multiply mg/dl by 10"
            )
    if table["patient"].nunique() >= ENOUGH:
        patients = table.groupby("visit", sort=False)["patient"].transform("nunique")
        for row, name in table.loc[patients == 1, "visit"].drop_duplicates().items():
            yield (
                f"column 'visit', {place(row, table.index)}: '{name}' occurs for one patient "
                "alone; check its spelling"
            )


def warn_doubtful(table: pd.DataFrame, schema: Mapping[str, Any], path: str) -> None:
    """Warn of everything that `doubtful` finds."""
    for words in doubtful(table, schema):
        warnings.warn(f"{path}: {words}", stacklevel=3)
