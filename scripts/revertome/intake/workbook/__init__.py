"""Workbooks of spreadsheet programs, turned into the text that they would save as a table.

Cells are text as the user sees them, so that all checks of text tables hold for workbooks too.
"""

import csv
import io
import warnings
from functools import lru_cache
from pathlib import Path
from typing import Any

from revertome.errors import StudyError
from revertome.intake.encoding import open_bytes
from revertome.intake.workbook.cells import Sheet, rows_of
from revertome.intake.workbook.marks import FAULTS, Marks, read_marks
from revertome.intake.workbook.parts import names_of_parts
from revertome.worksheet_name import parted

_ZIP, _CONTAINER = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"  # the second is of .xls and of passwords
_BOOK = "xl/workbook.xml"
_LOCKED = "EncryptedPackage".encode("utf-16-le")
_LARGEST = 1 << 30  # bytes of the file, packed
_MOST_CELLS = 30_000_000  # more than any table of this kind has
_ABOVE = 12  # lines that may stand above the rows, of which the separator is told


def is_workbook(path: str | Path) -> bool:
    """Whether a file begins as workbooks do, which other zip files do too."""
    with open_bytes(path) as file:
        return file.read(4) in (_ZIP, _CONTAINER)


def table_text(path: str | Path) -> str:
    """Text of the one worksheet that holds something, or that the path names.

    Parameters
    ----------
    path
        A workbook (.xlsx or .xlsm), told by its contents; `#` and the name of a worksheet may
        follow.

    Returns
    -------
    Cells between tabs; line n is row n of the worksheet.

    Raises
    ------
    StudyError
        No workbook, damaged, or locked by a password; several worksheets and none named; merged
        cells; a formula that was saved without its value; a number shown as a date of 1900.

    Warns
    -----
    UserWarning
        Of what a reader of the worksheet might not see, or see otherwise.
    """
    with open_bytes(path) as file:
        content = file.read(_LARGEST + 1)
    if len(content) > _LARGEST:
        raise StudyError(f"{path}: is larger than a workbook can be; save it as TSV or CSV")
    text, notes = _read(content, str(path))
    for note in notes:
        warnings.warn(f"{path}: {note}", stacklevel=4)
    return text


@lru_cache(maxsize=4)  # a table of values is looked at several times
def _read(content: bytes, path: str) -> tuple[str, tuple[str, ...]]:
    book = _opened(content, path)
    marks = {entry.name: _marks(content, entry.name, path) for entry in book.sheets_metadata}
    name, notes = _chosen(book, path)
    worksheet, values = _loaded(book, name, path)
    sheet = Sheet(path, values, marks[name], worksheet.merged_cell_ranges or [])
    rows = rows_of(sheet)
    return _as_text(rows), (*notes, *sheet.notes)


def _opened(content: bytes, path: str) -> Any:
    import python_calamine as calamine  # here: only workbooks need it

    _refuse_others(content, path)
    try:
        return calamine.CalamineWorkbook.from_filelike(io.BytesIO(content))
    except Exception as error:  # of any kind, as the file may be of any kind
        raise _damaged(path) from error


def _refuse_others(content: bytes, path: str) -> None:
    """Stop at what is no .xlsx: in other kinds errors, hidden rows and formats cannot be told."""
    names = list[str]()
    if content.startswith(_ZIP):
        try:
            names = names_of_parts(content, path)
        except StudyError:
            raise
        except FAULTS as error:
            raise _damaged(path) from error
    elif _LOCKED in content:
        raise StudyError(
            f"{path}: is protected by a password; save it without one, or save the sheet as CSV "
            "or TSV"
        )
    if _BOOK not in names:
        raise StudyError(
            f"{path}: is no .xlsx workbook; save the sheet of another spreadsheet file (.xls, "
            ".xlsb, .ods) as .xlsx, CSV or TSV, and unpack a zip file"
        )


def _marks(content: bytes, name: str, path: str) -> Marks:
    """What stands beside the values; stops where cells are so many that memory would not do."""
    marks = read_marks(content, name)
    if marks is None:
        raise _damaged(path)
    rows, columns = (1 + last for last in marks.far)
    if rows * columns > _MOST_CELLS:
        raise StudyError(
            f"{path}: worksheet '{name}' holds something in row {rows} and in column {columns}, "
            "far from a table; delete the rows and columns beyond the table and save it"
        )
    return marks


def _loaded(book: Any, name: str, path: str) -> tuple[Any, list[list[Any]]]:
    """A worksheet and its values from the first cell on."""
    try:
        found = book.get_sheet_by_name(name)
        return found, found.to_python(skip_empty_area=False)
    except Exception as error:
        raise _damaged(path) from error


def _damaged(path: str) -> StudyError:
    return StudyError(
        f"{path}: is a damaged spreadsheet file (or zip); fetch it again, or open it in a "
        "spreadsheet program and save the sheet as CSV or TSV"
    )


def _filled(book: Any, path: str) -> tuple[list[str], list[str]]:
    """Worksheets that hold something: those to be seen, and hidden ones."""
    import python_calamine as calamine

    seen, hidden = list[str](), list[str]()
    for entry in book.sheets_metadata:
        if entry.typ != calamine.SheetTypeEnum.WorkSheet:
            continue
        _, content = _loaded(book, entry.name, path)
        if any(str(cell).strip() for row in content for cell in row):
            shown = entry.visible == calamine.SheetVisibleEnum.Visible
            (seen if shown else hidden).append(entry.name)
    return seen, hidden


def _chosen(book: Any, path: str) -> tuple[str, list[str]]:
    """Name of the worksheet to read, and what is to be said of the others."""
    file, wanted = parted(path)
    seen, hidden = _filled(book, path)
    every = [*seen, *hidden]
    listed = ", ".join(f"'{name}'" for name in every) or "no worksheet with content"
    if wanted:
        for alike in (str, str.casefold):
            for name in every:
                if alike(name.strip()) == alike(wanted.strip()):
                    return name, []
        raise StudyError(f"{file}: no worksheet '{wanted}'; it has {listed}")
    if len(seen) == 1:
        return seen[0], [f"worksheet '{name}' is hidden and is not read" for name in hidden]
    if not every:
        raise StudyError(f"{file}: every worksheet is empty; expected a header and rows")
    are = "several worksheets" if seen else "hidden worksheets only"
    raise StudyError(
        f"{file}: has {are}: {listed}; write the name of the one to read behind the path: "
        f"{file}#{every[0]}"
    )


def _as_text(rows: list[list[str]]) -> str:
    """Tab-separated text, with tabs enough that they are seen to separate the cells."""
    width = max((len(row) for row in rows), default=0)
    others = [cell.count(mark) for mark in ",;" for cell in map("".join, rows[:_ABOVE])]
    width = max(width, 2, 1 + max(others, default=0))
    made = io.StringIO()
    writer = csv.writer(made, delimiter="\t", lineterminator="\n")
    writer.writerows([*row, *[""] * (width - len(row))] for row in rows)
    return made.getvalue()
