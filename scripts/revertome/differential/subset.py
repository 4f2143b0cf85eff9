"""A subset of the samples, by columns of the sample sheet."""

from collections.abc import Mapping, Sequence

import pandas as pd

from revertome.errors import StudyError
from revertome.sheet_word import sheet_word


def in_subset(
    obs: pd.DataFrame, healthy: pd.Series, wanted: Mapping[str, Sequence[object]]
) -> pd.Series:
    """Mask of the samples with one of the wanted values in every column.

    Parameters
    ----------
    obs : DataFrame, (n, ...)
        Samples.
    healthy : Series of bool, (n,)
        Healthy samples; one without a value in a column is kept.
    wanted : dict of str to list
        Values to keep by column; text and numbers are compared as text.

    Returns
    -------
    Series of bool, (n,)

    Raises
    ------
    StudyError
        When there is no such column, or a value does not occur in it.
    """
    keep = pd.Series(True, index=obs.index)
    for column, values in wanted.items():
        if column not in obs:
            raise StudyError(
                f"differential.subset: the samples have no column {column}; "
                f"there are {', '.join(sorted(map(str, obs.columns)))}"
            )
        text = obs[column].map(sheet_word, na_action="ignore").astype(object)
        present = sorted(text.dropna().unique())
        absent = [str(value) for value in values if sheet_word(value) not in present]
        if absent:
            raise StudyError(
                f"differential.subset: {column} is never {', '.join(absent)}; "
                f"found {', '.join(present[:10])}"
            )
        # ASSUME a column that healthy samples leave empty (arm) says nothing about them.
        keep &= text.isin([sheet_word(value) for value in values]) | (healthy & text.isna())
    return keep
