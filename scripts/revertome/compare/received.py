"""Tables of a result folder that others made, held to what `revertome.columns` says of them.

What is wrong stops a comparison; what is lacking is left out and told.
"""

import re
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pandas as pd

from revertome.columns import Column, column_of, table_of
from revertome.columns.limits import finite, limits
from revertome.compare.agreeing_rows import disagreeing
from revertome.compare.parts import CONTRAST, Part
from revertome.errors import StudyError
from revertome.gene_classes import CLASSES
from revertome.normalise.symbols import is_date
from revertome.unseen import controls_in

FEWEST = 3  # genes of a contrast that can be correlated
LONGEST_NAME = 100  # characters of a gene or module
_BLANK = ("", "nan")  # written by other programs for NA
_COMMA = re.compile(r"[-+]?\d*,\d+(?:[eE][-+]?\d+)?")
_DAMAGED = re.compile(r"[-+]?\d+(?:\.\d+)?[eE][-+]?\d+|\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}")


def misspelled(names: Sequence[str], wanted: Sequence[str]) -> str:
    """Say which wanted column is there in another spelling; empty where none is."""
    plain = {_plain(name): name for name in reversed(names) if name not in wanted}
    for name in wanted:
        if name not in names and (other := plain.get(_plain(name))):
            return f"its column {name} is written {_shown(other)}; restore the name"
    return ""


def _plain(name: str) -> str:
    return re.sub(r"[^a-z0-9]", "", name.casefold())


def lacking(names: Sequence[str], part: Part) -> list[str]:
    """Say what of a table cannot be taken, as columns are not there; one phrase, or none."""
    if absent := [name for name in part.needed if name not in names]:
        return [f"left out, as it lacks {', '.join(absent)}"]
    absent = [name for name in part.useful if name not in names]
    return [f"lacks {', '.join(absent)}"] if absent else []


def held(table: pd.DataFrame, part: Part) -> tuple[pd.DataFrame, list[str]]:
    """Hold a table with all needed columns to its description.

    Parameters
    ----------
    table
        As read: columns that hold anything but numbers are text.
    part
        What is taken.

    Returns
    -------
    table
        Numbers as numbers, without rows that name nothing.
    notes
        What was left out, in phrases.

    Raises
    ------
    StudyError
        Naming the column and row of the first value that cannot be.
    """
    described = table_of(part.file)
    if described is None:
        raise ValueError(f"{part.file} is no result table")
    for name in table.columns:
        if (column := column_of(described, name)) is not None:
            table = table.assign(**{name: _held(table[name], column)})
    table, notes = _named(table, part)
    again = table.duplicated(list(part.key))
    if again.any():
        first = " ".join(map(str, table.loc[again, list(part.key)].iloc[0]))
        raise StudyError(
            f"{_shown(first)} is there more than once ({again.sum():,} rows too many); keep one "
            "row each"
        )
    if fault := _of_classes(table) or disagreeing(table):
        raise StudyError(fault)
    return _tested(table, part, notes)


def _held(values: pd.Series, column: Column) -> pd.Series:
    """One column with values of its kind and range."""
    if column.kind == "text":
        if pd.api.types.infer_dtype(values, skipna=True) not in ("string", "empty"):
            _refuse(values, [not isinstance(x, str) for x in values.fillna("")], "text")
        return values
    if column.kind == "boolean":
        wrong = [x not in (True, False) for x in values.astype(object)]
        _refuse(values, wrong, "TRUE or FALSE")
        return values
    values = _numbers(values)
    low, high = limits(column)
    with np.errstate(invalid="ignore"):
        outside = (values < low) | (values > high)
    between = f"from {low:g} to {high:g}" if np.isfinite(high) else f"of {low:g} or more"
    _refuse(values, outside, f"a number {between}")
    if finite(column):
        _refuse(values, np.isinf(values), "a finite number")
    if column.kind == "integer":
        _refuse(values, values.notna() & (values % 1 != 0), "a whole number")
    return values


