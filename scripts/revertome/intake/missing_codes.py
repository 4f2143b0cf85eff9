"""Numbers that stand for missing values, such as -999."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from revertome.arrays import Array
from revertome.errors import StudyError
from revertome.intake.columns import few
from revertome.intake.sample_evidence import LARGEST_LOGARITHM

CODES = (-1, -9, -99, -999, -9999, -99999, 99, 999, 9999, 99999, 999999)
SEVERAL = 8  # features, of which a genuine 0 would not be


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
        print(f"{source}: {number:g} is a missing value ({int(hit.sum())} times)")
        values = values.mask(hit)
    return values


def refuse_codes(
    values: pd.DataFrame, evidence: pd.DataFrame, logarithms: bool, zeros: bool, source: str
) -> None:
    """Refuse numbers that seem to stand for missing.

    0 or a code (-1, -9, -99, ...) that is lowest and far from the next; one number above all
    logarithms; codes that are alone below 0, or more frequent than their neighbours.

    Parameters
    ----------
    values, evidence
        Features x samples, and their `sample_evidence`.
    logarithms
        Whether the values are logarithms.
    zeros
        Whether 0 is no measurement: of intensities it is none, of counts and TPM it is.
    source
        File, for the message.

    Raises
    ------
    StudyError
        Names the number, how often it stands where, and what to set.
    """
    for code in _codes(values.to_numpy(), logarithms, zeros, evidence):
        _refuse_code(values, code, source)


def _codes(x: Array, logarithms: bool, zeros: bool, evidence: pd.DataFrame) -> list[float]:
    lowest, highest = evidence["minimum"].min(), evidence["maximum"].max()
    if zeros and _lone_lowest(x, lowest, logarithms, evidence):
        return [float(lowest)]
    if lowest < 0 and lowest in CODES and (x < 0).sum() == (x == lowest).sum():
        return [float(lowest)]
    if logarithms:
        large, count = np.unique(x[x > LARGEST_LOGARITHM], return_counts=True)
        common = (count >= max(3, count.sum() / 2)) & (large > 3 * LARGEST_LOGARITHM)
        return [float(n) for n in large if n in CODES] + [float(n) for n in large[common]]
    return [code for code in CODES if lowest <= code <= highest and _too_frequent(x, code)]


def _lone_lowest(x: Array, lowest: float, logarithms: bool, evidence: pd.DataFrame) -> bool:
    """Whether the lowest value is 0 or a code below it, far from the next as logarithms are."""
    if lowest not in (0, *CODES):
        return False
    held = x == lowest
    some = held.any(axis=1) & ~held.all(axis=1)
    if lowest < 0 and logarithms and (x < 0).sum() == held.sum():
        return bool(some.any())
    low, high = evidence[1].median(), evidence["high"].median()
    next_lowest = np.fmin.reduce(np.where(held[some], np.nan, x[some]), axis=1)
    if not logarithms:
        lowest, low, high = np.log2(np.fmax([lowest, low, high], 1))
        next_lowest = np.log2(np.fmax(next_lowest, 1))
    # A gene of men may well be 0 in the one woman: several features are looked at, and where the
    # lowest measurements come close to 0, it is one of them.
    gap = lowest + max(1.2, 0.15 * (high - low))
    far = next_lowest > gap
    return bool(far.sum() >= SEVERAL and far.mean() > 0.5 and np.quantile(next_lowest, 0.1) > gap)


def _too_frequent(x: Array, code: float) -> bool:
    """Whether a number occurs far more often than whole numbers about it."""
    exact = int((x == code).sum())
    if exact < 3:
        return False
    near = x[(np.abs(x - code) <= max(3.0, abs(code) / 20)) & (x != code)]
    most = np.unique(near, return_counts=True)[1].max() if len(near) else 0
    return bool(exact > 4 * most)


def _refuse_code(values: pd.DataFrame, code: float, source: str) -> None:
    hit = values.to_numpy() == code
    row, column = np.argwhere(hit)[0]
    by_sample = pd.Series(hit.sum(axis=0), values.columns).sort_values(ascending=False)
    held, most = int((by_sample > 0).sum()), f"{few(by_sample.index[:1])}: {by_sample.iloc[0]}"
    raise StudyError(
        f"{source}: {code:g} stands {int(hit.sum())} times in {held} of {len(by_sample)} samples "
        f"(most in {most}; first: feature '{values.index[row]}', sample "
        f"'{values.columns[column]}'), far from the other values or more often than they; it seems "
        f"to stand for missing.\nSet intake.missing_values: [{code:g}], or [] if it was measured"
    )
