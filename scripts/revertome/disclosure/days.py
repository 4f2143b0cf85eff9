"""Days without their dates: counted from each person's baseline, or as numbered batches."""

import pandas as pd

from revertome.errors import StudyError


def from_baseline(days: pd.Series, people: pd.Series, baseline: pd.Series) -> pd.Series:
    """Days from each person's own baseline.

    Parameters
    ----------
    days : Series
        Of `days_of`.
    people : Series
        Person of each row.
    baseline : Series of bool
        Rows of the baseline visit. Who has none, as healthy people, counts from the own first day.

    Raises
    ------
    StudyError
        Each person has one date that never moves, such as a birth: its days would all be 0.
    """
    people = people.astype(str)
    start = days.where(baseline).groupby(people.to_numpy()).transform("min")
    first = days.groupby(people.to_numpy()).transform("min")
    counted = days - start.fillna(first)
    rows = people[days.notna()].duplicated(keep=False)
    if rows.any() and not counted.loc[rows.index[rows]].any():
        raise StudyError(
            f"'{days.name}' holds one date for each person, such as a birth or a diagnosis, of "
            "which no days from the baseline can be counted; give a duration in its place"
        )
    return counted


def as_batches(days: pd.Series, name: str) -> pd.Series:
    """Codes in the order of days, such as batch1, batch2, ...: days of processing without dates."""
    known = sorted(days.dropna().unique())
    width = len(str(len(known)))
    words = {day: f"{name}{k:0{width}d}" for k, day in enumerate(known, start=1)}
    return days.map(words).astype(object)
