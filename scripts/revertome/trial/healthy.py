"""Who is healthy, who is a patient, and which samples are of a visit of the design."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from revertome.visits import followups, visits_of

TIMES = ("baseline", "followup")


def is_healthy(obs: pd.DataFrame, design: Mapping[str, Any]) -> pd.Series:
    """Mask of the healthy samples; all False in a study without them.

    Parameters
    ----------
    obs : DataFrame, (n, ...)
        Samples with column group.
    design : mapping
        `healthy`: the value of group of healthy samples, compared as text; None where there are
        none. Where healthy people are followed as time controls (`time_control`), their samples at
        a follow-up visit are not among them.

    Returns
    -------
    Series of bool, (n,)
    """
    if design.get("healthy") is None:
        return pd.Series(False, index=obs.index)
    healthy = obs["group"].astype(str).eq(str(design["healthy"]))
    if "visit" in obs and design.get("time_control") == design["healthy"]:
        return healthy & ~obs["visit"].astype(str).isin(followups(design))
    return healthy


def is_time_control(obs: pd.DataFrame, design: Mapping[str, Any]) -> pd.Series:
    """Mask of the samples of people followed without disease or drug that are not `healthy`."""
    if design.get("time_control") is None:
        return pd.Series(False, index=obs.index)
    own = obs["group"].astype(str).eq(str(design["time_control"]))
    return own & ~is_healthy(obs, design)


def is_patient(obs: pd.DataFrame, design: Mapping[str, Any]) -> pd.Series:
    """Mask of the samples of patients: of nobody healthy, and of no time control."""
    return ~is_healthy(obs, design) & ~is_time_control(obs, design)


def sample_times(design: Mapping[str, Any]) -> dict[str, str]:
    """Name the visits asked about: `baseline`, and `followup` unless the study has one visit."""
    return {time: design[time] for time in TIMES if design[time] is not None}


def patients_at(obs: pd.DataFrame, design: Mapping[str, Any], time: str) -> pd.Series:
    """Mask of the samples of patients at `time`, which is `baseline` or `followup`.

    Returns
    -------
    Series of bool, (n,)
        All False at the follow-up of a study of one visit.
    """
    return obs["visit"].astype(object).eq(design[time]) & is_patient(obs, design)


def analysed(obs: pd.DataFrame, design: Mapping[str, Any]) -> pd.DataFrame:
    """Samples that enter the models: healthy, and all others at a visit of the design."""
    visits = obs["visit"].astype(object).isin(visits_of(design))
    return obs[is_healthy(obs, design) | visits]
