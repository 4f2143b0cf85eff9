"""Symbols that stand beside the counts in a table."""

from pathlib import Path

import pandas as pd

from revertome.intake.columns import cells_of, open_text, separator_or_space
from revertome.intake.read.annotation import (
    look_like_probes,
    read_annotation,
    strip_version,
    symbol_column,
)
from revertome.intake.read.row_names import ROW_NAMES, with_row_names


def header_of(path: str | Path) -> list[str]:
    """Cells of the first line of a table, the first empty where R wrote row names without one."""
    with open_text(path) as file:
        lines = (line for line in file if line.strip() and not line.startswith("#"))
        header, row = next(lines, ""), next(lines, "")
    sep = separator_or_space(header)
    return with_row_names(cells_of(header, sep), [cells_of(row, sep)]) or [""]


def symbols_beside(path: str, ids: str, header: list[str], features: pd.Index) -> pd.Series | None:
    """Symbols in a column beside the ids of a table, where ids are no symbols themselves.

    Parameters
    ----------
    ids
        Name of the column of ids.
    header, features
        What `header_of` gives, and the ids.

    Returns
    -------
    Symbols by id without Ensembl version; None where no such column is, or it is of other ids.
    """
    named = symbol_column(header, features) if look_like_probes(features) else None
    if named is None or named == ids:
        return None
    found = read_annotation(path, ids or ROW_NAMES, named)
    return found if strip_version(features.to_series()).isin(found.index).mean() > 0.2 else None
