"""Blood counts of the visits sheet, brought to the samples."""

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from revertome.trial import sheet_followup

COUNTS = (
    "leukocytes", "neutrophils", "lymphocytes", "monocytes", "eosinophils", "basophils",
    "platelets", "haemoglobin",
)  # fmt: skip


def blood_counts(
    obs: pd.DataFrame,
    visits: pd.DataFrame,
    design: Mapping[str, Any],
    clinic: Mapping[str, Any],
    names: Sequence[str] = COUNTS,
) -> pd.DataFrame:
    """Look up the blood counts of every sample.

    Parameters
    ----------
    obs : DataFrame
        patient and visit of the samples.
    visits : DataFrame
        patient, visit and clinical columns; may have no rows.
    design : mapping
        `baseline` and `followup`.
    clinic : mapping
        Section `response`: `baseline_visit` and `visit` of the visits sheet ("" is the design's).
    names : sequence of str
        Columns to look up.

    Returns
    -------
    DataFrame, (samples, ...)
        Counts that the visits sheet has and the samples have not; NaN where unknown.
    """
    known = set(visits["visit"]) if "visit" in visits else set()
    times = {name: name for name in obs["visit"].dropna().unique()}
    times[design["baseline"]] = clinic["baseline_visit"] or design["baseline"]
    if design["followup"] is not None:
        times[design["followup"]] = sheet_followup(known, design, clinic)
    columns = [name for name in names if name in visits and name not in obs]
    rows = visits.drop_duplicates(["patient", "visit"]).set_index(["patient", "visit"])[columns]
    keys = pd.MultiIndex.from_arrays([obs["patient"], obs["visit"].map(times)])
    return rows.reindex(keys).set_axis(obs.index)
