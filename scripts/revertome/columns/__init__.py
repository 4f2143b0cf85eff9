"""Every column of every result table, by stage; and tables brought into the form they describe."""

from collections.abc import Iterable
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd

from revertome.columns import (
    association,
    beyond_composition,
    beyond_control,
    compare,
    composition,
    courses,
    differential,
    intake,
    modules,
    quality,
    report,
    response,
    source_data,
    trajectories,
)
from revertome.columns.form import KINDS, Column, Table, matches

__all__ = ["STAGES", "TABLES", "Column", "Table", "column_of", "conformed", "kinds", "table_of"]

# In the order of the data.
STAGES: dict[str, tuple[Table, ...]] = {
    "intake": intake.TABLES,
    "quality": quality.TABLES,
    "composition": composition.TABLES,
    "response": response.TABLES,
    "differential": differential.TABLES,
    "trajectories": (
        *trajectories.TABLES,
        *courses.TABLES,
        *beyond_control.TABLES,
        *beyond_composition.TABLES,
    ),
    "modules": modules.TABLES,
    "association": association.TABLES,
    "source_data": source_data.TABLES,
    "report": report.TABLES,
    "compare": (*compare.TABLES, *source_data.COMPARISON),
}
TABLES = tuple(table for tables in STAGES.values() for table in tables)
DEEPEST = 1 + max(table.file.count("/") for table in TABLES)  # parts of the longest path


def table_of(path: str | Path) -> Table | None:
    """Find the description of a result file by the end of its path; None for any other file."""
    return _table_at("/".join(Path(path).parts[-DEEPEST:]))


@cache
def _table_at(end: str) -> Table | None:
    parts = end.split("/")
    found = [
        table
        for table in TABLES
        if matches(table.file, "/".join(parts[-1 - table.file.count("/") :]))
    ]
    # A name of the house before one that the study gives: differential/design.tsv is no contrast.
    return min(found, key=lambda table: (table.file.count("<"), -len(table.file)), default=None)


def column_of(table: Table, name: str) -> Column | None:
    """Find the description of a column: the one of that name, else the first that fits it."""
    fitting = [column for column in table.columns if matches(column.name, name)]
    return min(fitting, key=lambda column: column.named_by_study, default=None)


def kinds(path: str | Path, names: Iterable[str]) -> dict[str, str]:
    """Kinds of the columns of a file by name.

    In a file that is no result table, the columns whose name means text in every result table are
    text; of the others nothing is known.
    """
    table = table_of(path)
    if table is None:
        return {name: "text" for name in names if name in _always_text()}
    found = {name: column_of(table, name) for name in names}
    return {name: column.kind for name, column in found.items() if column is not None}


@cache
def _always_text() -> frozenset[str]:
    every = [column for table in TABLES for column in table.columns]
    return frozenset(c.name for c in every) - {c.name for c in every if c.kind != "text"}


def conformed(data: pd.DataFrame, table: Table) -> pd.DataFrame:
    """Bring a table into its described form: all columns in their order, the absent ones missing.

    Columns that the study names stand together where the description has them, in their own order.

    Parameters
    ----------
    data : DataFrame
        Any rows.
    table : Table
        Its description.

    Returns
    -------
    DataFrame
        The values are those of `data`.

    Raises
    ------
    ValueError
        A column that is not described, or holds values of another kind than it should.
    """
    homes = {str(name): column_of(table, str(name)) for name in data.columns}
    strange = [name for name, home in homes.items() if home is None]
    if strange:
        raise ValueError(f"{table.file}: column {', '.join(strange)} is not in revertome/columns")
    absent = [c.name for c in table.columns if not c.named_by_study and c.name not in homes]
    whole = pd.concat([data, pd.DataFrame(np.nan, index=data.index, columns=absent)], axis=1)
    place = _places(table)
    homes |= {name: column_of(table, name) for name in absent}
    places = [place[column] for name in whole if (column := homes[str(name)]) is not None]
    whole = whole.iloc[:, sorted(range(len(places)), key=places.__getitem__)]
    for i, name in enumerate(whole.columns):
        column = homes[str(name)]
        if column is not None and (fault := _fault(whole.iloc[:, i], column.kind)):
            raise ValueError(f"{table.file}: column {name}: {fault}")
    return whole


def _places(table: Table) -> dict[Column, int]:
    """Place of every column from left to right; neighbours that the study names share one."""
    places: dict[Column, int] = {}
    for at, column in enumerate(table.columns):
        left = table.columns[at - 1] if at else None
        shared = left is not None and left.named_by_study and column.named_by_study
        places[column] = places[left] if left is not None and shared else at
    return places


def _fault(values: pd.Series, kind: str) -> str:
    """What keeps values from being of a kind; empty when nothing does."""
    known = values.dropna().infer_objects()
    logical = pd.api.types.is_bool_dtype(known)
    number = pd.api.types.is_numeric_dtype(known) and not logical
    if kind == "text":
        # Seen at once where all is well, as nearly always.
        text = pd.api.types.infer_dtype(known, skipna=False) in ("string", "empty")
        wrong = [] if text else [not isinstance(value, str) for value in known]
    elif kind == "boolean":
        wrong = [not logical] * len(known)
    elif kind == "integer" and number:
        wrong = (known % 1 != 0).tolist()
    elif kind in ("number", "integer"):
        wrong = [not number] * len(known)
    else:
        wrong = []
    odd = known[wrong].tolist() if any(wrong) else []
    return f"expected {KINDS[kind]}, found {odd[0]!r}" if odd else ""
