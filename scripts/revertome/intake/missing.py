"""Missing values: what is fitted on what is there, and where too much is missing to go on."""

import warnings

import numpy as np
import pandas as pd

from revertome.arrays import Array
from revertome.errors import StudyError
from revertome.intake.columns import few

# ASSUME a feature seen in fewer than half of the samples of a cell, or a sample with fewer than
# half of the features, tells more of what was lost than of blood.
MOST = 0.5
LEAST = 2  # values of a feature in each cell, without which the cell has no spread
NAMED = 0.1  # share of a sample's features from which it is named
FEATURES = 20  # with a missing value, from which on one can tell whether these are the low ones
LOW = 0.3  # mean place of their features among all, from 0 to 1; 0.5 where any value may be lost


def measured(values: pd.DataFrame, samples: pd.DataFrame, matrix: str) -> pd.DataFrame:
    """Keep the features that are seen often enough, and stop where a sample is not.

    Parameters
    ----------
    values : (features, samples)
        NaN where missing.
    samples : DataFrame
        group and visit of each column; their combinations are the cells.
    matrix : str
        What the values come from, for messages.

    Returns
    -------
    (features kept, samples)
        Features with a value in at least half of the samples, and in at least two, of each
        cell.

    Raises
    ------
    StudyError
        A sample lacks more than half of the features, or more than half of the features are
        seen in too few samples.
    """
    there = ~np.isnan(values.to_numpy())
    if there.all():
        return values
    _whole_samples(there, values.columns, matrix)
    keep = _seen_in_cells(there, samples)
    seen, n_kept = int(there.any(axis=1).sum()), int(keep.sum())
    if n_kept < MOST * seen:
        raise StudyError(
            f"{matrix}: {seen - n_kept} of {seen} features have values in fewer than half of the "
            "samples of a group and visit: too much is missing to be analysed; leave out the "
            "samples with the fewest values (intake.exclude), "
            f"{_fewest(there, values.columns)}, or give a matrix with fewer gaps"
        )
    return values[keep]


def whole(values: pd.DataFrame, matrix: str) -> pd.DataFrame:
    """Counts without the features that lack one: a library size is a sum of all of them.

    Parameters
    ----------
    values : (features, samples)
        Every feature, before any is left out; NaN where missing.
    matrix : str
        What the values come from, for messages.

    Raises
    ------
    StudyError
        A missing count would cost more than a tenth of the features that have one.
    """
    there = ~np.isnan(values.to_numpy())
    lost, n_seen = ~there.all(axis=1), int(there.any(axis=1).sum())
    if not lost.any():
        return values
    partly = int((lost & there.any(axis=1)).sum())
    if partly > NAMED * n_seen:
        raise StudyError(
            f"{matrix}: {partly} of {n_seen} features lack the count of a sample, "
            f"most of them in {_fewest(there, values.columns)}; a missing count cannot be fitted "
            "around, as it is part of the library size: write 0 where no read was counted, "
            "leave the sample out (intake.exclude), or remove these features"
        )
    warnings.warn(
        f"{matrix}: {int(lost.sum())} of {len(values)} features lack the count of a sample and "
        f"are left out: {few(sorted(values.index[lost]))}, missing in "
        f"{few(sorted(values.columns[~there.all(axis=0)]))}",
        stacklevel=2,
    )
    return values[~lost]


