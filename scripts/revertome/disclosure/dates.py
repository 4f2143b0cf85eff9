"""Columns of dates, in any form that is clear, as days."""

import re
from datetime import date

import numpy as np
import pandas as pd

from revertome.disclosure.date_forms import EPOCH, WITHIN, WITHOUT_DAY, day_number, readings
from revertome.errors import StudyError
from revertome.handling import spaced

CALLED = re.compile(r"\b(date|datum|fecha|day ?of|when|drawn|collected|sampled|visited)\b", re.I)
SERIALS = (14_611, 73_050)  # 1940 to 2099, as spreadsheets count days
RECENT = (36_526, 51_544)  # 2000 to 2041
SECONDS = (6e8, 3e9)  # 1989 to 2065, counted from 1970


def days_of(column: pd.Series) -> pd.Series | None:
    """Days of a column of dates, counted from 30 December 1899; None where it has none.

    Parameters
    ----------
    column : Series
        Text or numbers.

    Raises
    ------
    StudyError
        Dates among other words, without a day, or whose day and month cannot be told.
    """
    there = column.dropna()
    if not len(there):
        return None
    if pd.api.types.is_numeric_dtype(column):
        days = _of_numbers(there.astype(float), str(column.name))
    else:
        days = _of_words(there.astype(str).str.strip(), str(column.name))
    return None if days is None else days.reindex(column.index).rename(column.name)


def _of_numbers(values: pd.Series, name: str) -> pd.Series | None:
    whole = bool((values == values.round()).all())
    if whole and values.between(19_000_101, 21_001_231).all():
        compact = [day_number(v // 10_000, v // 100 % 100, v % 100) for v in values.astype(int)]
        if None not in compact:
            return pd.Series(compact, values.index, dtype=float)
    called = CALLED.search(spaced(name)) is not None
    serial = values.between(*SERIALS)
    if called and serial.any():
        if not serial.all():
            raise StudyError(_among(name, int(serial.sum())))
        return np.floor(values)
    for unit in (1, 1_000) if called else ():
        seconds = values / unit
        if seconds.between(*SECONDS).all():
            return np.floor(seconds / 86_400) + (date(1970, 1, 1) - EPOCH).days
    if whole and len(values) > 1 and values.between(*RECENT).all():
        raise StudyError(
            f"'{name}' looks like dates as spreadsheets count them; write them as dates, such as "
            "2019-03-01, or give the values in another unit"
        )
    return None


def _of_words(cells: pd.Series, name: str) -> pd.Series | None:
    found = [readings(cell) for cell in cells]
    dated = sum(one is not None for one in found)
    if not dated and cells.str.fullmatch(WITHOUT_DAY).all():
        raise StudyError(
            f"'{name}' holds months without a day; give whole dates, or days from the baseline"
        )
    within = sum(bool(WITHOUT_DAY.fullmatch(one) or WITHIN.search(one)) for one in cells)
    if dated < len(cells):
        if dated or within:
            raise StudyError(_among(name, max(dated, within)))
        return None
    ways = [[one[way] for one in found if one is not None] for way in (0, 1)]
    possible = [way for way in ways if None not in way]
    if not possible or (len(possible) == 2 and possible[0] != possible[1]):
        raise StudyError(
            f"'{name}': day and month of its dates cannot be told apart; write them as 2019-03-01"
        )
    return pd.Series(possible[0], cells.index, dtype=float)


def _among(name: str, count: int) -> str:
    return (
        f"'{name}' holds a date in {count} cell{'s' * (count > 1)} beside other words or numbers; "
        "write dates alone in a column of their own, or leave them out"
    )
