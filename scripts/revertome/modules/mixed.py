"""Mixed model with a random intercept for each patient."""

from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from revertome.arrays import Array
from revertome.statistics.compound_symmetry import gls, sums_of
from revertome.statistics.reml import reml_ratio, residual_squares
from revertome.statistics.t_tests import t_table
from revertome.trial import aliased, constant_within, estimable, explain


class Design(NamedTuple):
    """Columns and patients of a model of the samples `kept`, and why it cannot be fitted.

    tested : place of the column that is tested. adjusted : columns of covariates. lost : covariates
    left out. note : "" if fine.
    """

    x: Array
    patient: NDArray[np.intp]
    kept: NDArray[np.bool_]
    tested: int
    df: int
    adjusted: tuple[str, ...]
    lost: list[str]
    note: str


class Visits(NamedTuple):
    """A table of patients at baseline, and one at follow-up."""

    before: pd.DataFrame
    after: pd.DataFrame


def change(
    before: pd.DataFrame,
    after: pd.DataFrame,
    responder: pd.Series | None = None,
    covariates: Visits | None = None,
    degrees: str = "nlme",
) -> pd.DataFrame:
    """Fit score ~ visit (* response) + covariates + (1 | patient) to each column.

    Patients seen at one visit only take part. The variances are REML estimates, the coefficients
    generalised least squares given these, as in lme4 and nlme (Pinheiro and Bates 2000, chapter 2),
    with t. Its degrees of freedom are counted as nlme does for effects that vary within patients,
    samples - patients - columns of the model that vary within patients, or Satterthwaite's.

    Parameters
    ----------
    before, after : DataFrame
        Patients x scores at baseline and follow-up.
    responder : Series of bool, optional
        Patient to response. With it the estimate is the interaction visit x response (change in
        responders - change in non-responders) among these patients, else the visit effect.
    covariates : Visits, optional
        Patients x numeric columns, complete, for the patients of `before` and of `after`; they may
        differ between visits or not. One that visit, response and the covariates before it
        already give is left out, and the note says so.
    degrees : str
        `nlme` or `satterthwaite`.

    Returns
    -------
    DataFrame
        One row a column: estimate, CI.L, CI.R (95%), statistic, df, P.Value, n (samples), note;
        adjusted, the columns of covariates in the model. Where these cannot be told apart from
        the effect within patients there is no estimate, and the note says so.
    """
    scores = np.vstack([before.to_numpy(float), after.to_numpy(float)])
    found = ~np.isnan(scores)
    # Scores that are missing in the same samples have one design and are fitted together.
    patterns, which = np.unique(found, axis=1, return_inverse=True)
    rows: dict[int, dict[str, object]] = {}
    for k, known in enumerate(patterns.T):
        was, now = known[: len(before)], known[len(before) :]
        design = _design(before.index[was], after.index[now], responder, covariates)
        columns = np.flatnonzero(which.ravel() == k)
        fitted = _fit(scores[np.ix_(known, columns)], design, degrees)
        rows |= dict(zip(columns.tolist(), fitted, strict=True))
    fits = pd.DataFrame([rows[i] for i in range(scores.shape[1])], index=before.columns)
    table = t_table(fits["estimate"], fits["error"], fits["df"], fits["n"])
    note = fits["note"].where(fits["note"].notna(), table["note"])
    return table.assign(note=note, adjusted=fits["adjusted"])


