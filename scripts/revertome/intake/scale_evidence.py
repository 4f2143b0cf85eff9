"""What tells the scales of a matrix apart, measured."""

import numpy as np

from revertome.arrays import Array

BLOCK = 2048  # rows looked at together, so that no second matrix is needed
BASES = {"log2": 2.0, "ln": float(np.e), "log10": 10.0}
# ASSUME natural logarithms of intensities have their 99.9% quantile below 11.2 (73,000), where log2
# intensities have theirs above; log10 below 6.5.
LARGEST_LN, LARGEST_LOG10 = 11.2, 6.5


def base_of_size(high: float) -> str:
    """Name the base to which intensities were logged, told by the largest of them."""
    if high < LARGEST_LOG10:
        return "log10"
    return "ln" if high < LARGEST_LN else "log2"


def scale_evidence(
    values: Array, whole: Array | None = None, logged: bool = True
) -> dict[str, float]:
    """Measure what tells scales apart.

    Parameters
    ----------
    values
        Features x samples of the study; NaN where missing.
    whole
        The matrix with the samples outside the study, over which rows may have been centred;
        `values` when None.
    logged
        Look for values per million that were logged, which takes a third of the time.

    Returns
    -------
    minimum, q0.1, median, q99.9, maximum; share_negative, share_integer and share_zero of the
    values present; largest_centre: largest absolute row median or mean (the smaller of the two
    kinds) as a share of the 0.1-99.9% range, near 0 when rows were centred; share_unit_sd: rows
    whose standard deviation is 1, most of them in z-scores; column_sum: median over samples, and
    column_sum_spread: its range as a share of it, 0 in values per million; with `logged`, for
    values of at most 25 and none below 0, also spread_log2, spread_ln, spread_log10: the same of
    b^x - 1, 0 for the base b to which values per million were logged.
    """
    low, middle, high = _quantiles(values)
    shares = _shares(values)
    found = {
        "minimum": float(np.nanmin(values)),
        "q0.1": low,
        "median": middle,
        "q99.9": high,
        "maximum": float(np.nanmax(values)),
        **shares,
    }
    found |= _rows(values if whole is None else whole, max(high - low, 1e-300))
    found["column_sum"], found["column_sum_spread"] = _sums(values)
    if logged and found["minimum"] >= 0 and found["maximum"] <= 25:
        for name, base in BASES.items():
            found[f"spread_{name}"] = _sums(values, float(np.log(base)))[1]
    return found


def _quantiles(values: Array) -> list[float]:
    """Quantiles of the values present; the only step that copies the matrix, once."""
    missing = np.isnan(values)
    present = values[~missing] if missing.any() else values.flatten()
    return [float(q) for q in np.quantile(present, [0.001, 0.5, 0.999], overwrite_input=True)]


def row_blocks(n: int) -> list[slice]:
    """Slices that cover `n` rows, `BLOCK` at a time."""
    return [slice(start, start + BLOCK) for start in range(0, n, BLOCK)]


def _shares(values: Array) -> dict[str, float]:
    negative = integer = zero = present = 0
    for block in row_blocks(len(values)):
        part = values[block]
        negative += int((part < 0).sum())
        integer += int((part == np.floor(part)).sum())
        zero += int((part == 0).sum())
        present += int((~np.isnan(part)).sum())
    return {
        "share_negative": negative / present,
        "share_integer": integer / present,
        "share_zero": zero / present,
    }


def _rows(values: Array, spread: float) -> dict[str, float]:
    largest_median = largest_mean = -np.inf
    whole, unit = 0, [0, 0]
    for block in row_blocks(len(values)):
        rows = values[block]
        rows = rows[np.isfinite(rows).all(axis=1)]
        if not rows.size:
            continue
        whole += len(rows)
        largest_median = max(largest_median, float(np.abs(np.median(rows, axis=1)).max()))
        largest_mean = max(largest_mean, float(np.abs(rows.mean(axis=1)).max()))
        sd, n = rows.std(axis=1), rows.shape[1]
        for ddof in (0, 1):
            if n > ddof:
                unit[ddof] += int((np.abs(sd * np.sqrt(n / (n - ddof)) - 1) < 1e-3).sum())
    if not whole:
        return {"largest_centre": np.nan, "share_unit_sd": np.nan}
    centre = min(largest_median, largest_mean)
    return {"largest_centre": centre / spread, "share_unit_sd": max(unit) / whole}


def _sums(values: Array, log_base: float | None = None) -> tuple[float, float]:
    """Median and spread of the sums of samples, of the values or of base^value - 1."""
    total = np.zeros(values.shape[1])
    for block in row_blocks(len(values)):
        part = values[block] if log_base is None else np.expm1(values[block] * log_base)
        total += np.nansum(part, axis=0)
    middle = float(np.median(total))
    spread = float(np.ptp(total)) / abs(middle) if middle else np.inf
    return middle, spread if len(total) > 1 else np.inf
