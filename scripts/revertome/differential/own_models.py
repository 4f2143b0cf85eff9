"""Contrasts that need a model of their own: of groups of response, of its number, of doses."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from revertome.differential.dose import dose_model
from revertome.differential.response_models import (
    baseline_model,
    group_baseline_model,
    group_model,
    value_model,
)
from revertome.trial import Model


def own_model(
    home: str,
    obs: pd.DataFrame,
    labels: pd.DataFrame,
    design: Mapping[str, Any],
    blocking: str,
) -> Model:
    """The model of one kind of contrasts, at the visit of the design.

    Parameters
    ----------
    home : str
        Of `home_of`.
    obs, labels, design
        As of `models`.
    blocking : str
        Of the changes of groups; `auto` takes patients as fixed.
    """
    if home == "groups":
        return group_model(obs, labels, design, "random" if blocking == "random" else "fixed")
    if home == "dose_trend":
        return dose_model(obs, design)
    builders = {
        "groups at baseline": group_baseline_model,
        "change_by_response": value_model,
        "baseline_by_response": baseline_model,
    }
    return builders[home](obs, labels, design)
