"""Which samples are on the same scale."""

import numpy as np
import pandas as pd

from revertome.arrays import Mask
from revertome.intake.feature_agreement import differ_by_feature
from revertome.intake.sample_evidence import BULK, LARGEST_LOGARITHM, NEAR_A_MILLION, some_rows

# Ranges of real samples of one table, as a share of their median: logarithms 0.89-1.08 (shifted by
# up to 0.06 of it), unlogged 0.7-3.1, centred on 0 0.6-3.5.
RANGE_OF_LOGARITHMS = 1.9  # ln is 0.69 of log2 (told by its shape), log10 is 0.43 of ln
SHIFT_OF_LOGARITHMS = 0.35  # of the range: about 10-fold in log2 intensities
RANGE_UNLOGGED = 6
RANGE_OF_RATIOS, SHIFT_OF_RATIOS = 15, 1.5
DEEPER = 50  # a library may fail and be small; none is this much larger than the others
BASE_RATIOS = {"ln": float(np.log(2)), "log2": 1 / float(np.log(2))}
SHAPE = 0.18  # of the range, largest distance between quantiles of one shape
LOGGED = " logged"
WHOLE = 0.99  # share of whole numbers in counts of which some cells are wrong


def logged(evidence: pd.DataFrame, counts: bool) -> pd.Series:
    """Samples whose values are of the size of logarithms; counts are small but whole."""
    small = evidence["high"] <= LARGEST_LOGARITHM
    return small & (evidence["share_integer"] < WHOLE) if counts else small


def same_scale(
    values: pd.DataFrame, evidence: pd.DataFrame, assay: str, stated: str, logarithms: bool
) -> list[pd.Index]:
    """Group the samples by scale.

    Parameters
    ----------
    values, evidence
        Features x samples, and the `sample_evidence` of those that have values.
    assay
        `microarray`, `rnaseq` or `abundance`.
    stated
        `intake.scale`; estimated counts are no whole numbers where it is `counts`.
    logarithms
        Whether the table as a whole is of logarithms.

    Returns
    -------
    Sample names by group, the largest group first; one group where all samples agree.
    """
    counts = assay == "rnaseq" or stated == "counts"
    kinds = _kinds(evidence, assay, counts, stated)
    rows = pd.DataFrame(some_rows(values.to_numpy()), columns=values.columns)
    centred = not counts and _centred(rows, evidence)
    if centred:  # ratios before the logarithm are all above 0
        kinds[evidence[1] >= 0] += " positive"
    left, groups = evidence, []
    while len(left):
        common = left[kinds[left.index] == kinds[left.index].mode()[0]]
        middle = common["range"].sort_values(kind="stable").index[(len(common) - 1) // 2]
        kin = kinds[left.index] == kinds[middle]
        alike = _alike(left, left.loc[middle], counts, centred) & kin
        # Once more from the middle of the group, not from one sample.
        centre = left[alike].median()
        alike = _alike(left, centre, counts, centred) & kin
        if not alike.any():
            alike[middle] = True
        groups.append(left.index[alike])
        left = left[~alike]
    groups.sort(key=len, reverse=True)
    if len(groups) > 1:
        plain = kinds.str.replace(LOGGED, "")
        groups = _rejoined(groups, rows, plain, logarithms)
    return groups


def _rejoined(
    groups: list[pd.Index], rows: pd.DataFrame, kinds: pd.Series, logarithms: bool
) -> list[pd.Index]:
    """Return to the largest group what differs from it in quantiles and not feature by feature."""
    first = groups[0]
    other = groups[1].append(groups[2:])
    differ = differ_by_feature(rows[other].to_numpy(), rows[first].to_numpy(), logarithms)
    back = {
        name
        for name, differs in zip(other, differ, strict=True)
        if not differs and kinds[name] == kinds[first[0]]
    }
    whole = rows.columns[[name in back or name in set(first) for name in rows.columns]]
    rest = [group[[name not in back for name in group]] for group in groups[1:]]
    return [whole, *(group for group in rest if len(group))]


def _centred(rows: pd.DataFrame, evidence: pd.DataFrame) -> bool:
    """Whether a table is of log ratios, whose features are 0 in the middle."""
    if not evidence[1].median() < 0 < evidence[99].median():
        return False
    if evidence["high"].median() > LARGEST_LOGARITHM:
        return False
    below = evidence.index[evidence[1] < 0]
    middle = float(rows[below].median(axis=1).abs().mean())
    return bool(middle < 0.1 * evidence["range"].median())


def _kinds(evidence: pd.DataFrame, assay: str, counts: bool, stated: str) -> pd.Series:
    """What a sample is, whatever its size, as text."""
    kind = pd.Series("", evidence.index, dtype=object)
    kind[logged(evidence, counts)] += LOGGED
    if counts:
        kind += [f" step {step:.0f}" for step in evidence["step"]]
    if (counts and stated != "counts") or assay == "abundance":
        # Whole numbers are told among counts and abundance alone.
        kind[(evidence["share_integer"] >= WHOLE) & (evidence["high"] > 0)] += " whole"
    if counts or assay == "abundance":
        kind[_per_million(evidence["total"], counts)] += " per million"
    return kind


def _per_million(total: pd.Series, counts: bool) -> pd.Series:
    """Samples that sum to a million, unless a few do so by chance among others of that size."""
    away = (total / 1e6 - 1).abs()
    exact = away < (0.01 if counts else 0.001)  # whole numbers are rounded
    others = total[~exact].median() / 1e6
    near = 4 if counts else 1.5
    if not exact.any() or (exact.mean() < 0.25 and 1 / near < others < near):
        return exact & False
    return exact if counts else away < NEAR_A_MILLION


def _alike(evidence: pd.DataFrame, reference: pd.Series, counts: bool, centred: bool) -> Mask:
    if counts:
        few: Mask = (evidence["range"] <= DEEPER * max(reference["range"], 1)).to_numpy()
        return few
    spread = max(float(reference["range"]), 1e-300)
    ratio = (evidence["range"] / spread).to_numpy()
    most = RANGE_OF_RATIOS if centred else RANGE_UNLOGGED
    alike: Mask = (ratio < most) & (ratio > 1 / most)
    if reference["high"] > LARGEST_LOGARITHM:
        return alike
    found, expected = evidence[list(BULK)].to_numpy(), reference[list(BULK)].to_numpy(float)
    shift = np.abs((found - expected)[:, 1:4].mean(axis=1)) / spread
    if centred:
        alike &= shift < SHIFT_OF_RATIOS
        return alike
    alike &= (ratio < RANGE_OF_LOGARITHMS) & (ratio > 1 / RANGE_OF_LOGARITHMS)
    alike &= shift < SHIFT_OF_LOGARITHMS
    if expected[0] < 0 < expected[4] and abs(expected[2]) < 0.2 * spread:
        return alike  # about 0 bases do not show
    for factor in BASE_RATIOS.values():
        away = np.abs(found - factor * expected).max(axis=1)
        alike &= away > SHAPE * factor * spread
    return alike
