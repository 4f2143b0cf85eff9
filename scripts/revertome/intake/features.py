"""Rows of a matrix that are no features, or features more than once."""

import warnings

import numpy as np
import pandas as pd

from revertome.errors import StudyError
from revertome.intake.columns import few
from revertome.intake.read.numbers import MISSING_NUMBERS


def named(values: pd.DataFrame, matrix: str) -> pd.DataFrame:
    """Leave out rows without a feature id, with a warning.

    Parameters
    ----------
    values
        Features x samples.
    matrix
        The file, for the message.
    """
    ids = values.index.astype(str)
    nameless = np.array([name.lower() in MISSING_NUMBERS for name in ids], dtype=bool)
    if not nameless.any():
        return values
    warnings.warn(
        f"{matrix}: {int(nameless.sum())} rows without a feature id "
        f"({few(sorted(set(ids[nameless])))}) "
        "are left out",
        stacklevel=3,
    )
    return values[~nameless]


def warn_of_repeats(features: pd.Index, matrix: str) -> None:
    """Say which features have several rows: probes of one gene, or rows pasted twice."""
    twice = sorted(features[features.duplicated()].unique())
    if len(twice):
        warnings.warn(
            f"{matrix}: {len(twice)} features have more than one row ({few(twice)}); all rows are "
            "used: counts of a gene are summed, other values become one by normalise.collapse",
            stacklevel=3,
        )


def refuse_columns_of_sheet(
    values: pd.DataFrame, samples: pd.DataFrame, sheet: str, matrix: str
) -> None:
    """Refuse a row that is a column of the sample sheet, as a second header line is.

    Parameters
    ----------
    values
        Features x samples.
    samples
        Columns of the sheet; index: sample.
    """
    numeric = {str(name).casefold(): name for name in samples.select_dtypes("number")}
    for n, name in enumerate(values.index.astype(str)):
        if name.casefold() not in numeric:
            continue
        column = samples[numeric[name.casefold()]]
        if np.array_equal(values.iloc[n], column.reindex(values.columns), equal_nan=True):
            raise StudyError(
                f"{matrix}: row '{name}' is no feature: it holds the column '{column.name}' of "
                f"{sheet}; remove the row"
            )
