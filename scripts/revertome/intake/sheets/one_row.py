"""Samples with several rows in a sheet: one for each file, or one for each colour of an array."""

from collections.abc import Iterable

import numpy as np
import pandas as pd

from revertome.errors import StudyError
from revertome.intake.columns import few


def one_row_each(
    table: pd.DataFrame, samples: pd.DataFrame, asked: Iterable[str], source: str
) -> pd.DataFrame:
    """Make one row of the rows of a sample that say the same of it.

    Parameters
    ----------
    table
        Sheet as read, index as of `samples`.
    samples
        Roles of the samples and further columns.
    asked
        Columns that must agree; others are emptied for a sample whose rows differ.
    source
        File or series, for the messages.

    Returns
    -------
    `samples`, the first row of each.

    Raises
    ------
    StudyError
        Rows of one sample that differ in what is asked for.
    """
    repeated = samples[samples["sample"].duplicated(keep=False)]
    if repeated.empty:
        return samples
    numbers = repeated.groupby("sample").nunique(dropna=False)
    differ = numbers > 1
    for name in asked:
        if name in differ and differ[name].any():
            sample = differ.index[differ[name]][0]
            rows = repeated[repeated["sample"] == sample]
            lines = f"{rows.index.name or 'row'} {', '.join(map(str, rows.index[:5]))}"
            values = few(rows[name].astype(object).where(rows[name].notna(), "empty").unique())
            raise StudyError(
                f"{source}: sample {few([sample])} occurs more than once ({lines}) with different "
                f"{name} ({values}); every sample needs one row{_advice(table.loc[rows.index])}"
            )
    once = samples.drop_duplicates("sample").copy()
    for name in differ.columns[differ.any()]:
        lost = once["sample"].isin(differ.index[differ[name]])
        once[name] = once[name].mask(lost, np.nan)
    print(
        f"{source}: {len(repeated)} rows are of {len(differ)} samples and say the same of them; "
        "each is one sample (its values are those of its column in the matrix)"
    )
    return once


def _advice(rows: pd.DataFrame) -> str:
    """Which column tells the two colours of an array apart."""
    for name in rows:
        labels = rows[name].dropna().unique()
        if str(name).lower() in ("label", "dye", "channel") and len(labels) > 1:
            return f"; of an array with two colours choose one with intake.keep: {{{name}: [...]}}"
    return "; correct it, or choose with intake.keep"
