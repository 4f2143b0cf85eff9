"""Labels of patients, and the cell of every sample: healthy, or label x arm x visit."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from revertome.trial.arms import UNIT, arm_of, crosses, units_of
from revertome.trial.healthy import is_healthy, is_patient, sample_times

# Groups of patients, as contrasts and tests name them, and the label of their members.
GROUPS = {"responders": "responder", "nonresponders": "nonresponder"}
NOT_PATIENTS = ("healthy", "time_control")  # labels of people who have no disease


def label_by_patient(labels: pd.DataFrame) -> pd.Series:
    """Response label, indexed by patient, of the table `labels` (patient, label)."""
    return labels.set_index("patient")["label"]


def cell_name(label: str, visit: str, arm: str | None = None) -> str:
    """Name of the cell of patients with a label, of an arm where there are arms, at a visit."""
    return ".".join(part for part in (label, arm, visit) if part is not None)


def cells(obs: pd.DataFrame, labels: pd.DataFrame, design: Mapping[str, Any]) -> pd.DataFrame:
    """Columns `label`, `arm`, `visit` and `cell` for every sample.

    The cell is `healthy` or `<label>.<visit>`, with `design.arm` `<label>.<arm>.<visit>`. Patients
    without a row in `labels` are `unlabelled`; healthy samples have the label `healthy` and no
    visit; people followed over the same time without disease or drug have the label
    `time_control`. In a crossover a further column says within whom pairs are formed.

    Parameters
    ----------
    obs : DataFrame, (n, ...)
        Samples with patient, visit, group.
    labels : DataFrame
        patient, label.
    design : mapping
        `healthy` and `time_control`, values of group; `arm`.

    Returns
    -------
    DataFrame, (n, 4 or 5)
    """
    healthy, patient = is_healthy(obs, design), is_patient(obs, design)
    label = obs["patient"].astype(str).map(label_by_patient(labels))
    label = label.fillna("unlabelled").where(patient, "time_control").where(~healthy, "healthy")
    visit = obs["visit"].astype(object).where(~healthy, None)
    arm = arm_of(obs, design).where(patient, None)
    arm = arm.where(arm.notna(), None)
    named = map(cell_name, label, visit.fillna("").astype(str), arm)
    cell = pd.Series(named, index=obs.index, dtype=label.dtype).where(~healthy, "healthy")
    found = {"label": label, "arm": arm, "visit": visit, "cell": cell}
    if crosses(obs, design):
        found[UNIT] = units_of(obs, design)
    return pd.DataFrame(found, index=obs.index)


def randomised_cells(obs: pd.DataFrame, design: Mapping[str, Any]) -> pd.DataFrame:
    """Cells of the patients as they were randomised, with one baseline of all arms.

    Columns as of `cells`; label is the arm, as response comes after randomisation. The cell of a
    patient is `<baseline>` before treatment and `<arm>.<visit>` after it: before treatment arms
    differ by chance alone, and one mean of all of them is the baseline of each (constrained
    longitudinal data analysis, Liang & Zeger 2000, Sankhya B 62:134).
    """
    found = cells(obs, pd.DataFrame({"patient": [], "label": []}), design)
    sick = found["arm"].notna()
    base = found["visit"].eq(str(design["baseline"]))
    after = found["arm"].astype(str) + "." + found["visit"].astype(str)
    cell = found["cell"].mask(sick, after).mask(sick & base, str(design["baseline"]))
    return found.assign(label=found["label"].mask(sick, found["arm"]), cell=cell)


def role(obs: pd.DataFrame, design: Mapping[str, Any]) -> pd.Series:
    """Say for every sample whether it is `healthy`, `baseline`, `followup` or missing (neither)."""
    names = {visit: time for time, visit in sample_times(design).items()}
    found = obs["visit"].astype("object").map(names).astype("object")
    return found.mask(is_healthy(obs, design), "healthy")
