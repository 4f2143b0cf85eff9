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
from revertome.intake.read.row_names import ROW_NAMES


def header_of(path: str | Path) -> list[str]:
    """Cells of the first line of a table."""
    with open_text(path) as file:
        header = next((line for line in file if line.strip() and not line.startswith("#")), "")
    return cells_of(header, separator_or_space(header)) or [""]


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
    if named is None:
        return None
    # R's row names stand under no name, with the symbols in the first column that has one.
    found = read_annotation(path, ROW_NAMES if ids in ("", named) else ids, named)
    return found if strip_version(features.to_series()).isin(found.index).mean() > 0.2 else None
