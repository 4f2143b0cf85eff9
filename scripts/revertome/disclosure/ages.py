"""Ages that do not tell a person: 90 and older as one, and optionally bands."""

import re

import numpy as np
import pandas as pd

from revertome.handling import spaced

AGE = re.compile(r"\bage\b", re.IGNORECASE)
UNITS = {"month": 12.0, "week": 365.25 / 7, "day": 365.25}  # of a year, by a word of the name
# Ages over 89 are identifiers (HIPAA safe harbour, 45 CFR 164.514(b)(2)(i)(C)).
OLDEST = 90
POSSIBLE = 130  # years; larger numbers are in another unit


def hidden_ages(column: pd.Series, bands: int | None) -> pd.Series:
    """Ages with 90 for all of 90 and older; with `bands`, the midpoint of the band of years.

    A midpoint stays a number: as a covariate it costs one coefficient, as the age itself does,
    where a factor of bands would cost one for each.

    Parameters
    ----------
    column : Series
        Any column; returned as it is where its name does not say that it holds ages.
    bands : int or None
        Width in years; None leaves ages below 90 as they are.
    """
    name = spaced(str(column.name))
    if not AGE.search(name) or not pd.api.types.is_numeric_dtype(column):
        return column
    unit = next((n for word, n in UNITS.items() if word in name.lower()), 1.0)
    years = column.astype(float) / unit
    if years.max() > POSSIBLE:
        return column
    shown = years if bands is None else np.floor(years / bands) * bands + bands / 2
    oldest = years >= OLDEST
    if bands is None and not oldest.any():
        return column
    return (shown.mask(oldest, OLDEST) * unit).round(6)
