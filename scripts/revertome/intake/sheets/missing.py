"""What counts as missing in a sheet, said by column; and words that only look like it."""

import warnings
from collections.abc import Iterable, Mapping

import pandas as pd

from revertome.intake.columns import few
from revertome.intake.missing_words import MISSING
from revertome.trial import is_healthy

# ASSUME may mean missing, or be a value (`ND`: not done, or not detected), so only told.
LOOKS_MISSING = {
    "unknown", "unk", "unk.", "n.d.", "n/d", "nd", "n.a.", "missing", "not done", "not available",
    "not known", "not specified", "not recorded", "not collected", "not determined", "not provided",
    "no data", "tbd", "?", "??", "-", "---", "n.k.", "n/k", "not assessed", "not tested",
}  # fmt: skip
CODES = (-9, -99, -999, -9999, 999, 9999)  # of statistics programs, in columns of numbers


def say_missing(sheet: pd.DataFrame, source: str) -> None:
    """Print the words of each column that were taken as missing, with their counts.

    Parameters
    ----------
    sheet
        Text as it stands, empty cells as NaN.
    source
        File or series.
    """
    found = {name: _counts(column, MISSING) for name, column in sheet.items()}
    named = [f"{name}: {words}" for name, words in found.items() if words]
    if named:
        more = f"; and {len(named) - 40} more columns" if len(named) > 40 else ""
        print(f"{source}: taken as missing, by column: {'; '.join(named[:40])}{more}")


def warn_of_likely_missing(
    roles: pd.DataFrame, mapped: bool, names: Iterable[str], source: str
) -> None:
    """Warn of words that are taken as values and look like a missing one.

    Parameters
    ----------
    roles
        Columns of the study; text and numbers.
    mapped
        Whether `intake.fields` can map the columns.
    names
        Columns to look at.
    source
        File or series.

    Warns
    -----
    UserWarning
        Once a column, with the words, their counts and what to do.
    """
    for name in names:
        words = _counts(roles[name].dropna(), LOOKS_MISSING) if name in roles else ""
        if words:
            how = "" if not mapped else f", or map it to null in intake.fields.{name}.values"
            warnings.warn(
                f"{source}: column '{name}': {words} looks like a missing value and is taken as a "
                f"value; if it is missing, leave it empty{how}",
                stacklevel=3,
            )


def warn_of_none(
    raw: Mapping[str, pd.Series], roles: pd.DataFrame, healthy: str | None, source: str
) -> None:
    """Warn where `none`, which counts as missing, is said of patients: it may be an arm or a label.

    Parameters
    ----------
    raw
        Columns as they stand in the sheet, by role.
    roles
        The same roles with missing values, and `group`.
    healthy
        Value of `group` of healthy samples.
    source
        File or series.
    """
    sick = ~is_healthy(roles, {"healthy": healthy})
    for role, column in raw.items():
        lost = sick & column.astype(str).str.lower().eq("none") & roles[role].isna()
        if lost.any():
            warnings.warn(
                f"{source}: {role} 'none' of {int(lost.sum())} samples of patients counts as "
                f"missing; if it is a value, set intake.fields.{role}.values: {{none: untreated}}, "
                "or what it means; if it is not, set {none: null}",
                stacklevel=3,
            )


def _counts(column: pd.Series, words: set[str]) -> str:
    """Words of the column that are among `words`, with counts: `'NA' (3)`."""
    if pd.api.types.is_numeric_dtype(column):
        odd = _codes(column.dropna()).map("{:g}".format)
    else:
        odd = column[column.isin([word for word in column.unique() if str(word).lower() in words])]
    return ", ".join(f"{few([word])} ({n})" for word, n in odd.value_counts().sort_index().items())


def _codes(values: pd.Series) -> pd.Series:
    """Codes far outside the other values."""
    code = values.isin(CODES)
    rest = values[~code]
    if rest.empty:
        return values[:0]
    return values[code & (((values < 0) & (rest.min() >= 0)) | (values > 2 * rest.max()))]
