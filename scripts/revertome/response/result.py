"""What the stage returns, and the lookups its sources share."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from revertome.errors import StudyError
from revertome.response import audit, continuous, trial, words
from revertome.response.course import Course
from revertome.trial import is_patient

PATIENTS = ["patient", "arm", "visit", "response", "level"]
RESPONSE = {"yes": "responder", "no": "nonresponder", "not_assessable": "not_assessable"}

Options = Mapping[str, Any]


@dataclass(frozen=True)
class Response:
    """Clinical response.

    Attributes
    ----------
    patients
        patient, arm, visit, response (responder, nonresponder, not_assessable; `treated` when
        the source is `none`), level (highest level reached, such as ACR Pedi 0 to 100) and one
        column an endpoint (yes, no, not_assessable); one row a patient and visit.
    audit
        patient, visit, criterion, baseline, value, change, met, reason.
    trial
        Responders by endpoint, visit and arm, in the sets itt and assessable.
    labels
        patient, label (responder, nonresponder, unlabelled, or treated).
    continuous
        Percent change of continuous variables by visit and arm.
    groups
        patient, group, rank, value: response in several groups and as a number; see `groups_of`.
    """

    patients: pd.DataFrame
    audit: pd.DataFrame
    trial: pd.DataFrame
    labels: pd.DataFrame
    continuous: pd.DataFrame
    groups: pd.DataFrame = field(default_factory=pd.DataFrame)


def treated(obs: pd.DataFrame, design: Options) -> pd.DataFrame:
    """Samples of patients, healthy people left out; names as plain text, sorted."""
    names = [name for name in ("patient", "visit", "group", "arm", "response") if name in obs]
    rows = obs.astype(dict.fromkeys(names, object)).rename_axis(index=None)
    return rows[is_patient(rows, design)].sort_values(["patient", "visit"])


def arms(rows: pd.DataFrame) -> pd.Series:
    """Arm of each patient, sorted by patient; missing where there is none, or are several."""
    patients = sorted(rows["patient"].unique())
    if "arm" not in rows:
        return pd.Series(np.nan, index=patients, dtype=object)
    own = rows.groupby("patient")["arm"]
    return own.first().mask(own.nunique().gt(1)).reindex(patients)


def present(wanted: str, visits: pd.Series, key: str, where: str) -> str:
    """The name of a visit that exists.

    Raises
    ------
    StudyError
        When no row has that visit.
    """
    names = sorted(visits.dropna().unique())
    if wanted not in names:
        raise StudyError(
            f"config {key}: visit {wanted!r} is not in the {where}; "
            f"visits found there: {', '.join(names) or 'none'}"
        )
    return wanted


def labels(response: pd.Series, rows: pd.DataFrame) -> pd.DataFrame:
    """The label of every patient: response where assessed, else `unlabelled`.

    Parameters
    ----------
    response
        responder, nonresponder or not_assessable, by patient.
    rows
        Samples of patients.

    Raises
    ------
    StudyError
        When no patient with a sample has a label.
    """
    known = response[response != "not_assessable"]
    sampled = rows["patient"].unique()
    if not known.index.isin(sampled).any():
        raise StudyError(
            f"no patient is labelled: {len(sampled)} patients have samples, {len(response)} have "
            f"a clinical record, {len(known)} of these can be judged, and none is in both; check "
            "that both sheets use the same patient ids, response.visit and missing values "
            "(audit rules), or set response.source to none"
        )
    patients = sorted({*sampled, *response.index})
    label = known.reindex(patients).fillna("unlabelled")
    return pd.DataFrame({"patient": patients, "label": label.to_numpy()})


def single(
    rows: pd.DataFrame,
    visit: str,
    criterion: str,
    met: pd.Series,
    reasons: Sequence[str],
    values: pd.DataFrame | None = None,
    variable: str = "",
    control: str = "",
) -> Response:
    """The response by one criterion at one visit.

    Parameters
    ----------
    rows
        Samples of patients.
    visit, criterion
        Names shown in the tables.
    met, reasons
        Verdict and its reason, by patient (sorted).
    values
        baseline, value and change behind the verdict; missing when None.
    variable
        Name of the variable behind `values`, which is then summarised by arm.
    control
        Arm that the others are compared with; the last by name when empty.

    Returns
    -------
    Response whose trial table counts the judged patients (a patient whom the rule does not judge
    is no non-responder) and is empty unless there are two arms or more.
    """
    verdict = words.words(met)
    response = verdict.map(RESPONSE)
    arm = arms(rows)
    columns = {"arm": arm, "visit": visit, "response": response, "level": pd.NA, criterion: verdict}
    patients = pd.DataFrame(columns, index=arm.index).rename_axis("patient").reset_index()
    account = pd.DataFrame(index=met.index) if values is None else values
    account = account.assign(visit=visit, criterion=criterion, met=verdict, reason=reasons)
    account = account.rename_axis("patient").reset_index().reindex(columns=audit.COLUMNS)
    compared = arm.dropna().unique().size > 1
    judged = patients[patients[criterion] != "not_assessable"] if compared else patients[:0]
    return Response(
        patients,
        account,
        trial.trial(judged, [criterion], control),
        labels(response, rows),
        _summary(arm, visit, variable, values, control),
    )


def _summary(
    arm: pd.Series, visit: str, variable: str, values: pd.DataFrame | None, control: str
) -> pd.DataFrame:
    if values is None:
        return pd.DataFrame(columns=continuous.COLUMNS)
    index = pd.MultiIndex.from_product([arm.index, [visit]], names=["patient", "visit"])
    before, after = (values[[name]].set_axis([variable], axis=1) for name in ("baseline", "value"))
    every = pd.Series(True, index=index)
    course = Course(
        before.set_axis(index), after.set_axis(index), arm.set_axis(index), every, every
    )
    return continuous.summarise(course, [variable], control)
