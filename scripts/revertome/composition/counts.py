"""Counts of white cells in the sheets: which columns hold them, and what percent they are."""

from collections.abc import Iterable, Mapping
from typing import NamedTuple

import numpy as np
import pandas as pd

from revertome.composition.units import (
    EMPTY,
    FULL,
    MOST_WRONG,
    SUMMED,
    from_fractions,
    of_whole,
    percent_columns,
    whole,
)  # fmt: skip
from revertome.count_columns import LYMPHOCYTES, like_counts, usual
from revertome.errors import StudyError
from revertome.near_names import unknown

LEAST = 3  # values of a type


class Counts(NamedTuple):
    """Percent of white cells by the sheets.

    Attributes
    ----------
    percent : DataFrame, (samples, types)
        Missing where there is no count; no columns where the sheets have none.
    note : Series, (samples,)
        What is wrong with a sample; empty where nothing is.
    told : list of str
        How percent were made, and what was left out.
    """

    percent: pd.DataFrame
    note: pd.Series
    told: list[str]


def counted(obs: pd.DataFrame, named: Mapping[str, str]) -> Counts:
    """Find the counts of white cells, in percent.

    Parameters
    ----------
    obs : DataFrame
        Samples, with the columns of the sheets.
    named : mapping
        Column to cell type; empty for columns with usual names (`neutrophil_percent`,
        `lymphocytes`, ...). The cell type `leukocytes` is the number of all white cells.

    Returns
    -------
    Counts

    Raises
    ------
    StudyError
        A column is not there, holds no numbers or impossible ones, two columns are one type, or
        types sum to more than all white cells in a fifth of the samples.
    """
    chosen, told = (_named(obs, named), []) if named else _found(obs)
    values = {column: _numbers(obs, column) for column in chosen}
    for column in [column for column, value in values.items() if value.count() < LEAST]:
        told.append(f"{chosen[column]}: left out, fewer than {LEAST} samples have a value")
        del values[column]
    percent = percent_columns(values, chosen, told)
    parts = _table(obs, values, percent, chosen)
    parts = from_fractions(parts, percent, told)
    rest = _table(obs, values, [column for column in values if column not in percent], chosen)
    parts = parts.join(of_whole(rest, parts, told))
    if named and not parts.shape[1]:
        raise StudyError(
            f"composition.measured: no column can be used ({'; '.join(told) or 'no type is named'})"
        )
    note = _noted(parts)
    _subsets_in_lymphocytes(parts)
    return Counts(parts.apply(lambda column: column.mask(note.ne(""))), note, told)


def _table(
    obs: pd.DataFrame,
    values: Mapping[str, pd.Series],
    columns: Iterable[str],
    chosen: Mapping[str, str],
) -> pd.DataFrame:
    """Columns by their cell types."""
    found = {chosen[column]: values[column] for column in columns}
    return pd.DataFrame(found, index=obs.index, dtype=float)


def _found(obs: pd.DataFrame) -> tuple[dict[str, str], list[str]]:
    """Columns with usual names, and what to know of others."""
    chosen, others = usual(obs.columns)
    told = [f"{column}: not used, {used} is" for column, used in others.items()]
    like = [name for name in like_counts(obs.columns) if _is_numeric(obs[name])]
    if like:
        told.append(
            f"{', '.join(like)}: not used; name in composition.measured what is a count of cells"
        )
    return chosen, told


def _is_numeric(column: pd.Series) -> bool:
    known = column.dropna()
    return bool(len(known)) and bool(pd.to_numeric(known, errors="coerce").notna().all())


def _named(obs: pd.DataFrame, named: Mapping[str, str]) -> dict[str, str]:
    for column in named:
        if column not in obs:
            raise StudyError(
                f"composition.measured: {unknown('column', column, map(str, obs.columns))} (the "
                "sample sheet, and blood counts of the visits sheet)"
            )
    types = list(named.values())
    twice = [name for name in dict.fromkeys(types) if types.count(name) > 1]
    if twice:
        columns = [column for column, name in named.items() if name == twice[0]]
        raise StudyError(
            f"composition.measured: {' and '.join(columns)} are both {twice[0]}; name one of them"
        )
    return {column: str(name) for column, name in named.items()}


def _numbers(obs: pd.DataFrame, column: str) -> pd.Series:
    values = pd.to_numeric(obs[column].astype(object), errors="coerce").astype(float)
    bad = obs[column].notna() & values.isna()
    if bad.any():
        raise StudyError(
            f"composition: column '{column}' is no count of cells: sample {obs.index[bad][0]} has "
            f"{obs[column][bad].iloc[0]!r}; write plain numbers, or name "
            "other columns in composition.measured"
        )
    wrong = (values < 0) | np.isinf(values)
    if wrong.any():
        raise StudyError(
            f"composition: column '{column}': sample {obs.index[wrong][0]} has "
            f"{values[wrong].iloc[0]:g}, which no count of cells can be; correct the sheet"
        )
    return values


def _noted(parts: pd.DataFrame) -> pd.Series:
    """Say of which samples the types are more than the white cells, or next to nothing of them."""
    total = whole(parts)
    main = [name for name in SUMMED if name in parts]
    over, under = total > FULL, total.le(EMPTY) & parts[main].notna().any(axis=1)
    there = parts.notna().any(axis=1).sum()
    for wrong, said in ((over, "to more than all"), (under, "to hardly any of the")):
        if wrong.sum() > MOST_WRONG * max(there, 1):
            sample = parts.index[wrong][0]
            raise StudyError(
                f"composition: {', '.join(parts)} sum {said} white cells in {wrong.sum()} of "
                f"{there} samples ({sample}: {_rounded(total[sample])}%): are they of one unit, "
                "and leukocytes too? name the right columns in composition.measured"
            )
    note = pd.Series("", index=parts.index)
    return note.mask(
        over | under, [f"types sum to {_rounded(value)}% of white cells" for value in total]
    )


def _rounded(value: float) -> str:
    return f"{value:,.0f}" if value >= 10 else f"{value:.2g}"


def _subsets_in_lymphocytes(parts: pd.DataFrame) -> None:
    """Refuse types of lymphocytes that are more than the lymphocytes, as percent of them are."""
    subsets = [name for name in parts if name in LYMPHOCYTES]
    if "lymphocytes" not in parts or not subsets:
        return
    sums = whole(parts[subsets])
    both = parts["lymphocytes"].notna() & parts[subsets].notna().all(axis=1)
    if both.any() and (sums > 1.1 * parts["lymphocytes"])[both].mean() > 0.5:
        raise StudyError(
            f"composition: {', '.join(subsets)} are more than the lymphocytes: give them in "
            "percent of white cells, or as numbers of cells, not in percent of lymphocytes"
        )