def _design(
    before: pd.Index, after: pd.Index, responder: pd.Series | None, covariates: Visits | None
) -> Design:
    """Model of the samples of these patients at baseline and at follow-up."""
    patients = before.append(after)
    x = pd.DataFrame({"1": 1.0, "visit": np.repeat([0.0, 1.0], [len(before), len(after)])})
    effects, kept = ["1", "visit"], np.full(len(x), True)
    if covariates is not None:
        at = [covariates.before.loc[before], covariates.after.loc[after]]
        x = pd.concat([x, pd.concat(at).reset_index(drop=True)], axis=1)
    if responder is not None:
        kept = patients.isin(responder.index)
        patients, x = patients[kept], x[kept]
        response = responder.loc[patients].to_numpy(float)
        x = x.assign(response=response, both=x["visit"] * response)
        effects += ["response", "both"]
    x = x[[*effects, *x.columns.difference(effects, sort=False)]]
    lost = aliased(x)
    note = "" if len(x) else "no score"
    if set(lost) & set(effects):
        note = note or "too few pairs"
    hidden = _hidden(x, patients, effects[-1])
    x = x.drop(columns=lost)
    varying = ~constant_within(x.to_numpy(), patients)
    df = len(x) - patients.nunique() - int(varying.sum())
    if df < 1:
        note = note or "too few pairs" + " for the covariates" * (x.shape[1] > len(effects))
    note = note or hidden
    patient = pd.factorize(patients, sort=True)[0]
    adjusted = tuple(x.columns.difference(effects, sort=False))
    return Design(x.to_numpy(), patient, kept, len(effects) - 1, df, adjusted, lost, note)


def _hidden(x: pd.DataFrame, patients: pd.Index, tested: str) -> str:
    """What hides the tested column within patients, as in the models of genes; "" if nothing."""
    vector = pd.Series({tested: 1.0})
    hiding = [each.column for each in explain(x, patients) if not estimable(vector, [each])]
    return f"{', '.join(hiding)} cannot be told apart from it within patients" if hiding else ""


def _fit(y: Array, design: Design, degrees: str) -> list[dict[str, object]]:
    """Estimate, error, df, n and note of every score, y (samples, scores)."""
    y = y[design.kept]
    ratio = _ratios(y, design)
    df = np.full(y.shape[1], float(design.df))
    if degrees == "satterthwaite" and np.isfinite(ratio).any():
        df[np.isfinite(ratio)] = _satterthwaite(y[:, np.isfinite(ratio)], design)
    given = "left out: given by visit, response and other covariates"
    lost = [f"{name} {given}" for name in design.lost]
    rows: list[dict[str, object]] = []
    for own, g, free in zip(y.T, ratio, df, strict=True):
        fit: dict[str, object] = {"estimate": np.nan, "error": np.nan, "df": free}
        fit |= {"n": len(y), "note": design.note or "no variation", "adjusted": design.adjusted}
        if np.isfinite(g):
            beta, error = gls(sums_of(np.column_stack([design.x, own]), design.patient), g)
            notes = [*([] if g > 0 else ["no variance between patients"]), *lost]
            fit |= {"estimate": beta[design.tested], "error": error[design.tested]}
            fit |= {"note": "; ".join(notes) or np.nan}
        rows.append(fit)
    return rows


def _satterthwaite(y: Array, design: Design) -> Array:
    """Degrees of freedom of the tested column for every score, as genes of mixed models have."""
    from revertome.limma.mixed_fit import mixed_fit

    columns = [str(k) for k in range(design.x.shape[1])]
    tested = pd.Series(1.0, index=[columns[design.tested]])
    x, patient = pd.DataFrame(design.x, columns=columns), pd.Series(design.patient)
    return mixed_fit(y, x, patient, {"tested": tested}).df[:, 0]


def _ratios(y: Array, design: Design) -> Array:
    """Variance ratio of every score; missing where the model or the score cannot be fitted."""
    ratio = np.full(y.shape[1], np.nan)
    if design.note:
        return ratio
    varies = np.ptp(y, axis=0) >= 1e-12
    z = np.eye(design.patient.max() + 1)[design.patient]
    square, eigen = residual_squares(y[:, varies], design.x, z)
    # A score that the model fits without residue has no ratio to estimate: any squares serve.
    ratio[varies] = reml_ratio(np.where(square.sum(axis=0) > 0, square, 1.0), eigen)
    return ratio
