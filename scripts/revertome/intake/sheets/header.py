"""Headers as programs write them: row names of R and pandas, one name over several columns."""

import re
from collections.abc import Iterable, Sequence

from revertome.errors import StudyError

ROW_NAMES = "row.names"  # R's word for names of rows that stand under no header
Row = tuple[int, list[str]]


def with_row_names(
    header: list[str], rows: list[Row], path: object, bare_commas: bool
) -> tuple[list[str], list[Row]]:
    """Name the names of rows, which R and pandas write under an empty header cell or none.

    Parameters
    ----------
    header, rows
        Cells of the header, and line in the file with cells.
    path
        The sheet, for the message.
    bare_commas
        The cells stand between commas and without quotes, so that a decimal comma would look like
        one more cell.

    Returns
    -------
    Header and rows. Names that only count the rows are left out; others are column `row.names`.
    A last cell that is empty in every row and has no header is left out.

    Raises
    ------
    StudyError
        One cell more than the header in every row, which are no names of rows.
    """
    if not rows:
        return header, rows
    first = [cells[0] for _, cells in rows]
    numbers = [str(n) for n in range(len(rows) + 1)]
    counted = first in (numbers[1:], numbers[:-1])
    longer = all(len(cells) == len(header) + 1 for _, cells in rows)
    if longer and not counted and not any(cells[-1] for _, cells in rows):
        return header, [(n, cells[:-1]) for n, cells in rows]
    if longer:
        if bare_commas or len(set(first)) < len(first):
            raise StudyError(
                f"{path}: every row has {len(header) + 1} cells, the header has {len(header)}; if "
                "the first column holds names of rows, give it a name; if numbers have a decimal "
                "comma, separate the cells by tab or semicolon"
            )
        header = ["", *header]
    if header[0] or not (longer or any(first)):
        return header, rows
    if counted and all(len(cells) == len(header) for _, cells in rows):
        return header[1:], [(n, cells[1:]) for n, cells in rows]
    return [ROW_NAMES, *header[1:]], rows


def told_apart(header: Sequence[str], rows: Sequence[Row], path: object) -> dict[int, str]:
    """Give columns of one name their own, as the tables of ArrayExpress (SDRF) need.

    Returns
    -------
    Name by position. Of columns that agree in every row the first is kept; those that do not are
    called `<name> (column 7)`, by their place in the file. Empty columns without a name are left
    out.

    Raises
    ------
    StudyError
        A column that holds something and has no name.
    """
    names: dict[int, str] = {}
    for name in dict.fromkeys(header):
        places = [k for k, other in enumerate(header) if other == name]
        if not name:
            _refuse_nameless(places, rows, path)
            continue
        contents = {tuple(cells[k] for _, cells in rows) for k in places}
        if len(contents) == 1:
            names[places[0]] = name
        else:
            names |= {k: f"{name} (column {k + 1})" for k in places}
    return dict(sorted(names.items()))


def _refuse_nameless(places: Iterable[int], rows: Iterable[Row], path: object) -> None:
    for line, cells in rows:
        for k in places:
            if cells[k]:
                raise StudyError(
                    f"{path}: column {k + 1} has no name in the header, and row {line} holds "
                    f"'{cells[k][:60]}' there; name the column or empty it"
                )


def namesakes(name: str, columns: Iterable[str]) -> list[str]:
    """Columns of this name that `told_apart` had to number."""
    numbered = re.compile(rf"{re.escape(name)} \(column \d+\)")
    return [column for column in columns if numbered.fullmatch(str(column))]


def refuse_namesakes(name: str, columns: Iterable[str], source: str) -> None:
    """Raise `StudyError` when a column that is asked for occurs several times and differs."""
    same = namesakes(name, columns)
    if same:
        raise StudyError(
            f"{source}: column '{name}' occurs more than once, with different contents; rename "
            f"one of them, or name the one that is meant: {', '.join(map(repr, same[:5]))}"
        )
