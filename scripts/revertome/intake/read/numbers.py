"""Rows of numbers under a header, read block by block into one array."""

import itertools
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from revertome.arrays import Array
from revertome.errors import StudyError
from revertome.intake.columns import cells_of, few
from revertome.intake.decimal_comma import Commas, parsed
from revertome.intake.missing_words import MISSING

BLOCK = 1024  # rows parsed together
MISSING_NUMBERS = MISSING | {"-nan", "na\n"}


@dataclass(frozen=True)
class Form:
    """How a row is laid out.

    Attributes
    ----------
    sep
        Separator.
    width
        Cells a row.
    feature
        Position of the feature id.
    positions, names
        Of the numbers: cells, and what their columns are called.
    """

    sep: str
    width: int
    feature: int
    positions: tuple[int, ...]
    names: tuple[str, ...]


def read_rows(lines: Iterator[str], form: Form, source: str) -> tuple[list[str], Array]:
    """Read rows to the end.

    Plain numbers are parsed by numpy; a block that holds anything else (missing values, decimal
    commas, quotes) cell by cell. The array grows in place, so that no second copy is needed.

    Returns
    -------
    ids : list of str
    values : (rows, len(form.positions))
        Rounded correctly, as Python's `float`; NaN where missing.

    Raises
    ------
    StudyError
        A row with another number of cells, or a cell that is no number; both named.
    """
    ids: list[str] = []
    values: Array = np.empty((0, len(form.positions)))
    commas = Commas(source)
    while block := list(itertools.islice(lines, BLOCK)):
        found = _plain(block, form)
        if found is None:
            found = _careful(block, form, source, commas)
        first = len(ids)
        ids += found[0]
        if len(ids) > len(values):
            rows = max(len(ids), len(values) + len(values) // 4)
            values.resize((rows, values.shape[1]), refcheck=False)
        values[first : len(ids)] = found[1]
    values.resize((len(ids), values.shape[1]), refcheck=False)
    commas.decide()
    return ids, values


def _plain(block: list[str], form: Form) -> tuple[list[str], Array] | None:
    if any(line.count(form.sep) != form.width - 1 for line in block):
        return None
    ids = [line.split(form.sep, form.feature + 1)[form.feature].strip() for line in block]
    quoted = any('"' in line for line in block)
    if quoted:
        bare = [name[1:-1] if name[:1] == name[-1:] == '"' else name for name in ids]
        ids = [name.strip() for name in bare]
        if any('"' in name for name in ids):
            return None
    try:
        values = np.loadtxt(
            block,
            delimiter=form.sep,
            comments=None,
            usecols=form.positions,
            quotechar='"' if quoted else None,
            ndmin=2,
        )
    except ValueError:
        return None
    return (ids, values) if len(values) == len(block) else None


def _careful(block: list[str], form: Form, source: str, commas: Commas) -> tuple[list[str], Array]:
    ids = []
    values = np.empty((len(block), len(form.positions)))
    for i, line in enumerate(block):
        cells = cells_of(line, form.sep)
        feature = cells[form.feature] if form.feature < len(cells) else ""
        if len(cells) != form.width:
            raise StudyError(
                f"{source}: row {few([feature])} has {len(cells)} cells, expected {form.width}; "
                "every row needs one value a sample"
            )
        ids.append(feature)
        for j, position in enumerate(form.positions):
            cell = cells[position]
            at = f" of feature {feature!r}, column {form.names[j]!r}" if "," in cell else ""
            number = float("nan") if cell.lower() in MISSING_NUMBERS else parsed(cell, commas, at)
            if number is None:
                raise StudyError(
                    f"{source}: feature {few([feature])}, column {few([form.names[j]])}: "
                    f"{few([cells[position]])} is not a number; expected the feature id in column "
                    f"{form.feature + 1} and numbers from column {form.positions[0] + 1} on; "
                    "leave a cell empty where nothing was measured"
                )
            values[i, j] = number
    return ids, values
