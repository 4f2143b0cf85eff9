"""Mixed model with a random intercept for each patient."""

import warnings

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from revertome.modules.t_tests import t_table

Array = NDArray[np.float64]


def change(
    before: pd.DataFrame, after: pd.DataFrame, responder: pd.Series | None = None
) -> pd.DataFrame:
    """Fit score ~ visit (* response) + (1 | patient) to each column.

    Patients seen at one visit only take part. Variances are REML estimates; coefficients are
    generalised least squares given these, as in lme4 and nlme, with t and its df counted as nlme
    does for effects that vary within patients: samples - patients - such effects.
    (statsmodels' own normal approximation is too narrow for trials of this size.)

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
    ratio, note = variance_ratio(y.to_numpy(), x, patient)
    if np.isnan(ratio):
        return unfit | {"note": note}
    beta, error = gls(y.to_numpy(), x, patient, ratio)
    return unfit | {"estimate": beta[-1], "error": error[-1], "note": note}


def variance_ratio(y: Array, x: Array, patient: NDArray[np.intp]) -> tuple[float, object]:
    """Estimate by REML the variance between patients over the residual variance.

    Returns
    -------
    (float, str or NaN)
        The ratio, 0 when no variance between patients is found and NaN when the search fails,
        and a note that says so.
    """
    from statsmodels.regression.mixed_linear_model import MixedLM

    scaled = (y - y.mean()) / y.std()
    with warnings.catch_warnings():
        # Its warnings concern the boundary at 0 and standard errors, both dealt with here.
        warnings.simplefilter("ignore")
        try:
            fit = MixedLM(scaled, x, groups=patient).fit(method="powell", xtol=1e-12, ftol=1e-14)
        except np.linalg.LinAlgError:
            return np.nan, "mixed model cannot be fitted"
    if not fit.converged:
        return np.nan, "mixed model did not converge"
    ratio = float(fit.cov_re.item() / fit.scale)
    if ratio < 1e-6:
        return 0.0, "no variance between patients"
    return ratio, np.nan


def gls(y: Array, x: Array, patient: NDArray[np.intp], ratio: float) -> tuple[Array, Array]:
    """Generalised least squares with compound symmetry within patients.

    With theta = `ratio` and m samples of a patient, V = I + theta 1 1' there, so that
    x' V^-1 x = x'x - theta / (1 + m theta) (x'1)(1'x).

    Returns
    -------
    (array, array)
        Coefficients and their standard errors, residual variance with n - rank(x) df.
    """
    data = np.column_stack([x, y])
    member = np.equal.outer(np.arange(patient.max() + 1), patient).astype(float)
    shrink = ratio / (1 + ratio * member.sum(axis=1))
    sums = member @ data
    cross = data.T @ data - sums.T @ (shrink[:, None] * sums)
    k = x.shape[1]
    inverse = np.linalg.inv(cross[:k, :k])
    beta = inverse @ cross[:k, k]
    variance = (cross[k, k] - cross[:k, k] @ beta) / (len(y) - k)
    return beta, np.sqrt(variance * np.diag(inverse))
