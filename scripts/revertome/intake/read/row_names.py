"""R's `write.table` writes row names without a name above them: the header is one cell short."""

from collections.abc import Sequence

ROW_NAMES = "row.names"  # R's word for them


def with_row_names(header: list[str], rows: Sequence[Sequence[str]]) -> list[str]:
    """Add an empty name above row names.

    Parameters
    ----------
    header, rows
        Cells of the header and of the first rows.

    Returns
    -------
    The header with a first cell "" where every row is one cell longer and the last cells are not
    all empty, as separators at the ends of rows leave them; else the header as it is.
    """
    longer = bool(rows) and all(len(row) == len(header) + 1 for row in rows)
    return ["", *header] if longer and any(row[-1].strip() for row in rows) else header


def numbered(first: Sequence[str]) -> bool:
    """Whether the first cells count the rows from 0 or 1, as R and pandas number them."""
    return len(first) > 1 and any(
        list(first) == [str(n) for n in range(start, start + len(first))] for start in (0, 1)
    )
