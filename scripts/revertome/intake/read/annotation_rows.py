"""Two columns of a table of features, as programs, R and GEO write such tables."""

import csv
import itertools
from collections.abc import Iterable, Iterator
from pathlib import Path

import pandas as pd

from revertome.errors import StudyError
from revertome.intake.columns import few, open_text, separator, separator_or_space
from revertome.intake.read.row_names import ROW_NAMES, with_row_names

_LOOKED_AT = 200  # rows that tell whether they have names
_BEGIN, _END = "!platform_table_begin", "!platform_table_end"


def read_pairs(path: str | Path, id_column: str, symbol_column: str) -> pd.DataFrame:
    """Read the ids and symbols of a table, wherever the two columns stand.

    A first column without a name, as R writes row names, is `row.names`.

    Returns
    -------
    feature, symbol; text, one row a row of the file.

    Raises
    ------
    StudyError
        A column that is absent or occurs twice.
    """
    wanted = (id_column, symbol_column)
    with open_text(path) as file:
        line = _header_line(file, wanted)
        sep = separator_or_space(line)
        rows = _rows(file, sep)
        head = list(itertools.islice(rows, _LOOKED_AT))
        header = with_row_names(_cells(line.lstrip("#"), sep), head)
        header = [name or ROW_NAMES for name in header[:1]] + header[1:]
        absent = [name for name in wanted if name not in header]
        if absent:
            raise StudyError(
                f"{path}: annotation column {few(absent)} is missing; found {few(header, 12)}; "
                "correct intake.annotation"
            )
        twice = [name for name in wanted if header.count(name) > 1]
        if twice:
            raise StudyError(
                f"{path}: annotation column {few(twice)} occurs more than once; rename the ones "
                "that are not meant"
            )
        one, two = header.index(id_column), header.index(symbol_column)
        pairs = [
            (row[one].strip('" '), row[two].strip('" '))
            for row in itertools.chain(head, rows)
            if len(row) > max(one, two)
        ]
    return pd.DataFrame(pairs, columns=["feature", "symbol"], dtype=object)


def _header_line(file: Iterator[str], wanted: tuple[str, str]) -> str:
    """Header: behind GEO's mark, or the first line that is no comment unless one has the names."""
    for line in file:
        if line.startswith(_BEGIN):
            return next(file, "")
        if not line.strip() or line.startswith(("^", "!")):
            continue
        if not line.startswith("#"):
            return line
        cells = _cells(line.lstrip("#"), separator(line))
        if all(name in cells for name in wanted):
            return line
    return ""


def _rows(lines: Iterable[str], sep: str) -> Iterator[list[str]]:
    for line in itertools.takewhile(lambda n: not n.startswith(_END), lines):
        if not line.startswith("!") and line.strip():
            # In tab-separated platform tables a quote is text: 5' nucleotidase "A".
            yield line.rstrip("\n").split(sep) if sep == "\t" else _cells(line, sep)


def _cells(line: str, sep: str) -> list[str]:
    return [cell.strip() for cell in next(csv.reader([line.rstrip("\n")], delimiter=sep), [])]
