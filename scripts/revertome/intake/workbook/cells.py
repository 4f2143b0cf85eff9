"""Cells of a worksheet as text, as its user sees them."""

import datetime
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from revertome.errors import StudyError
from revertome.intake.missing_words import MISSING
from revertome.intake.workbook.marks import Cell, Marks
from revertome.intake.workbook.shown import is_percent, shown

_SHOWN = 5  # places that a message names
_DIGITS = 15  # that a spreadsheet keeps of a number
BREAKS = re.compile(r"[\t\n\v\f\r\x1c-\x1e\x85\u2028\u2029]+")  # would part cells or lines
_FIRST_YEAR = 1910  # earlier dates are small numbers in a cell with the format of a date


@dataclass
class Sheet:
    """A worksheet: values from its first cell on, what stands beside them, and what to say of it.

    Attributes
    ----------
    merged
        First and last cell of each block of merged cells.
    """

    path: str
    values: list[list[Any]]
    marks: Marks
    merged: list[tuple[Cell, Cell]]
    notes: list[str] = field(default_factory=list)


def rows_of(sheet: Sheet) -> list[list[str]]:
    """Text of every cell, row by row, without empty rows and columns at the ends.

    Raises
    ------
    StudyError
        Cells that do not say what they hold.
    """
    _refuse(sheet)
    rows = [
        [_text(cell, (r, c), sheet.marks) for c, cell in enumerate(row)]
        for r, row in enumerate(sheet.values)
    ]
    width = 1 + max((c for row in rows for c, text in enumerate(row) if text), default=-1)
    height = 1 + max((r for r, row in enumerate(rows) if any(row)), default=-1)
    rows = [row[:width] for row in rows[:height]]
    _tell(sheet, rows)
    return rows


def _text(cell: Any, at: Cell, marks: Marks) -> str:
    if at in marks.errors:
        return marks.errors[at]
    if isinstance(cell, bool):
        return str(cell).upper()
    if isinstance(cell, int | float):
        return shown(cell, marks.formats.get(at, ""))
    if isinstance(cell, datetime.datetime) and cell.time() == datetime.time():
        cell = cell.date()
    return BREAKS.sub(" ", str(cell)).strip()


def _refuse(sheet: Sheet) -> None:
    marks = sheet.marks
    if marks.unsaved:
        raise StudyError(
            f"{sheet.path}: cell {_places(marks.unsaved)} holds a formula that was saved without "
            "its value; open the file in a spreadsheet program and save it, or put in the value"
        )
    merged = [ends for ends in sheet.merged if ends[0] != ends[1] and _at(sheet, ends[0]) != ""]
    if merged:
        listed = ", ".join(f"{_name(a)}:{_name(b)}" for a, b in merged[:_SHOWN])
        raise StudyError(
            f"{sheet.path}: cells {listed} are merged, so that one value stands for "
            "several rows or columns; unmerge them and fill in each"
        )
    for at, cell in _cells(sheet, datetime.date):
        if cell.year < _FIRST_YEAR:
            raise StudyError(
                f"{sheet.path}: cell {_name(at)} is shown as a date ({cell}) and holds a number; "
                "give the cell the format of a number or of text"
            )


def _tell(sheet: Sheet, rows: list[list[str]]) -> None:
    marks = sheet.marks
    hidden_rows = [str(r + 1) for r in sorted(marks.rows) if r < len(rows) and any(rows[r])]
    hidden_columns = [_letters(c) for c in sorted(marks.columns) if any(row[c : c + 1] != [""]
                      for row in rows if c < len(row))]  # fmt: skip
    for what, names in (("rows", hidden_rows), ("columns", hidden_columns)):
        if names:
            sheet.notes.append(
                f"{what} {_few(names)} are hidden, as by a filter, and are read as the others; "
                "delete them if they are not meant"
            )
    long = [at for at, cell in _cells(sheet, int | float) if abs(cell) >= 10**_DIGITS]
    if long:
        sheet.notes.append(
            f"cell {_places(long)} holds a number of more than {_DIGITS} digits, of which a "
            "spreadsheet changes the last ones; give ids as text"
        )
    numbers = {at for at, _ in _cells(sheet, int | float)}
    percent = [at for at, code in marks.formats.items() if at in numbers and is_percent(code)]
    if percent:
        sheet.notes.append(
            f"cell {_places(percent)} is shown in percent and is read as it is shown "
            f"({rows[percent[0][0]][percent[0][1]]})"
        )
    _tell_dates(sheet, rows)


def _tell_dates(sheet: Sheet, rows: list[list[str]]) -> None:
    """Names that became dates stand among names; a column of dates has no others."""
    dates: dict[int, list[Cell]] = {}
    for at, _ in _cells(sheet, datetime.date | datetime.time):
        dates.setdefault(at[1], []).append(at)
    for column, places in dates.items():
        known = set(places)
        others = [
            row[column]
            for r, row in enumerate(rows)
            if row[column].lower() not in MISSING and (r, column) not in known
        ]
        if len(others) > 1:  # the header is one
            first = rows[places[0][0]][column]
            sheet.notes.append(
                f"column {_letters(column)} holds dates or times among other words: {first} in "
                f"cell {_places(places)}, '{others[-1]}' elsewhere. A spreadsheet makes them of "
                "names such as 1-2, 1:2, 1-Mar and SEPT2: correct them in cells of the format Text"
            )


def _cells(sheet: Sheet, kind: Any) -> Iterable[tuple[Cell, Any]]:
    return [
        ((r, c), cell)
        for r, row in enumerate(sheet.values)
        for c, cell in enumerate(row)
        if isinstance(cell, kind)
    ]


def _at(sheet: Sheet, at: Cell) -> Any:
    row = sheet.values[at[0]] if at[0] < len(sheet.values) else []
    return row[at[1]] if at[1] < len(row) else ""


def _places(cells: list[Cell]) -> str:
    return _few([_name(at) for at in cells])


def _few(names: list[str]) -> str:
    more = f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else ""
    return ", ".join(names[:_SHOWN]) + more


def _name(at: Cell) -> str:
    return f"{_letters(at[1])}{at[0] + 1}"


def _letters(column: int) -> str:
    name = ""
    while column >= 0:
        column, letter = divmod(column, 26)
        name, column = chr(ord("A") + letter) + name, column - 1
    return name
