"""What tells the scales of a matrix apart, measured."""

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float64]
BASES = {"log2": 2.0, "ln": float(np.e), "log10": 10.0}


def scale_evidence(values: Array, whole: Array | None = None) -> dict[str, float]:
    """Measure what tells scales apart.

    Parameters
    ----------
    values
        Features x samples of the study; NaN where missing.
    whole
        The matrix with the samples outside the study, over which rows may have been centred;
        `values` when None.

    Returns
    -------
    minimum, q0.1, median, q99.9, maximum; share_negative, share_integer and share_zero of the
    values present; largest_centre: largest absolute row median or mean (the smaller of the two
    kinds) as a share of the 0.1-99.9% range, near 0 when rows were centred; share_unit_sd: rows
    whose standard deviation is 1, most of them in z-scores; column_sum: median over samples, and
    column_sum_spread: its range as a share of it, 0 in values per million; for values of at most
    25 and none below 0 also spread_log2, spread_ln, spread_log10: the same of b^x - 1, 0 for the
    base b to which values per million were logged.
    """
    present = values[~np.isnan(values)]
    low, middle, high = np.quantile(present, [0.001, 0.5, 0.999])
    found = {
        "minimum": float(present.min()),
        "q0.1": float(low),
        "median": float(middle),
        "q99.9": float(high),
        "maximum": float(present.max()),
        "share_negative": float((present < 0).mean()),
        "share_integer": float((present == np.floor(present)).mean()),
        "share_zero": float((present == 0).mean()),
    }
    found |= _rows(values if whole is None else whole, max(float(high - low), 1e-300))
    found["column_sum"], found["column_sum_spread"] = _sums(values)
    if found["minimum"] >= 0 and found["maximum"] <= 25:
        for name, base in BASES.items():
            found[f"spread_{name}"] = _sums(np.expm1(values * np.log(base)))[1]
    return found


def _rows(values: Array, spread: float) -> dict[str, float]:
    rows = values[~np.isnan(values).any(axis=1)]
    if not rows.size:
        return {"largest_centre": np.nan, "share_unit_sd": np.nan}
    medians = float(np.abs(np.median(rows, axis=1)).max())
    means = float(np.abs(rows.mean(axis=1)).max())
    unit = [
        float((np.abs(rows.std(axis=1, ddof=ddof) - 1) < 1e-3).mean())
        for ddof in (0, 1)
        if rows.shape[1] > ddof
    ]
    return {"largest_centre": min(medians, means) / spread, "share_unit_sd": max(unit)}


def _sums(values: Array) -> tuple[float, float]:
    sums = np.nansum(values, axis=0)
    middle = float(np.median(sums))
    spread = float(np.ptp(sums)) / abs(middle) if middle else np.inf
    return middle, spread if len(sums) > 1 else np.inf
