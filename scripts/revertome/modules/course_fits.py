"""Fits of mixed models of scores over all visits, and what they say of each question."""

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from revertome.arrays import Array
from revertome.limma.mixed_f import joint_f
from revertome.limma.mixed_fit import MixedFit, mixed_fit
from revertome.modules.course_models import ALL_VISITS, CourseModel, Patients, Question
from revertome.modules.course_own import Own, own_variances
from revertome.statistics.fdr import adjust
from revertome.statistics.t_tests import t_table
from revertome.trial import MINIMUM_PAIRS, Aliased, aliased, estimable, explain

NUMBERS = ["estimate", "CI.L", "CI.R", "statistic", "df_numerator", "df", "P.Value"]
OWN = ["own.L", "own.R", "df.own", "P.own"]
NO_RANGE = 1e-12  # a score that varies by less is constant
NOT_OWN = "no P.own: one patient alone has no variance"
FEW_VISITS = "fewer than two visits at which it could be asked"


def course_rows(
    scores: pd.DataFrame, where: pd.DataFrame, covariates: pd.DataFrame, model: CourseModel
) -> list[dict[str, Any]]:
    """Ask every question of a model of every score, at each visit and over all of them.

    The variances are REML estimates; t and F have Satterthwaite's degrees of freedom, see
    `limma.mixed_fit` and `limma.mixed_f`. A question is asked where every group in it has 3
    patients with a sample at baseline and at the visit, and where covariates leave it to be told
    within patients; with one baseline of all groups, 3 patients at the visit.

    Parameters
    ----------
    scores : DataFrame, (n, scores)
        Scores of the samples of patients; NaN where one is missing.
    where : DataFrame, (n, ...)
        patient and visit of the samples.
    covariates : DataFrame, (n, q)
        Their columns.
    model : CourseModel

    Returns
    -------
    list of dict
        Rows with score (column of `scores`), contrast, arm, visit (`all visits`: F over them), the
        `NUMBERS`, `OWN` (interval, df and P of `course_own`; over visits Simes' P), n_samples and
        n_patients of the model, n_compared (patients with baseline and the visit, see
        `CourseModel.compared`), adjusted (columns of covariates in the model), note.
    """
    known = scores.notna().to_numpy() & model.cell.notna().to_numpy()[:, None]
    # Scores that are missing in the same samples have one design and are fitted together.
    patterns, which = np.unique(known, axis=1, return_inverse=True)
    rows: list[dict[str, Any]] = []
    for k, kept in enumerate(patterns.T):
        own = scores.loc[:, which.ravel() == k]
        at = where[kept].assign(group=model.group[kept], cell=model.cell[kept])
        rows += _fitted(own[kept], at, covariates[kept], model)
    return rows


class _Asked(NamedTuple):
    """A question at a visit: its contrast in the columns of the model, or why there is none."""

    question: Question
    visit: str
    compared: set[tuple[str, str]]
    vector: pd.Series
    reason: str

    @property
    def name(self) -> str:
        """Its name among the contrasts of the fit."""
        # The arm as well: one may be called `treated`, as all active arms together are.
        return f"{self.question.contrast} of {self.question.arm} at {self.visit}"


def _fitted(
    y: pd.DataFrame, at: pd.DataFrame, covariates: pd.DataFrame, model: CourseModel
) -> list[dict[str, Any]]:
    """Rows of all questions of scores that share their samples."""
    x = pd.concat([pd.get_dummies(at["cell"], dtype=float), covariates], axis=1)
    lost = aliased(x)
    reason = _reason(x.drop(columns=lost), at["patient"])
    # Randomised arms may also be told apart between patients; changes only within them.
    hidden = explain(x, None if model.pooled else at["patient"]) if not reason else []
    every = [
        _asked(at, model, question, visit, hidden, reason)
        for question in model.questions
        for visit in question.visits
    ]
    x = x.drop(columns=lost)
    facts = {"n_samples": len(at), "n_patients": at["patient"].nunique()}
    facts["adjusted"] = tuple(x.columns.difference(at["cell"], sort=False))
    given = [f"{name} left out: given by the cells and other covariates" for name in lost]
    vectors = {each.name: each.vector for each in every if not each.reason}
    values = y.to_numpy(float)
    fit = mixed_fit(values, x, at["patient"], vectors) if vectors else None
    own = own_variances(values, x, at, fit.ratio, vectors) if fit else {}
    flat = values.std(axis=0) < NO_RANGE if len(values) else np.full(y.shape[1], False)
    rows: list[dict[str, Any]] = []
    for question in model.questions:
        mine = [each for each in every if each.question is question]
        for tested in [[each] for each in mine] + ([mine] if len(mine) > 1 else []):
            row = facts | {"contrast": question.contrast, "arm": question.arm}
            row["visit"] = ALL_VISITS if len(tested) > 1 else tested[0].visit
            row["n_compared"] = len(set().union(*(each.compared for each in tested)))
            rows += _rows(fit, own, y.columns, flat, tested, row, given)
    return rows