def tell(values: pd.DataFrame, before: pd.DataFrame, matrix: str) -> None:
    """Warn of the values that are missing, with the features and samples that miss most.

    Parameters
    ----------
    values : (features kept, samples)
        NaN where missing.
    before : (features, samples)
        The same with the features that were left out.
    matrix : str
        What the values come from, for messages.
    """
    there = ~np.isnan(values.to_numpy())
    n_lost = len(before) - len(values)
    if there.all() and not n_lost:
        return
    share, told = 1 - there.mean(axis=0), []
    if not there.all():
        told.append(
            f"{_percent(float(share.mean()))} of the values are missing; "
            f"{int((~there.all(axis=1)).sum())} of {len(values)} features are fitted to the "
            "samples that have a value"
        )
    if n_lost:
        lost = sorted(set(before.index) - set(values.index))
        told.append(
            f"{n_lost} of {len(before)} features are seen in too few samples of a group and "
            f"visit and are left out ({few(lost, 3)})"
        )
    limit = max(NAMED, 2 * float(np.median(share)))
    worst = [i for i in np.argsort(-share, kind="stable") if share[i] > limit]
    if worst:
        listed = ", ".join(f"{values.columns[i]} ({share[i]:.0%})" for i in worst[:5])
        told.append(f"most is missing in {listed}")
    warnings.warn(f"{matrix}: {'; '.join(told)}", stacklevel=2)
    if _of_low_features(before.to_numpy()):
        warnings.warn(
            f"{matrix}: values are missing mostly where features are low, as where what is below "
            "a limit of detection was removed; means of the rest are then too high and changes "
            "too small. Give these values as they were measured, if they were",
            stacklevel=2,
        )


def _percent(share: float) -> str:
    return f"{share:.1%}" if share >= 0.0005 else "less than 0.1%"


def _of_low_features(x: Array) -> bool:
    """Whether missing values belong to features whose other values are low."""
    n_missing = np.isnan(x).sum(axis=1)
    seen = n_missing < x.shape[1]
    n_missing, x = n_missing[seen], x[seen]
    if (n_missing > 0).sum() < FEATURES:
        return False
    place = np.argsort(np.argsort(np.nanmean(x, axis=1))) / (len(x) - 1)
    return bool(np.average(place, weights=n_missing) < LOW)


def record(values: pd.DataFrame, n_before: int) -> dict[str, object]:
    """What is said of missing values: features left out, incomplete ones, share of all values."""
    missing = np.isnan(values.to_numpy())
    return {
        "features_left_out": n_before - len(values),
        "features_incomplete": int(missing.any(axis=1).sum()),
        "values_missing": float(missing.mean()) if missing.size else 0.0,
    }


def _whole_samples(there: np.ndarray, names: pd.Index, matrix: str) -> None:
    """Stop where a sample lacks more than half of what most samples have."""
    common = there.mean(axis=1) >= MOST
    if not common.any():
        common = there.any(axis=1)
    if not common.any():
        raise StudyError(f"{matrix}: no sample of the study has a value")
    share = 1 - there[common].mean(axis=0)
    lacking = np.flatnonzero(share > MOST)
    if len(lacking) == 0:
        return
    worst = lacking[np.argsort(-share[lacking], kind="stable")]
    listed = ", ".join(f"{names[i]} ({_words(share[i])})" for i in worst[:5])
    more = f" and {len(worst) - 5} more" if len(worst) > 5 else ""
    raise StudyError(
        f"{matrix}: more than half of the features have no value in {listed}{more}; give the "
        f"values, or leave the sample out: intake.exclude: {{{names[worst[0]]}: values missing}}"
    )


def _words(share: float) -> str:
    return "none at all" if share == 1 else f"{share:.0%} missing"


def _seen_in_cells(there: np.ndarray, samples: pd.DataFrame) -> np.ndarray:
    cell = samples.groupby(["group", "visit"], dropna=False, observed=True).ngroup().to_numpy()
    keep = np.ones(len(there), dtype=bool)
    for number in np.unique(cell):
        own = there[:, cell == number]
        needed = max(np.ceil((1 - MOST) * own.shape[1]), min(LEAST, own.shape[1]))
        keep &= own.sum(axis=1) >= needed
    return keep


def _fewest(there: np.ndarray, names: pd.Index) -> str:
    share = 1 - there.mean(axis=0)
    worst = np.argsort(-share, kind="stable")[:3]
    return ", ".join(f"{names[i]} ({share[i]:.0%} missing)" for i in worst if share[i] > 0)
