"""What tells the scale of each sample, measured from its bulk."""

import numpy as np
import pandas as pd

from revertome.arrays import Array
from revertome.intake.scale_evidence import row_blocks

BULK = (1, 25, 50, 75, 99)  # percentiles
ROWS = 6000  # as many rows tell quantiles well enough; a larger table is read at equal steps
# ASSUME values logged to base 2, e or 10 stay below 25, and unlogged ones do not.
LARGEST_LOGARITHM = 25
NEAR_A_MILLION = 0.04  # as a share; TPM of which some are missing sum to a little less


def some_rows(values: Array) -> Array:
    """Rows of a matrix at equal steps, at most `ROWS` of them."""
    step = -(-len(values) // ROWS)
    return values[::step]


def sample_evidence(values: pd.DataFrame) -> pd.DataFrame:
    """Measure each sample of a matrix.

    Parameters
    ----------
    values
        Features x samples; NaN where missing.

    Returns
    -------
    One row a sample: 1, 25, 50, 75, 99 (percentiles of the values present, at least the third from
    the ends; of a large table those of some of its rows); high: 99.9th percentile, at least the
    fourth largest, so that single cells do not move it; range: 99th less 1st percentile; minimum,
    maximum, total: of all values; share_integer: of the values that are not 0, in the same rows;
    step: greatest common divisor of whole numbers, 1 where they are not whole. NaN in samples
    without a value.
    """
    x = values.to_numpy()
    rows = some_rows(x)
    found = pd.DataFrame(_bulk(rows), index=values.columns)
    found["range"] = found[99] - found[1]
    for name, column in _whole(x).items():
        found[name] = column
    found["share_integer"] = _share_integer(rows)
    found["step"] = _steps(rows, found["share_integer"].to_numpy() == 1)
    return found


def middle_high(values: Array) -> float:
    """99.9th percentile of the row medians, of 100 features and more at least the second largest.

    Neither single cells nor a minority of the samples move it, and of many features no single one.
    """
    rows = some_rows(values)
    medians = np.sort(_at(np.sort(rows.T, axis=0), 0.5))
    medians = medians[~np.isnan(medians)]
    if not len(medians):
        return np.nan
    above = max(round(0.001 * (len(medians) - 1)), min(len(medians) // 100, 3))
    return float(medians[-1 - above])


def _bulk(rows: Array) -> dict[int | str, Array]:
    ranked = np.sort(rows, axis=0)
    return {q: _at(ranked, q / 100) for q in BULK} | {"high": _high(ranked)}


def _at(ranked: Array, q: float) -> Array:
    """Quantile of each sorted column, whose NaN come last; at least third from the ends."""
    present = (~np.isnan(ranked)).sum(axis=0)
    inner = np.clip(np.rint(q * (present - 1)), 2, np.fmax(present - 3, 2))
    return _take(ranked, np.fmin(inner, present - 1))


def _high(ranked: Array) -> Array:
    present = (~np.isnan(ranked)).sum(axis=0)
    return _take(ranked, np.minimum(np.rint(0.999 * (present - 1)), present - 4))


def _take(ranked: Array, position: Array) -> Array:
    at = np.clip(position, 0, len(ranked) - 1).astype(int)
    taken: Array = np.take_along_axis(ranked, at[None], axis=0)[0]
    return taken


def _whole(x: Array) -> dict[str, Array]:
    """Count over the whole matrix, a block of rows at a time."""
    n = x.shape[1]
    low, high = np.full(n, np.inf), np.full(n, -np.inf)
    total = np.zeros(n)
    for block in row_blocks(len(x)):
        part = x[block]
        low, high = np.fmin(low, np.fmin.reduce(part)), np.fmax(high, np.fmax.reduce(part))
        total += np.nansum(part, axis=0)
    empty = low > high
    return {
        "minimum": np.where(empty, np.nan, low),
        "maximum": np.where(empty, np.nan, high),
        "total": np.where(empty, np.nan, total),
    }


def _share_integer(rows: Array) -> Array:
    integer = ((rows == np.floor(rows)) & (rows != 0)).sum(axis=0)
    counted = (~np.isnan(rows) & (rows != 0)).sum(axis=0)
    share: Array = np.divide(integer, counted, out=np.ones(rows.shape[1]), where=counted > 0)
    return share


def _steps(rows: Array, whole: Array) -> Array:
    steps = np.ones(rows.shape[1])
    # Few numbers may share a divisor by chance.
    exact = (
        whole
        & ((rows > 0).sum(axis=0) >= 20)
        & (np.nanmax(np.abs(rows), axis=0, initial=0) < 2**53)
    )
    counts = np.nan_to_num(rows[:, exact]).astype(np.int64)
    steps[exact] = np.gcd.reduce(counts, axis=0)
    return np.fmax(steps, 1)
