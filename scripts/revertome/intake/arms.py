"""Are arms and doses what the design says they are?"""

import warnings
from collections.abc import Mapping
from typing import Any

import pandas as pd

from revertome.errors import StudyError
from revertome.intake.columns import few
from revertome.intake.names_of_people import plain_names
from revertome.trial import arm_of, controlled, crosses, dose_of, followups, is_patient

LEAST = 3  # patients of an arm, below which no variance of it is worth its name


def check_arms(samples: pd.DataFrame, design: Mapping[str, Any], source: str) -> None:
    """Refuse doses that are none, arms without a control or that are the treatment of the day.

    Parameters
    ----------
    samples : DataFrame, (n, ...)
        patient, visit, group and the column of the arm.
    design : mapping
        Section `design` of the study file.
    source : str
        Name of the sheet, for messages.

    Raises
    ------
    StudyError
        Names the arms or doses, the patients, and what can be done.

    Warns
    -----
    UserWarning
        Of patients without an arm, of arms of few patients at a controlled visit, of arms that
        differ in spelling alone, of few patients in several arms, and of healthy people beside
        such patients.
    """
    if design.get("dose") is not None:
        dose_of(samples[is_patient(samples, design)], design, source)
    if design.get("arm") is None:
        return
    patients = samples[is_patient(samples, design)]
    arm, control = arm_of(patients, design), str(design["arm"]["control"])
    key = f"{source}: column '{design['arm']['column']}'"
    found = sorted(arm.dropna().unique())
    if control not in found or len(found) < 2:
        raise StudyError(
            f"{key}: arms {few(found) or 'are empty'}; expected '{control}' of design.arm.control "
            "and another; name the control as the sheet does, or leave design.arm out"
        )
    at_base = patients["visit"].astype(str).eq(str(design["baseline"]))
    if crosses(patients, design) and not crosses(patients[at_base], design):
        own = arm.groupby(patients["patient"].astype(str).to_numpy()).nunique()
        who = str(own.index[own.gt(1)][0])
        rows = patients["patient"].astype(str).eq(who)
        told = [f"{a} at {v}" for a, v in zip(arm[rows], patients["visit"][rows], strict=True)]
        raise StudyError(
            f"{key}: patient '{who}' changes arm ({', '.join(told)}), and nobody was seen at "
            f"{design['baseline']} in two arms: is it the treatment of the day? Give the arm to "
            "which each patient was randomised, and in design.arm.until the last visit before "
            "the control was switched"
        )
    _warn_of_slips(patients, arm, key)
    lacking = sorted(patients["patient"][arm.isna()].astype(str).unique())
    if lacking:
        n = len(lacking)
        who = "1 patient has no arm and is" if n == 1 else f"{n} patients have no arm and are"
        warnings.warn(f"{key}: {who} in no comparison of arms: {few(lacking)}", stacklevel=3)
    if crosses(patients, design) and design.get("healthy") is not None:
        warnings.warn(
            f"{key}: patients are in several arms, and healthy people are compared with them in "
            "all arms together: right where every arm has an untreated baseline of its own, wrong "
            "for aliquots that were treated in the dish; keep the untreated ones alone by "
            "intake.keep to compare patients with healthy people",
            stacklevel=3,
        )
    for visit in followups(design):
        if controlled(design, visit):
            _enough(patients[patients["visit"].astype(str).eq(visit)], arm, visit, key)


def _warn_of_slips(patients: pd.DataFrame, arm: pd.Series, key: str) -> None:
    """Warn of one arm in two spellings, and of a crossover that may be a slip of an id."""
    names = pd.Series(sorted(arm.dropna().unique()))
    for _, own in names.groupby(plain_names(names)):
        if len(own) > 1:
            warnings.warn(
                f"{key}: arms {few(own)} differ in spelling alone and are taken as {len(own)} "
                "arms; if they are one, give them one name by intake.fields.arm.values",
                stacklevel=4,
            )
    n = arm.groupby(patients["patient"].astype(str).to_numpy()).nunique()
    crossing = n.index[n.gt(1)]
    if 0 < 2 * len(crossing) < len(n):
        warnings.warn(
            f"{key}: {len(crossing)} of {len(n)} patients ({few(crossing)}) are in several arms, "
            "the others in one, and the study is taken as a crossover; if that is a slip, correct "
            "the patient or the arm of these samples",
            stacklevel=4,
        )


def _enough(at: pd.DataFrame, arm: pd.Series, visit: str, key: str) -> None:
    counts = at["patient"].groupby(arm[at.index]).nunique()
    small = [f"{name} {counts.get(name, 0)}" for name in sorted(arm.dropna().unique())
             if counts.get(name, 0) < LEAST]  # fmt: skip
    if small:
        warnings.warn(
            f"{key}: at {visit} fewer than {LEAST} patients have a sample in {', '.join(small)}; "
            "what is said of that arm rests on the variance of the others",
            stacklevel=4,
        )
