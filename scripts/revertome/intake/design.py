"""Can covariates be told apart from the visits and groups, before anything is computed?"""

import warnings
from collections.abc import Mapping
from typing import Any

import pandas as pd

from revertome.errors import StudyError
from revertome.intake.arms import check_arms
from revertome.intake.columns import few
from revertome.intake.names_of_people import plain_names
from revertome.trial import (
    at_visit,
    between_people,
    followups,
    is_patient,
    refuse_hidden,
    verdicts,
    within_patients,
)

HELD = ("sample", "patient", "visit", "group")  # by every model, or by none
NOBODY = pd.DataFrame({"patient": [], "label": []})  # has a label before response is judged


def check_design(samples: pd.DataFrame, design: Mapping[str, Any], source: str) -> None:
    """Refuse covariates that are missing, constant, or hide the change or the disease.

    Labels of patients are not known yet: the models ask again for each label.

    Parameters
    ----------
    samples : DataFrame, (n, ...)
        patient, visit, group and the covariates.
    design : mapping
        Section `design` of the study file.
    source : str
        Name of the sheet, for messages.

    Raises
    ------
    StudyError
        Names the covariate, the samples or patients, and what can be done.
    """
    covariates = list(design["covariates"])
    for name in covariates:
        if name in HELD:
            raise StudyError(
                f"{source}: design.covariates: '{name}' is no covariate, models have samples, "
                "patients, visits and groups already; leave it out"
            )
    # A copy of the visit is mostly empty in healthy people, and no filling in mends it.
    sick = samples[is_patient(samples, design)]
    known = [name for name in covariates if sick[name].notna().all()]
    pairs = within_patients(sick, NOBODY, {**design, "covariates": known})
    for visit in followups(design):
        refuse_hidden(verdicts(["change_all"], None, pairs, at_visit(design, visit)), source)
    for name in covariates:
        _complete(samples[name], source)
    people = between_people(samples, NOBODY, design)
    refuse_hidden(verdicts(["disease"], people, pairs, design), source)
    check_arms(samples, design, source)
    for name in covariates:
        _lone_levels(samples[name], source)
        _levels_alike(samples[name], source)


def _complete(values: pd.Series, source: str) -> None:
    empty = values.isna()
    if empty.any():
        raise StudyError(
            f"{source}: covariate '{values.name}' is missing in {int(empty.sum())} samples: "
            f"{few(values.index[empty])}; fill it in, exclude the samples, or drop it from "
            "design.covariates"
        )
    if len(values.unique()) == 1:
        raise StudyError(
            f"{source}: covariate '{values.name}' is '{values.iloc[0]}' in every sample, so "
            "nothing can be adjusted for; drop it from design.covariates"
        )


def _levels_alike(values: pd.Series, source: str) -> None:
    """Warn of levels that differ in spelling alone."""
    if pd.api.types.is_numeric_dtype(values):
        return
    levels = pd.Series(sorted(values.astype(str).unique()))
    alike = [own.tolist() for _, own in levels.groupby(plain_names(levels)) if len(own) > 1]
    if alike:
        told = "; ".join(few(names) for names in alike[:3])
        warnings.warn(
            f"{source}: covariate '{values.name}' has levels that differ in spelling alone: {told}"
            f"; if they are one, make them one by intake.fields.{values.name}.values",
            stacklevel=3,
        )


def _lone_levels(values: pd.Series, source: str) -> None:
    """Warn of levels with one sample."""
    if pd.api.types.is_numeric_dtype(values):
        return
    counts = values.astype(str).value_counts()
    lone = values[values.astype(str).isin(counts.index[counts.eq(1)])]
    if len(lone):
        warnings.warn(
            f"{source}: covariate '{values.name}' has levels with one sample, which adjustment "
            f"for it takes out of every comparison: {few(lone.index)}",
            stacklevel=3,
        )
