"""Symbols that stand beside the counts in a table."""

from pathlib import Path

import pandas as pd

from revertome.errors import StudyError
from revertome.intake.columns import cells_of, open_text, separator_or_space
from revertome.intake.read.annotation import (
    look_like_probes,
    read_annotation,
    strip_version,
    symbol_column,
)
from revertome.intake.read.row_names import ROW_NAMES

_SHARE = 0.2  # of the features, at least, that symbols of the same table have


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
    # Row names stand under no name; those that only count the rows are no ids.
    second = header[1:2] if not header[0] else []
    for column in [ROW_NAMES if ids in ("", named) else ids, *second]:
        try:
            found = read_annotation(path, column, named)
        except StudyError:  # no ids: the numbers of a sample
            continue
        if strip_version(features.to_series()).isin(found.index).mean() > _SHARE:
            return found
    return None