def _numbers(values: pd.Series) -> pd.Series:
    """Numbers, whatever is no number being refused; blank cells and NaN are missing."""
    if pd.api.types.is_numeric_dtype(values) and not pd.api.types.is_bool_dtype(values):
        return values.astype(float)
    text = values.astype(object).where(values.notna(), "").map(lambda x: str(x).strip())
    if (text == str(values.name)).any():
        raise StudyError(
            f"its header stands once more in row {_row(text == str(values.name))}; remove that row"
        )
    blank = text.str.casefold().isin(_BLANK)
    numbers = pd.to_numeric(text.mask(blank), errors="coerce")
    wrong = numbers.isna() & ~blank
    commas = wrong & text.map(lambda x: bool(_COMMA.fullmatch(x)))
    more = "; it has decimal commas, so save it with decimal points" if commas.any() else ""
    _refuse(values, commas if more else wrong, "a number", more)
    # As Python reads them, to the last digit.
    read = [float(x) if x else np.nan for x in text.mask(blank, "")]
    return pd.Series(read, values.index, dtype=float, name=values.name)


def _refuse(
    values: pd.Series, wrong: Sequence[bool] | pd.Series, wanted: str, more: str = ""
) -> None:
    """Stop at the first wrong value of a column."""
    where = np.asarray(wrong, dtype=bool)
    if not where.any():
        return
    found, count = values.iloc[int(where.argmax())], int(where.sum())
    others = f" (and {count - 1:,} more)" if count > 1 else ""
    raise StudyError(
        f"column {values.name}, row {_row(where)}: found {_shown(found)}{others}, expected "
        f"{wanted}{more or '; correct the file'}"
    )


def _row(wrong: Sequence[bool] | pd.Series) -> int:
    """Line of the file with the first wrong value, the header being 1."""
    return int(np.asarray(wrong).argmax()) + 2


def _shown(value: object) -> str:
    text = ascii(value) if isinstance(value, str) else f"{value}"
    return text if len(text) <= 40 else f"{text[:37]}..."


def _named(table: pd.DataFrame, part: Part) -> tuple[pd.DataFrame, list[str]]:
    """Rows that name something; names that no table can hold are refused."""
    notes: list[str] = []
    keep = np.ones(len(table), dtype=bool)
    for key in part.key:
        names = table[key].fillna("").str.strip()
        odd = controls_in(names) or [name for name in names if len(name) > LONGEST_NAME]
        if odd:
            raise StudyError(
                f"column {key}: found {_shown(odd[0])}, which is no name: too long, or with "
                "characters that cannot be seen; correct the file"
            )
        table = table.assign(**{key: names.where(names != "", table[key])})
        keep &= _kept(names, key, notes)
    return table[keep].reset_index(drop=True), notes


def _kept(names: pd.Series, key: str, notes: list[str]) -> npt.NDArray[np.bool_]:
    """Which names are names; what is left out is noted."""
    nothing = (names == "").to_numpy(bool)
    damaged = np.zeros(len(names), dtype=bool)
    if key == "gene":
        damaged = np.array([_date(name) for name in names], dtype=bool)
    for wrong, words in (
        (nothing, f"rows without {key}"),
        (damaged, "names that a spreadsheet turned to dates or numbers"),
    ):
        if wrong.any():
            such = f" (such as {_shown(names[wrong].iloc[0])})" if names[wrong].iloc[0] else ""
            notes.append(f"{wrong.sum():,} {words}{such} left out")
    kept: npt.NDArray[np.bool_] = ~(nothing | damaged)
    return kept


def _date(name: str) -> bool:
    may_be = "-" in name or name[:1].isdigit()
    return may_be and (is_date(name) or _DAMAGED.fullmatch(name) is not None)


def _of_classes(table: pd.DataFrame) -> str:
    """Which class is none of this workflow's."""
    if "class" not in table:
        return ""
    strange = sorted(set(table["class"].dropna()) - set(CLASSES))
    known = ", ".join(CLASSES)
    return f"column class: found {_shown(strange[0])}, expected {known}" if strange else ""


def _tested(table: pd.DataFrame, part: Part, notes: list[str]) -> tuple[pd.DataFrame, list[str]]:
    """A table that says something, or none of its rows and a note why."""
    if not len(table):
        return table, [*notes, "left out, as it has no rows"]
    if part is not CONTRAST:
        return table, notes
    for name in ("logFC", "P.Value"):
        missing = int(table[name].isna().sum())
        if missing == len(table):
            return table.head(0), [*notes, f"left out, as no gene has a {name}"]
        if len(table) - missing < FEWEST:
            return table.head(0), [*notes, f"left out, as fewer than {FEWEST} genes have a {name}"]
        if missing:
            notes = [*notes, f"{missing:,} of {len(table):,} genes without {name} left out"]
    return table, notes
