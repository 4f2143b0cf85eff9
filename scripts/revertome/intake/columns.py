"""Text and numbers in the columns of a sheet: missing words, numeric columns, sex, ranges."""

import csv
import gzip
import io
import re
import warnings
import zlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TextIO

import pandas as pd

from revertome.errors import StudyError
from revertome.intake.above_header import caption, filled, refuse_caption, without_comments
from revertome.intake.decimal_comma import Commas, parsed
from revertome.intake.encoding import (
    Fallback,
    PlainText,
    encoding_of,
    open_bytes,
    read_twice,
    read_whole,
    saying_unseen,
)
from revertome.intake.foreign import refuse_foreign
from revertome.intake.missing_words import MISSING
from revertome.intake.sheets.header import Row, told_apart, with_row_names
from revertome.intake.workbook import is_workbook, table_text
from revertome.intake.workbook.cells import BREAKS

TEXT = ("sample", "patient", "visit", "group", "arm", "sex", "batch", "response")
EXCEL_SEP = re.compile(r'"?sep=[\t;,| ]"?', re.IGNORECASE)  # a first line for Excel alone
SMALLEST, LARGEST = 1e-30, 1e30  # beyond these nothing is measured, and sums of squares are none
SEX = {"f": "female", "female": "female", "w": "female", "m": "male", "male": "male"}


@contextmanager
def open_text(path: str | Path) -> Iterator[TextIO]:
    """Open a plain or gzipped text file (told by its first bytes), any line end, or a workbook.

    The encoding is that of the byte-order mark, else UTF-8; bytes that are no UTF-8 are read as
    Windows-1252, with a warning. A workbook is read as the text that `table_text` gives.

    Raises
    ------
    StudyError
        The file is absent, unreadable, no text, or a gzip file that was cut or damaged.
    """
    try:
        if is_workbook(path):
            refuse_foreign(path)
            cells = io.BytesIO(table_text(path).encode())
            with saying_unseen(PlainText(cells, "utf-8"), path) as file:
                yield file
            return
        encoding, fallback = encoding_of(path), Fallback(path)
        text = PlainText(open_bytes(path), encoding, fallback.errors)
        with saying_unseen(text, path) as file:
            yield file
        fallback.note()
    except (EOFError, gzip.BadGzipFile, zlib.error):
        raise StudyError(f"{path}: the gzip file is cut or damaged; fetch it again") from None


def separator(line: str) -> str:
    """Return the most frequent of tab, semicolon and comma in a header line, else a space."""
    best = max("\t;,", key=line.count)
    return best if best in line or " " not in line.strip() else " "


def separator_or_space(line: str) -> str:
    """Return the separator of a header line, a space where none of the others occurs."""
    sep = separator(line)
    return sep if sep in line else " "


def cells_of(line: str, sep: str) -> list[str]:
    """Cells of one line, quotes and outer spaces removed."""
    try:
        cells = next(csv.reader([line.strip("\r\n")], delimiter=sep), [])
    except csv.Error:  # a cell beyond any sense, as of an unclosed quote
        cells = line.split(sep)
    return [cell.strip() for cell in cells]


def read_sheet(path: str | Path) -> pd.DataFrame:
    """Read a sheet as text.

    Parameters
    ----------
    path
        TSV or CSV (also gzipped), one header line; also as R and pandas write it, with names of
        rows, and ArrayExpress (SDRF), with one name over several columns.

    Returns
    -------
    Strings as they stand, empty cells as NaN (`blank` takes away the words that mean missing);
    the index `row` is the line in the file. Columns of one name: see `told_apart`.

    Raises
    ------
    StudyError
        Empty file, a caption above the header, columns without a name, or a line with a wrong
        number of cells.
    """
    header, numbered, bare_commas = _rows(path)
    # Spreadsheets save columns that were used once as empty ones.
    width = max((k for k, name in enumerate(header, start=1) if name), default=0)
    if not any(any(cells[width:]) for _, cells in numbered):
        numbered = [(n, cells[:width]) for n, cells in numbered]
        header = header[:width]
    header, numbered = with_row_names(header, numbered, path, bare_commas)
    for n, cells in numbered:
        if len(cells) != len(header):
            raise StudyError(
                f"{path}: row {n} has {len(cells)} cells, the header has {len(header)}; "
                "check separators and quotes"
            )
    names = told_apart(header, numbered, path)
    index = pd.Index([n for n, _ in numbered], name="row")
    cells_kept = [[cells[k] for k in names] for _, cells in numbered]
    table = pd.DataFrame(cells_kept, index=index, columns=list(names.values()), dtype=object)
    _warn_of_twice_read(table, path)
    return table.mask(table == "")