def _asked(
    at: pd.DataFrame,
    model: CourseModel,
    question: Question,
    visit: str,
    hidden: Sequence[Aliased],
    reason: str,
) -> _Asked:
    sides = model.compared(at, question, visit)
    vector = pd.Series(model.terms(question, visit, sides))
    hiding = [each.column for each in hidden if not estimable(vector, [each])]
    told = reason or _few(sides, model.pooled) or _hiding(hiding)
    return _Asked(question, visit, _people(sides), vector, told)


def _people(pairs: Sequence[Patients]) -> set[tuple[str, str]]:
    """Patients with their group."""
    return {(group, p) for side in pairs for group, own in side.items() for p in own}


def _reason(x: pd.DataFrame, patient: pd.Series) -> str:
    """Why a mixed model of these samples cannot be fitted; "" if it can."""
    if not len(x):
        return "no score"
    if patient.value_counts().max() < 2:
        return "no patient has two samples"
    if len(x) - x.shape[1] <= 2:
        return "too few samples for the columns of the model"
    return ""


def _few(sides: Sequence[Patients], pooled: bool) -> str:
    fewest = min(sum(map(len, side.values())) for side in sides)
    if fewest >= MINIMUM_PAIRS:
        return ""
    have = "the visit" if pooled else "baseline and visit"
    who = "" if len(sides) == 1 else " in one of the groups compared"
    return f"{fewest} patients with {have}{who}; at least {MINIMUM_PAIRS} needed"


def _hiding(columns: Sequence[str]) -> str:
    return f"{', '.join(columns)} cannot be told apart from it" if columns else ""


def _rows(
    fit: MixedFit | None,
    own: Own,
    scores: pd.Index,
    flat: NDArray[np.bool_],
    asked: Sequence[_Asked],
    row: dict[str, Any],
    given: Sequence[str],
) -> list[dict[str, Any]]:
    """One row a score: t of one question, or F of a question at several visits."""
    names = [each.name for each in asked if not each.reason]
    left = [each.visit for each in asked if each.reason]
    if fit is None or len(names) < min(len(asked), 2):
        reasons = {each.reason for each in asked}
        note = reasons.pop() if len(reasons) == 1 else FEW_VISITS
        return [row | {"score": score, "note": note} for score in scores]
    numbers = _t(fit, own, names[0]) if len(asked) == 1 else _f(fit, own, names)
    notes = [asked[0].question.note, f"without {', '.join(left)}" if left else "", *given]
    found = []
    for k, score in enumerate(scores):
        mine = {name: values[k] for name, values in numbers.items()}
        said = [*notes, "no variance between patients" if fit.ratio[k] == 0 else ""]
        said.append("" if np.isfinite(mine["P.own"]) else NOT_OWN)
        if flat[k] or not np.isfinite(mine["P.Value"]):
            mine, said = {}, ["no variation"]
        found.append(row | {"score": score, "note": "; ".join(filter(None, said)) or None} | mine)
    return found


def _t(fit: MixedFit, own: Own, name: str) -> dict[str, Array]:
    k = fit.names.index(name)
    estimate = pd.Series(fit.coefficients[:, k])
    error, df = fit.sigma * np.sqrt(fit.covariance[:, k, k]), fit.df[:, k]
    one = pd.Series(1, estimate.index)
    table = t_table(estimate, pd.Series(error), pd.Series(df), one)
    robust = t_table(estimate, pd.Series(own[name][0]), pd.Series(own[name][1]), one)
    asked = dict(zip(OWN, ["CI.L", "CI.R", "df", "P.Value"], strict=True))
    found = {each: table[each].to_numpy() for each in NUMBERS if each in table}
    return found | {each: robust[its].to_numpy() for each, its in asked.items()}


def _f(fit: MixedFit, own: Own, names: Sequence[str]) -> dict[str, Array]:
    """F; beside it Simes' test of those of the visits, which asks nothing of their variances."""
    found = dict(zip(["statistic", "df_numerator", "df", "P.Value"], joint_f(fit, names),
                     strict=True))  # fmt: skip
    each = np.array([_t(fit, own, name)["P.own"] for name in names])
    # Simes' p is the smallest of those adjusted after Benjamini & Hochberg.
    found["P.own"] = np.array([adjust(p).min() if np.isfinite(p).all() else np.nan for p in each.T])
    return found
