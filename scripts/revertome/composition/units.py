"""Percent of white cells from what columns hold: percent, shares of 1 or numbers of cells."""

from collections.abc import Mapping, Sequence

import pandas as pd

from revertome.count_columns import IS_PERCENT, LYMPHOCYTES, MAIN, TOTAL, is_share
from revertome.errors import StudyError

SUMMED = ("neutrophils", "lymphocytes")  # without which a sum is not the white cells
FULL = 105.0  # percent beyond which the types of a sample are more than its white cells
# ASSUME neutrophils and lymphocytes are never so few together, in percent. Shares of 1 among
# percent, leukocytes of another unit and rows of zeros are.
EMPTY = FULL / 100
# ASSUME columns that sum to this in the typical sample are percent where no name says so: as
# numbers they would be 25 x 10^9/l and more, or 0.1 and less.
TYPICAL = (25.0, FULL)
LOWEST = 10.0  # and in every sample: otherwise some are numbers, as of another site
MOST_WRONG = 0.2  # share of samples from which the columns are in doubt, not the samples
NO_TOTAL = (
    "numbers of cells tell no percent without a column of leukocytes; columns of percent have "
    "percent in their names"
)


def percent_columns(
    values: Mapping[str, pd.Series], chosen: Mapping[str, str], told: list[str]
) -> list[str]:
    """Columns in percent, or shares of 1: by their names, or by what all sum to."""
    said = [column for column in values if IS_PERCENT.search(column)]
    columns = [column for column in values if chosen[column] != TOTAL]
    table = pd.DataFrame(values).dropna()
    if said or table.empty or not columns:
        return said
    total = whole(table[columns].set_axis([chosen[column] for column in columns], axis=1))
    of = [table[column] for column in values if chosen[column] == TOTAL]
    if of and TYPICAL[0] <= 100 * (total / of[0].where(of[0] > 0)).median() <= TYPICAL[1]:
        return []  # numbers of one unit
    units = (1, 100) if set(SUMMED) <= {chosen[column] for column in columns} else (1,)
    if not any(_like_percent(unit * total) for unit in units):
        return []
    told.append(
        f"{', '.join(columns)}: not taken as numbers of cells, as they sum to "
        f"{total.median():.3g} in the typical sample"
    )
    return columns


def _like_percent(total: pd.Series) -> bool:
    """Whether sums are of percent in every sample, not of numbers of cells in some."""
    return bool(TYPICAL[0] <= total.median() <= TYPICAL[1] and total.min() >= LOWEST)


def from_fractions(parts: pd.DataFrame, columns: Sequence[str], told: list[str]) -> pd.DataFrame:
    """Percent, also where all columns hold shares of 1."""
    if not parts.shape[1]:
        return parts
    # Eosinophils, basophils and rare cells may all be less than 1%.
    common = set(SUMMED) & set(parts) or all(map(is_share, columns))
    if common and parts.max().max() <= 1:
        told.append(f"{', '.join(parts)}: shares of 1, taken as percent of 100")
        return 100 * parts
    for name in (name for name in SUMMED if name in parts):
        if (parts[name].dropna() <= EMPTY).mean() > 1 - MOST_WRONG:
            raise StudyError(
                f"composition: {name} are {parts[name].median():g}% in the typical sample: are "
                "they shares of 1 beside percent? give all types in one unit"
            )
    beyond = (parts > 100).any(axis=1)
    if beyond.any():
        sample = parts.index[beyond][0]
        name = parts.loc[sample].idxmax()
        raise StudyError(
            f"composition: {name}: sample {sample} has {parts.loc[sample, name]:g}% of the white "
            "cells; correct the sheet, or where these are numbers of cells, rename the column "
            "without percent"
        )
    return parts


def of_whole(counts: pd.DataFrame, parts: pd.DataFrame, told: list[str]) -> pd.DataFrame:
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
