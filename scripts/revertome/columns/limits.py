"""What values a column of a result table can hold: read from its unit and its name."""

import re

from revertome.columns.form import Column

_BETWEEN = re.compile(r"(-?\d+(?:\.\d+)?) to (-?\d+(?:\.\d+)?)")
# Standard errors, degrees of freedom and numbers of people are never negative.
_POSITIVE = re.compile(r"(?:se_|df\d?(?:_|$)|n$|n_).*")
_BOUNDLESS = re.compile(r"df\d?(?:_.*)?|recovered_.*")  # df: one variance for all; Fieller: open


def limits(column: Column) -> tuple[float, float]:
    """Smallest and largest value of a column of numbers; infinite where there is none."""
    if found := _BETWEEN.fullmatch(column.unit):
        return float(found[1]), float(found[2])
    return (0.0 if _POSITIVE.fullmatch(column.name) else -float("inf")), float("inf")


def finite(column: Column) -> bool:
    """Whether every number of a column is finite."""
    return _BOUNDLESS.fullmatch(column.name) is None
