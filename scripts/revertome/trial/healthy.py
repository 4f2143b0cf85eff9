"""Who is healthy, and which samples are of patients at a visit of the design."""

from collections.abc import Mapping
from typing import Any

import pandas as pd


def is_healthy(obs: pd.DataFrame, design: Mapping[str, Any]) -> pd.Series:
    """Mask of the healthy samples; all False in a study without them.

    Parameters
    ----------
    obs : DataFrame, (n, ...)
        Samples with column group.
    design : mapping
        `healthy`: the value of group of healthy samples, compared as text; None where there are
        none.

    Returns
    -------
    Series of bool, (n,)
    """
    if design.get("healthy") is None:
        return pd.Series(False, index=obs.index)
    return obs["group"].astype(str).eq(str(design["healthy"]))


def patients_at(obs: pd.DataFrame, design: Mapping[str, Any], time: str) -> pd.Series:
    """Mask of the samples of patients at `time`, which is `baseline` or `followup`.

    Returns
    -------
    Series of bool, (n,)
    """
    return obs["visit"].astype(object).eq(design[time]) & ~is_healthy(obs, design)


def analysed(obs: pd.DataFrame, design: Mapping[str, Any]) -> pd.DataFrame:
    """Samples that enter the models: healthy, and patients at the two visits compared."""
    visits = obs["visit"].isin([design["baseline"], design["followup"]])
    return obs[is_healthy(obs, design) | visits]
