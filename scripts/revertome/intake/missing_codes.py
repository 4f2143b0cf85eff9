"""Numbers that stand for missing values, such as -999."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from revertome.arrays import Array
from revertome.errors import StudyError
from revertome.intake.columns import few

CODES = (-1, -9, -99, -999, -9999, -99999, 999, 9999, 99999, 999999)


def set_missing(values: pd.DataFrame, stand_for: Sequence[float], source: str) -> pd.DataFrame:
    """Empty the cells that hold one of the numbers of `intake.missing_values`.

    Raises
    ------
    StudyError
        A number that occurs nowhere.
    """
    for number in stand_for:
        hit = values.to_numpy() == number
        if not hit.any():
            raise StudyError(
                f"intake.missing_values: {number:g} does not occur in the samples of the study in "
                f"{source}; write it as the file has it, or remove it"
            )
        print(f"{source}: {number:g} is a missing value in {int(hit.sum())} cells")
        values = values.mask(hit)
    return values


def refuse_codes(
    values: pd.DataFrame, evidence: pd.DataFrame, logarithms: bool, source: str
) -> None:
    """Refuse numbers that seem to stand for missing.

    Among logarithms of intensities the lowest value where it is 0 or a code (-1, -9, -99, ...) and
    far from the next; elsewhere codes that are alone below 0 or more frequent than their neighbours.

    Parameters
    ----------
    values, evidence
        Features x samples, and their `sample_evidence`.
    logarithms
        Whether the values are logarithms of intensities, of which 0 is none.
    source
        File, for the message.

    Raises
    ------
    StudyError
        Names the number, how often it stands where, and what to set.
    """
    for code in _codes(values.to_numpy(), logarithms, evidence):
        _refuse_code(values, code, source)


def _codes(x: Array, zeros: bool, evidence: pd.DataFrame) -> list[float]:
    lowest, highest = evidence["minimum"].min(), evidence["maximum"].max()
    if zeros:
        return [lowest] if _lone_lowest(x, lowest, evidence) else []
    negative = np.unique(x[x < 0]) if lowest < 0 else np.empty(0)
    if len(negative) == 1 and negative[0] in CODES:
        return [float(negative[0])]
    return [code for code in CODES if lowest <= code <= highest and _too_frequent(x, code)]


def _lone_lowest(x: Array, lowest: float, evidence: pd.DataFrame) -> bool:
    """Whether the lowest logarithm is 0 or a code below it, far from the next."""
    if lowest not in (0, *CODES):
        return False
    varies = ~(np.isnan(x) | (x == lowest)).all(axis=1)
    rest = x[varies]
    held = rest == lowest
    if not held.any() or held.mean() > 0.5:
        return False
    present = rest[~held & ~np.isnan(rest)]
    few_lowest = max(int(0.001 * len(present)), 1)
    next_lowest = np.partition(present, few_lowest)[few_lowest]
    spread = float((evidence["high"] - evidence[1]).median())
    return bool(next_lowest - lowest > max(1.2, 0.15 * spread))


def _too_frequent(x: Array, code: float) -> bool:
    """Whether a number occurs far more often than whole numbers about it."""
    exact = int((x == code).sum())
    if exact < 3:
        return False
    window = max(3.0, 0.05 * abs(code))
    near = x[np.abs(x - code) <= window]
    expected = float(((near == np.floor(near)) & (near != code)).sum()) / (2 * window)
    return exact > 3 + 10 * expected


def _refuse_code(values: pd.DataFrame, code: float, source: str) -> None:
    hit = values.to_numpy() == code
    row, column = np.argwhere(hit)[0]
    by_sample = pd.Series(hit.sum(axis=0), values.columns).sort_values(ascending=False)
    samples = by_sample.index[by_sample > 0]
    raise StudyError(
        f"{source}: {code:g} stands in {int(hit.sum())} cells of {len(samples)} samples (most in "
        f"{few(samples[:1])}: {by_sample.iloc[0]}; first: feature '{values.index[row]}', sample "
        f"'{values.columns[column]}'), far from the other values or more often than they; it seems "
        f"to stand for missing.\nSet intake.missing_values: [{code:g}], or [] if it was measured"
    )
