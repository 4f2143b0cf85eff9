"""What stands above the header of a table: comments, which are skipped, and captions."""

from collections.abc import Sequence
from pathlib import Path

from revertome.errors import StudyError


def filled(line: str, sep: str = "") -> int:
    """Cells of a line that hold something, by its most frequent separator if none is given."""
    cells = line.split(sep or max("\t;,", key=line.count))
    return sum(bool(cell.strip(' "\r\n')) for cell in cells)


def _fewer_cells(line: str, below: str) -> bool:
    """Whether a line has far fewer cells than the line below, of at least three."""
    others = filled(below)
    return others > 2 and filled(line, max("\t;,", key=below.count)) < others / 2


def without_comments(text: str) -> tuple[int, str]:
    """Cut empty lines and comments (`# made by hand`) above the header; how many, and the rest."""
    lines = text.splitlines(keepends=True)
    for n, line in enumerate(lines):
        rows = (row for row in lines[n + 1 :] if row.strip() and row[0] != "#")
        comment = line.startswith("#") and _fewer_cells(line, next(rows, ""))
        if line.strip() and not comment:
            return n, "".join(lines[n:])
    return 0, ""


def refuse_caption(lines: Sequence[str], number: int, path: str | Path) -> None:
    """Stop at a line of text above the header.

    Parameters
    ----------
    lines
        The first lines of a table.
    number
        Which line of the file the first is.
    """
    if len(lines) > 1 and _fewer_cells(*lines[:2]):
        raise caption(lines[0], number, path)


def caption(line: str, number: int, path: str | Path) -> StudyError:
    """The refusal of a caption."""
    return StudyError(
        f"{path}: line {number} is a caption, not a header ('{line.strip()[:60]}'); "
        "remove it, so that the names of the columns come first"
    )
