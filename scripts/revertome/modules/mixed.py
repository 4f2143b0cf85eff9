"""Mixed model with a random intercept for each patient."""

from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import optimize

from revertome.modules.t_tests import t_table

Array = NDArray[np.float64]


class Sums(NamedTuple):
    """What the likelihood needs of z = [x, y]: z'z, sums of z by patient, samples by patient."""

    total: Array
    by_patient: Array
    size: Array


def change(
    before: pd.DataFrame, after: pd.DataFrame, responder: pd.Series | None = None
) -> pd.DataFrame:
    """Fit score ~ visit (* response) + (1 | patient) to each column.

    Patients seen at one visit only take part. The variances are REML estimates, the coefficients
    generalised least squares given these, as in lme4 and nlme (Pinheiro and Bates 2000, chapter 2),
    with t and its df counted as nlme does for effects that vary within patients: samples - patients
    - such effects.

    Parameters
    ----------
    before, after : DataFrame
        Patients x scores at baseline and follow-up.
    responder : Series of bool, optional
        Patient to response. With it the estimate is the interaction visit x response (change in
        responders - change in non-responders) among these patients, else the visit effect.

    Returns
    -------
    DataFrame
        One row a column: estimate, CI.L, CI.R (95%), statistic, df, P.Value, n (samples), note.
    """
    rows = [
        _fit(before[column].dropna(), after[column].dropna(), responder)
        for column in before.columns
    ]
    fits = pd.DataFrame(rows, index=before.columns)
    table = t_table(fits["estimate"], fits["error"], fits["df"], fits["n"])
    return table.assign(note=fits["note"].where(fits["note"].notna(), table["note"]))


def _fit(before: pd.Series, after: pd.Series, responder: pd.Series | None) -> dict[str, object]:
    y = pd.concat([before, after])
    visit = np.repeat([0.0, 1.0], [len(before), len(after)])
    columns = [np.ones(len(y)), visit]
    if responder is not None:
        known = y.index.isin(responder.index)
        y, visit = y[known], visit[known]
        response = responder.loc[y.index].to_numpy(float)
        columns = [np.ones(len(y)), visit, response, visit * response]
    x = np.column_stack(columns)
    patient = pd.factorize(y.index, sort=True)[0]
    df = len(y) - len(np.unique(patient)) - len(columns) // 2
    unfit: dict[str, object] = {"estimate": np.nan, "error": np.nan, "df": df, "n": len(y)}
    if df < 1 or np.linalg.matrix_rank(x) < x.shape[1]:
        return unfit | {"note": "too few pairs" if len(y) else "no score"}
    if np.ptp(y) < 1e-12:
        return unfit | {"note": "no variation"}
    sums = sums_of(np.column_stack([x, y]), patient)
    ratio = variance_ratio(sums)
    beta, error, _ = gls(sums, ratio)
    note = np.nan if ratio > 0 else "no variance between patients"
    return unfit | {"estimate": beta[-1], "error": error[-1], "note": note}


def sums_of(z: Array, patient: NDArray[np.intp]) -> Sums:
    """Gather z'z, and sums and number of rows of each patient (0, 1, ...)."""
    member = np.equal.outer(np.arange(patient.max() + 1), patient).astype(float)
    return Sums(z.T @ z, member @ z, member.sum(axis=1))


def gls(sums: Sums, ratio: float) -> tuple[Array, Array, float]:
    """Generalised least squares with compound symmetry within patients.

    With theta = `ratio` (variance between patients over residual variance) and m samples of a
    patient, V = I + theta 1 1' there, and z' V^-1 z = z'z - theta / (1 + m theta) (z'1)(1'z).

    Returns
    -------
    (array, array, float)
        Coefficients, their standard errors, and -2 log restricted likelihood up to a constant:
        (n - k) log(rss) + log |V| + log |x' V^-1 x|.
    """
    shrink = ratio / (1 + ratio * sums.size)
    cross = sums.total - sums.by_patient.T @ (shrink[:, None] * sums.by_patient)
    k, df = len(cross) - 1, sums.size.sum() - (len(cross) - 1)
    inverse = np.linalg.inv(cross[:k, :k])
    beta = inverse @ cross[:k, k]
    rss = cross[k, k] - cross[:k, k] @ beta
    determinants = np.log1p(ratio * sums.size).sum() - np.linalg.slogdet(inverse)[1]
    error = np.sqrt(rss / df * np.diag(inverse))
    return beta, error, float(df * np.log(rss) + determinants)


def variance_ratio(sums: Sums) -> float:
    """Variance between patients over residual variance by REML; 0 where none is found."""

    def deviance(share: float) -> float:
        return gls(sums, share / (1 - share))[2]

    # The share of variance between patients lies in [0, 1), which bounds the search.
    found = optimize.minimize_scalar(
        deviance, bounds=(0, 1 - 1e-6), method="bounded", options={"xatol": 1e-10}
    )
    if deviance(0) <= found.fun:
        return 0.0
    return float(found.x / (1 - found.x))
