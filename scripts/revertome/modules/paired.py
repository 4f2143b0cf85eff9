"""Paired t-tests of scores, adjusted for covariates that differ between the visits.

The change of each patient is regressed on the changes of the covariates; the test is that of the
intercept, as in the paired models of genes. Covariates that patients keep drop out of a change.
"""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from revertome.statistics.t_tests import mean_t, t_table, welch
from revertome.trial import estimable, explain


def mean_change(change: pd.DataFrame, shift: pd.DataFrame) -> pd.DataFrame:
    """Test that the mean change of each score is 0.

    Parameters
    ----------
    change : DataFrame
        Patients x scores, follow-up less baseline; NaN where a score is missing.
    shift : DataFrame
        Patients x columns of covariates, follow-up less baseline.

    Returns
    -------
    DataFrame
        The table of `mean_t`, with `adjusted`: columns of covariates in the regression. Without
        any it is the paired t-test.
    """
    shift = _moving(change, shift)
    if shift.empty:
        return mean_t(change).assign(adjusted=[()] * change.shape[1])
    base = pd.DataFrame({"change": 1.0}, change.index)
    return _least_squares(change, base, {"change": 1.0}, shift)


def difference_of_changes(
    first: pd.DataFrame, second: pd.DataFrame, shift: pd.DataFrame
) -> pd.DataFrame:
    """Test the mean change of one group of patients against that of another.

    Welch's t-test where no covariate differs between visits, else one regression with a common
    variance. Parameters and table as of `mean_change`.
    """
    change = pd.concat([first, second])
    shift = _moving(change, shift)
    if shift.empty:
        return welch(first, second).assign(adjusted=[()] * change.shape[1])
    inside = np.repeat([1.0, 0.0], [len(first), len(second)])
    base = pd.DataFrame({"first": inside, "second": 1 - inside}, change.index)
    return _least_squares(change, base, {"first": 1.0, "second": -1.0}, shift)


def _moving(change: pd.DataFrame, shift: pd.DataFrame) -> pd.DataFrame:
    """Rows of the patients, and the columns that differ between the visits in any of them."""
    own = shift.loc[change.index]
    return own.loc[:, own.ne(0).any()]


def _least_squares(
    change: pd.DataFrame, base: pd.DataFrame, contrast: Mapping[str, float], shift: pd.DataFrame
) -> pd.DataFrame:
    known = change.notna().to_numpy()
    rows: dict[int, tuple[float, float, int, int, str, tuple[str, ...]]] = {}
    # Scores that are missing in the same patients have one design.
    patterns, which = np.unique(known, axis=1, return_inverse=True)
    for k, kept in enumerate(patterns.T):
        x = pd.concat([base, shift], axis=1)[kept]
        lost, vector = explain(x), pd.Series(contrast)
        hiding = [each.column for each in lost if not estimable(vector, [each])]
        x = x.drop(columns=[each.column for each in lost])
        n, df = len(x), len(x) - x.shape[1]
        note = "too few pairs for the covariates" if df < 1 else ""
        if hiding and not note:
            note = f"{', '.join(hiding)} cannot be told apart from it in these patients"
        inverse = np.linalg.pinv(x.to_numpy())
        weight = vector.reindex(x.columns, fill_value=0.0).to_numpy() @ inverse
        adjusted = tuple(name for name in x if name not in base)
        for column in np.flatnonzero(which.ravel() == k).tolist():
            y = change.iloc[:, column].to_numpy(float)[kept]
            left = y - x.to_numpy() @ (inverse @ y)
            error = np.sqrt((left @ left) / max(df, 1) * (weight @ weight))
            found = (np.nan, np.nan) if note else (float(weight @ y), float(error))
            rows[column] = (*found, df, n, note, adjusted)
    fits = pd.DataFrame.from_dict(
        rows, orient="index", columns=["estimate", "error", "df", "n", "note", "adjusted"]
    )
    fits = fits.sort_index().set_index(change.columns)
    table = t_table(fits["estimate"], fits["error"], fits["df"].astype(float), fits["n"])
    told = table["note"].where(fits["note"].eq("") | fits["n"].eq(0), fits["note"])
    return table.assign(note=told, adjusted=fits["adjusted"])
