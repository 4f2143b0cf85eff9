"""Labels of patients, and the cell of every sample: healthy, or label x visit."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from revertome.trial.healthy import is_healthy

# Groups of patients, as contrasts and tests name them, and the label of their members.
GROUPS = {"responders": "responder", "nonresponders": "nonresponder"}


def label_by_patient(labels: pd.DataFrame) -> pd.Series:
    """Response label, indexed by patient, of the table `labels` (patient, label)."""
    return labels.set_index("patient")["label"]


def cell_name(label: str, visit: str) -> str:
    """Name of the cell of patients with a label at a visit."""
    return f"{label}.{visit}"


def cells(obs: pd.DataFrame, labels: pd.DataFrame, design: Mapping[str, Any]) -> pd.DataFrame:
    """Columns `label`, `visit` and `cell` (`healthy` or `<label>.<visit>`) for every sample.

    Patients without a row in `labels` are `unlabelled`; healthy samples have the label `healthy`
    and no visit.

    Parameters
    ----------
    obs : DataFrame, (n, ...)
        Samples with patient, visit, group.
    labels : DataFrame
        patient, label.
    design : mapping
        `healthy`, the value of group.

    Returns
    -------
    DataFrame, (n, 3)
    """
    healthy = is_healthy(obs, design)
    label = obs["patient"].astype(str).map(label_by_patient(labels))
    label = label.fillna("unlabelled").where(~healthy, "healthy")
    visit = obs["visit"].astype(object).where(~healthy, None)
    # Every factor that splits patients into cells (an arm, later) is one more part of the name.
    named = map(cell_name, label, visit.fillna("").astype(str))
    cell = pd.Series(named, index=obs.index, dtype=label.dtype).where(~healthy, "healthy")
    return pd.DataFrame({"label": label, "visit": visit, "cell": cell}, index=obs.index)


def role(obs: pd.DataFrame, design: Mapping[str, Any]) -> pd.Series:
    """Say for every sample whether it is `healthy`, `baseline`, `followup` or missing (neither)."""
    names = {design["baseline"]: "baseline", design["followup"]: "followup"}
    found = obs["visit"].astype("object").map(names).astype("object")
    return found.mask(is_healthy(obs, design), "healthy")
