"""Counts of white cells in the sheets: which columns hold them, and what percent they are."""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd

from revertome.composition.signature import LYMPHOCYTES
from revertome.errors import StudyError
from revertome.near_names import unknown

TOTAL = "leukocytes"
MAIN = ("neutrophils", "lymphocytes", "monocytes", "eosinophils", "basophils")
SUMMED = ("neutrophils", "lymphocytes")  # without which a sum is not the white cells
IS_PERCENT = re.compile(r"percent|pct|%|fraction|proportion|share", re.IGNORECASE)
FULL = 105.0  # percent beyond which the types of a sample are more than its white cells
# ASSUME named types that sum to this are percent where no name says so: as numbers they would be
# 25 x 10^9/l and more in the typical sample, which no study of blood has.
TYPICAL = (25.0, 105.0)
MOST_WRONG = 0.2  # share of samples from which the columns are in doubt, not the samples
LEAST = 3  # values of a type
NO_TOTAL = (
    "numbers of cells tell no percent without a column of leukocytes; columns of percent have "
    "percent in their names"
)


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
    chosen = _named(obs, named) if named else dict(_usual(list(obs.columns)))
    values = {column: _numbers(obs, column) for column in chosen}
    told: list[str] = []
    percent = _percent_columns(values, chosen, named)
    parts = pd.DataFrame(
        {chosen[column]: values[column] for column in percent}, index=obs.index, dtype=float
    )
    parts = _from_fractions(parts, told)
    rest = {chosen[column]: values[column] for column in chosen if column not in percent}
    parts = parts.join(_of_whole(pd.DataFrame(rest, index=obs.index, dtype=float), parts, told))
    for name in [name for name in parts if parts[name].notna().sum() < LEAST]:
        told.append(f"{name}: left out, fewer than {LEAST} samples have a value")
        parts = parts.drop(columns=name)
    if named and not parts.shape[1]:
        raise StudyError(f"composition.measured: no column can be used ({'; '.join(told)})")
    note = _overfull(parts)
    _subsets_in_lymphocytes(parts)
    return Counts(parts.apply(lambda column: column.mask(note.ne(""))), note, told)


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


def _usual(columns: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Columns by their usual names, percent before counts."""
    names = [*MAIN, *LYMPHOCYTES]
    usual: dict[str, str] = {}
    for name in names:
        one = name.removesuffix("s")
        usual |= {f"{word}_{unit}": name for word in (one, name) for unit in ("percent", "pct")}
        usual |= {name: name, f"{one}_count": name}
    usual |= dict.fromkeys(("leukocytes", "leukocyte_count", "wbc", "wbc_count"), TOTAL)
    plain = {
        column: re.sub(r"[^a-z0-9]+", "_", str(column).lower().replace("%", " percent")).strip("_")
        for column in columns
    }
    found: dict[tuple[str, bool], str] = {}
    for column in (column for column in columns if plain[column] in usual):
        found.setdefault((usual[plain[column]], bool(IS_PERCENT.search(str(column)))), column)
    yield from ((column, name) for (name, _), column in found.items())


def _numbers(obs: pd.DataFrame, column: str) -> pd.Series:
    values = pd.to_numeric(obs[column].astype(object), errors="coerce").astype(float)
    bad = obs[column].notna() & values.isna()
    if bad.any():
        raise StudyError(
            f"composition: column '{column}' is no count of cells: sample {obs.index[bad][0]} has "
            f"{obs[column][bad].iloc[0]!r}; name columns of numbers in composition.measured"
        )
    wrong = (values < 0) | np.isinf(values)
    if wrong.any():
        raise StudyError(
            f"composition: column '{column}': sample {obs.index[wrong][0]} has "
            f"{values[wrong].iloc[0]:g}, which no count of cells can be; correct the sheet"
        )
    return values


def _percent_columns(
    values: Mapping[str, pd.Series], chosen: Mapping[str, str], named: Mapping[str, str]
) -> list[str]:
    """Columns in percent: by their names, or by what named columns sum to."""
    said = [column for column in chosen if IS_PERCENT.search(str(column))]
    if said or not named or TOTAL in chosen.values():
        return said
    table = pd.DataFrame(values)
    total = table[table.notna().all(axis=1)].sum(axis=1).median()
    return list(chosen) if TYPICAL[0] <= total <= TYPICAL[1] else []


def _from_fractions(parts: pd.DataFrame, told: list[str]) -> pd.DataFrame:
    """Percent, also where all columns hold shares of 1."""
    if parts.empty or not parts.shape[1]:
        return parts
    if parts.max().max() <= 1:
        told.append(f"{', '.join(parts)}: shares of 1, taken as percent of 100")
        return 100 * parts
    beyond = (parts > 100).any(axis=1)
    if beyond.any():
        sample = parts.index[beyond][0]
        name = parts.loc[sample].idxmax()
        raise StudyError(
            f"composition: {name}: sample {sample} has {parts.loc[sample, name]:g}% of the white "
            "cells; correct the sheet, or name the column in composition.measured without percent"
        )
    return parts


def _of_whole(counts: pd.DataFrame, parts: pd.DataFrame, told: list[str]) -> pd.DataFrame:
    """Percent of leukocytes, or of the sum of the types; of types not known in percent."""
    types = counts.drop(columns=TOTAL, errors="ignore")
    new = [name for name in types if name not in parts]
    main = [name for name in types if name in MAIN]
    if TOTAL in counts:
        total, of = counts[TOTAL], "leukocytes"
    elif set(SUMMED) <= set(types):
        total, of = types[main].sum(axis=1, skipna=False), f"the sum of {', '.join(main)}"
    else:
        total, of = None, ""
    if not new:
        return types[new]
    if total is None:
        told.append(f"{', '.join(new)}: left out: {NO_TOTAL}")
        return types[[]]
    told.append(f"{', '.join(new)}: percent of {of}")
    return 100 * types[new].div(total.where(total > 0), axis=0)


def whole(parts: pd.DataFrame) -> pd.Series:
    """Sum of the types that do not hold each other, of each sample."""
    within = [name for name in parts if name in LYMPHOCYTES]
    if "lymphocytes" in parts:
        parts = parts.drop(columns=within)
    elif "t_cells" in parts:
        parts = parts.drop(columns=["cd4_t_cells", "cd8_t_cells"], errors="ignore")
    return parts.sum(axis=1, min_count=1)


def _overfull(parts: pd.DataFrame) -> pd.Series:
    """Say of which samples the types are more than the white cells."""
    total = whole(parts)
    over = total > FULL
    there = parts.notna().any(axis=1).sum()
    if over.sum() > MOST_WRONG * max(there, 1):
        sample = parts.index[over][0]
        raise StudyError(
            f"composition: {', '.join(parts)} sum to more than all white cells in {over.sum()} of "
            f"{there} samples ({sample}: {total[sample]:.0f}%): are they of one unit, and "
            "leukocytes too? name the right columns in composition.measured"
        )
    note = pd.Series("", index=parts.index)
    return note.mask(over, [f"types sum to {value:.0f}% of white cells" for value in total])


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
