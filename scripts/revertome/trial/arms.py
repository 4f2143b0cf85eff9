"""Arms of a trial: who is in which, and whether patients change between them."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

EVERYONE = "all patients"
UNKNOWN = "no arm given"
UNIT = "patient_in_arm"  # column of the samples of a crossover: the patient in one arm


def named_arms(arm: pd.Series) -> pd.Series:
    """Arms in words: `all patients` where nobody has one, `no arm given` where some have none."""
    return arm.fillna(UNKNOWN if arm.notna().any() else EVERYONE)


def its_name(arm: object) -> str:
    """Name of an arm in a table in which `all` and `healthy` are other people."""
    return f"{arm} (its name)" if str(arm) in ("all", "healthy") else str(arm)


def arm_of(obs: pd.DataFrame, design: Mapping[str, Any]) -> pd.Series:
    """Arm of every sample of `design.arm`; missing where there is none.

    An arm that is written beside some samples of a patient holds for all of them, unless the
    patient is in several (`crosses`).

    Returns
    -------
    Series of object, (n,)
    """
    arm = design.get("arm")
    if arm is None or arm["column"] not in obs:
        return pd.Series(None, index=obs.index, dtype=object)
    found = obs[arm["column"]].astype(object)
    found = found.where(found.isna(), found.astype(str))
    patient = obs["patient"].astype(str).to_numpy()
    known = found.groupby(patient)
    one = known.transform("nunique").eq(1)
    return found.where(found.notna() | ~one, known.transform("first"))


def crosses(obs: pd.DataFrame, design: Mapping[str, Any]) -> bool:
    """Whether any patient is in several arms, as in a crossover or in aliquots of one sample."""
    arms = arm_of(obs, design).groupby(obs["patient"].astype(str).to_numpy()).nunique()
    return bool(arms.gt(1).any())


def units_of(obs: pd.DataFrame, design: Mapping[str, Any]) -> pd.Series:
    """Patient of every sample, in a crossover together with the arm: within it pairs are formed."""
    patient = obs["patient"].astype(str)
    arm = arm_of(obs, design)
    if not crosses(obs, design):
        return patient
    return patient.where(arm.isna(), patient + " in " + arm.fillna("").astype(str))