def _rows(path: str | Path) -> tuple[list[str], list[Row], bool]:
    """Header, rows with their line in the file, and whether bare commas stand between cells."""
    with open_text(path) as file:
        text = read_whole(file, path)
    blank_lines, text = without_comments(text)
    first, _, rest = text.partition("\n")
    sep = separator(first)
    if EXCEL_SEP.fullmatch(first.strip("\r ")):
        sep, text, blank_lines = first.strip("\r ").strip('"')[4:], rest, blank_lines + 1
        first, _, rest = text.partition("\n")
    table_below = any(filled(line) > 1 for line in rest.splitlines()[:10])
    if sep == " " and table_below:  # between the words of a caption
        sep = "\t"
    lines = csv.reader(io.StringIO(text), delimiter=sep)
    try:
        rows = [[BREAKS.sub(" ", cell).strip() for cell in line] for line in lines]
    except csv.Error as error:  # a cell beyond any sense, as of an unclosed quote
        raise StudyError(
            f"{path}: line {blank_lines + lines.line_num}: {error}; a quote is not closed there or "
            "above it"
        ) from None
    if len(rows) < 2:
        raise StudyError(f"{path}: no rows; expected a header line and one line a row")
    if sum(map(bool, rows[0])) == 1 and table_below:
        raise caption(first, blank_lines + 1, path)
    refuse_caption(text.splitlines()[:2], blank_lines + 1, path)
    body = [(n, cells) for n, cells in enumerate(rows[1:], start=2 + blank_lines) if any(cells)]
    return rows[0], body, sep == "," and not first.startswith('"')


def _warn_of_twice_read(table: pd.DataFrame, path: str | Path) -> None:
    """Say where letters were spoilt by a program: `Zoé` at one visit is `ZoÃ©` at the other."""
    for name in table:
        for row, cell in table[name].items():
            if meant := read_twice(cell):
                warnings.warn(
                    f"{path}: column '{name}', row {row}: '{cell}' looks like '{meant}', saved as "
                    "UTF-8 and read as another encoding; correct it, or the two count as different",
                    stacklevel=3,
                )
                break


def refuse_repeats(names: Iterable[str], what: str, advice: str) -> None:
    """Raise `StudyError` when a name occurs twice."""
    counts = pd.Series(list(names), dtype=object).value_counts(sort=False)
    repeated = counts.index[counts > 1]
    if len(repeated):
        raise StudyError(f"{what} {few(repeated)} occurs more than once; {advice}")


def few(names: Iterable[Any], most: int = 5) -> str:
    """Quote the first few names, shortened, and say how many more there are."""
    listed = [
        repr(shown if len(shown := str(name)) <= 60 else f"{shown[:57]}...") for name in names
    ]
    more = f" and {len(listed) - most} more" if len(listed) > most else ""
    return ", ".join(listed[:most]) + more


def blank(table: pd.DataFrame) -> pd.DataFrame:
    """Replace the words that mean missing by NaN."""
    return table.apply(lambda c: c.mask(c.isna() | c.astype(str).str.lower().isin(MISSING)))


def place(row: Any, index: pd.Index) -> str:
    """Name a row in a message: `row 5` of a file, `GEO sample GSM1` of a series."""
    return f"{index.name or 'sample'} {row}"


def number(column: pd.Series, source: str, strict: bool, mapped: bool = True) -> pd.Series:
    """Turn a text column into numbers when it holds numbers.

    Parameters
    ----------
    column
        Strings and NaN.
    source
        File or series, for the message.
    strict
        A column of which more than half of the values are numbers must hold numbers only;
        otherwise such a column stays text.
    mapped
        Whether `intake.fields` can map the column.

    Raises
    ------
    StudyError
        Names row, column and the first value that is not a number; commas that may be decimal or
        set thousands apart.
    """
    present = column.notna()
    text = column[present].astype(str)
    commas = Commas(f"{source}: column '{column.name}'")
    if text.str.contains(",", regex=False).any():
        values = pd.Series([parsed(cell, commas) for cell in text], text.index, dtype=float)
        values = values.reindex(column.index)
    else:
        values = pd.to_numeric(column, errors="coerce").astype(float)
    size = values.abs()
    values = values.mask((size > LARGEST) | ((size > 0) & (size < SMALLEST)))
    odd = present & values.isna()
    if not odd.any():
        if commas.fault and not strict:
            return column
        commas.decide()
        return values if present.any() else column
    if strict and values.notna().sum() > present.sum() / 2:
        row = column.index[odd][0]
        way = f", or map it to null in intake.fields.{column.name}.values" if mapped else ""
        raise StudyError(
            f"{source}: column '{column.name}', {place(row, column.index)}: "
            f"'{str(column[row])[:60]}' is not a number as the others are; correct it, or leave it "
            f"empty{way}"
        )
    return column


def normalise_sex(column: pd.Series, source: str) -> pd.Series:
    """Spell sex as `female` or `male` (from F, M, w, Female, ...); `unknown` becomes missing."""
    lower = column.str.lower()
    lower = lower.mask(lower.isin(["unknown", "u", "not known"]))
    sex = lower.map(SEX)
    odd = lower.notna() & sex.isna()
    if odd.any():
        row = column.index[odd][0]
        raise StudyError(
            f"{source}: column 'sex', {place(row, column.index)}: '{column[row]}' is neither "
            "female nor male; map it in intake.fields.sex.values (null for unknown)"
        )
    return sex.astype(object)
