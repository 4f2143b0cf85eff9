"""Covariates in two units: percent in some samples, fractions in others."""

import warnings
from collections.abc import Sequence

import pandas as pd

from revertome.intake.columns import few

_APART = 5  # the smallest percent is that many times the largest fraction
_ALIKE = 2  # times 100, fractions lie within the percents, or at most a factor of 2 outside


def warn_of_units(samples: pd.DataFrame, covariates: Sequence[str], source: str) -> None:
    """Warn of numeric covariates that look like percent and fraction in one column.

    Parameters
    ----------
    samples
        Index: sample; covariates as columns.
    """
    for name in covariates:
        column = samples[name]
        if not pd.api.types.is_float_dtype(column) or not column.between(0, 100).all():
            continue
        shares, percents = column[column.between(0, 1, inclusive="right")], column[column > 1]
        if shares.empty or percents.empty or percents.min() < _APART * shares.max():
            continue
        inside = (100 * shares).between(percents.min() / _ALIKE, percents.max() * _ALIKE)
        if inside.all():
            warnings.warn(
                f"{source}: covariate '{name}' is a fraction in {len(shares)} samples "
                f"({few(shares.index, 3)}) and percent in {len(percents)}, as it seems; give all "
                "in one unit",
                stacklevel=3,
            )
