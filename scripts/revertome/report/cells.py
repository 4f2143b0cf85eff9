"""How a table of the report looks: order of its columns, their names, help and numbers."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd

from revertome.columns import Column, column_of, table_of
from revertome.columns.titles import title as title_of
from revertome.naming.cells import of_column
from revertome.naming.rows import HOLD
from revertome.report.numbers import (
    UNBOUNDED,
    Cell,
    cell,
    decimals,
    number,
    p_cell,
    raw,
    recoverable,
)

SHOWN = 10  # columns that are shown at first; the chooser has the rest
LONG = 40  # letters from which a cell is broken into lines
KEPT = {name for names in HOLD.values() for name in names}  # of the study: shown even if constant
ESTIMATE = re.compile(r"logFC|estimate|disease|change|drug_effect|recovered|NES|auc|rho|jaccard")
ADJUSTED = re.compile(r"adj[._]?p|adj\.P", re.I)
P = re.compile(r"(adj[._])?P([._]|$)", re.I)
LIMITS = ((".L", ".R"), ("_low", "_high"))


@dataclass(frozen=True)
class Heading:
    """Name of a column, what it means, its name in the file, and how it is shown.

    `show` is `yes`, `more` (once it is chosen) or `no` (in the download alone).
    """

    name: str
    help: str
    id: str = ""
    show: str = "yes"
    words: bool = False


@dataclass(frozen=True)
class Table:
    """A table of the report; `source` is the file of the result folder that holds all of it.

    `total` counts the rows of which `rows` are the first; `note` is a sentence above them.
    """

    key: str
    title: str
    source: str
    columns: list[Heading]
    rows: list[list[Cell]]
    total: int = 0
    note: str = ""


def table(
    key: str, title: str, source: str, data: pd.DataFrame, folder: str = "", most: int | None = None
) -> Table:
    """Lay out a result table: who or what, the estimate, its interval, adjusted p, class, the rest.

    Parameters
    ----------
    key, title
        Name in the page, and heading.
    source
        File of the result folder; relative to the report, which lies in `folder`.
    data
        Rows in the order in which they are shown. Columns without any value are left out.
    most
        Rows shown at most; the table says how many there are.
    """
    kept = [str(name) for name in data if data[name].notna().any()]
    described = table_of(f"{folder}{source}")
    about = {name: column_of(described, name) if described else None for name in kept}
    order = _deciding(kept, about)
    part = data[order] if most is None else data[order].head(most)
    limits = _limits(order)
    columns = [_cells(part, name, limits.get(name), about[name]) for name in order]
    silent = {*limits.values(), "recovered_interval"}
    shown = [name for name in order if name not in silent and _tells(data[name], about[name])]
    headings = [
        Heading(
            _interval_title(name, about[name]) if name in limits else title_of(name, about[name]),
            _help(about[name], name in limits),
            name,
            "no" if name in silent else "yes" if name in shown[:SHOWN] else "more",
            any(len(each.text) > LONG for each in column),
        )
        for name, column in zip(order, columns, strict=True)
    ]
    return Table(
        key, title, source, headings, [list(row) for row in zip(*columns, strict=True)], len(data)
    )


def heading(file: str, name: str) -> Heading:
    """Head a column of a result file: its name in words, and its meaning in `revertome.columns`."""
    described = table_of(file)
    column = column_of(described, name) if described else None
    return Heading(title_of(name, column), _help(column), name)


def _cells(part: pd.DataFrame, name: str, high: str | None, about: Column | None) -> list[Cell]:
    """Cells of a column; those of a lower limit hold the upper one, `high`, as well."""
    if high:
        found = _interval(part[name], part[high], about)
    else:
        visits = part["visit"] if "visit" in part else [None] * len(part)
        found = _column(part[name], visits, about)
    return _recovered(part, found) if name in ("recovered", "recovered_low") else found


def _column(values: pd.Series, visits: Iterable[Any], about: Column | None) -> list[Cell]:
    name = str(values.name)
    if P.match(name) and pd.api.types.is_float_dtype(values):
        return [p_cell(value) for value in values]
    if not pd.api.types.is_float_dtype(values):
        return [
            _spaced(replace(cell(value), text=of_column(name, value, visit)))
            if isinstance(value, str)
            else cell(value)
            for value, visit in zip(values, visits, strict=True)
        ]
    places = _places(name, about, values)
    return [cell(value, places) for value in values]


def _spaced(made: Cell) -> Cell:
    """Let a long list that is joined by commas alone break into lines."""
    if made.number or len(made.text) <= LONG or " " in made.text:
        return made
    return replace(made, text=made.text.replace(",", ", "))


def _places(name: str, about: Column | None, values: Iterable[Any]) -> int | None:
    """Decimals: two of log2 and of fractions recovered, which may be of anything."""
    two = name.startswith("recovered") or (about is not None and about.unit == "log2")
    return 2 if two else decimals(values)


def _recovered(part: pd.DataFrame, column: list[Cell]) -> list[Cell]:
    """Take the numbers from fractions of a disease effect that was not shown to be one."""
    pairs = zip(column, recoverable(part), strict=True)
    return [each if known else replace(each, text="–") for each, known in pairs]


def _interval(low: pd.Series, high: pd.Series, about: Column | None) -> list[Cell]:
    """Both limits in one cell, sorted by the lower one."""
    places = _places(str(low.name), about, [*low, *high])
    ends = pd.DataFrame({"low": low.astype(float), "high": high.astype(float)})
    found = []
    for a, b in ends.itertuples(index=False):
        both = f"{number(a, places)} to {number(b, places)}"
        text = both if np.isfinite(a) and np.isfinite(b) and a <= b else UNBOUNDED
        found.append(Cell("–" if np.isnan(a) or np.isnan(b) else text, raw(a), True))
    return found


def _tells(values: pd.Series, about: Column | None) -> bool:
    """Whether a column is shown at first: not with the same words of the house in all rows."""
    text = about is not None and about.kind == "text" and values.name not in KEPT
    return not text or len(values) < 2 or len(values.unique()) > 1


def _limits(names: list[str]) -> dict[str, str]:
    """Upper limits by the lower ones beside them."""
    pairs = {
        name: name.removesuffix(low) + high
        for low, high in LIMITS
        for name in names
        if name.endswith(low)
    }
    return {low: high for low, high in pairs.items() if high in names}


def _interval_title(low: str, column: Column | None) -> str:
    """Head both limits by the heading of the lower one."""
    text = re.sub(r",? from\b", "", title_of(low, column))
    return text if text.startswith("95% CI") else f"95% CI, {text}"


def _help(column: Column | None, interval: bool = False) -> str:
    if column is None:
        return ""
    if column.name == "recovered":
        return f"{column.help}; – where no disease effect was shown, or the drug induced it"
    if not interval:
        return column.help
    text = re.sub(r"^lower end of its ", "", column.help)
    text = re.sub(r"^lower (95% )?limit", r"\1interval", text)
    return f"{text}; the download has both limits"


def _deciding(names: list[str], about: dict[str, Column | None]) -> list[str]:
    """Who or what, estimate and interval, adjusted p, class, then the rest."""
    kinds = {name: column.kind if column else "" for name, column in about.items()}
    numbers = [i for i, name in enumerate(names) if kinds[name] not in ("text", "")]
    first = min(numbers, default=len(names))
    if not any(ESTIMATE.match(name) for name in names):
        return names  # a table without estimates has its own order

    def place(name: str) -> int:
        if name == "gene":
            return -1
        if name == "class":
            return 3
        if names.index(name) < first:
            return 0
        if ADJUSTED.match(name):
            return 2
        base = name
        for ends in LIMITS:
            for end in ends:
                base = base.removesuffix(end)
        estimate = ESTIMATE.fullmatch(base) or base in ("CI", "own")
        return 1 if estimate else 4

    return sorted(names, key=place)
