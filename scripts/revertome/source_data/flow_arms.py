"""Patients of each arm from allocation to analysis: who has a sample at each visit, and why not."""

import re
from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from revertome import naming
from revertome.association.absent import ALL
from revertome.small_cells import size
from revertome.source_data.tidy import LABELS

MOST_VISITS = 4  # boxes one above the other
COLUMNS = ["arm", "stage", "visit", "n_patients", "note", "text"]


def steps_of(
    absent: pd.DataFrame, patient_flow: pd.DataFrame, design: Mapping[str, Any]
) -> pd.DataFrame:
    """Return the boxes of each arm from above; a single column where there is one arm.

    Parameters
    ----------
    absent
        association/absent.tsv. Whom it withholds is withheld here.
    patient_flow
        association/flow.tsv, for who was randomised.
    design
        Design of the study.

    Returns
    -------
    DataFrame
        arm, stage (`allocated` or, of one arm, `enrolled`; `sampled` at a visit; `analysed`: pairs,
        or patients of one visit), visit, n_patients, note (who is absent and why, of those with a
        sample at baseline; of the analysed, how many of each label), text.
    """
    counts = ["n_expected", "n_present", "n_absent", "n_added"]
    absent = absent.astype(dict.fromkeys(counts, float))  # withheld: missing
    whole = absent[absent["label"] == ALL]
    arms = [arm for arm in dict.fromkeys(whole["arm"]) if arm != ALL] or [ALL]
    tables = [_of_arm(arm, absent, patient_flow, design, len(arms) > 1) for arm in arms]
    return pd.concat(tables, ignore_index=True)[COLUMNS]


def _of_arm(
    arm: str, absent: pd.DataFrame, flow: pd.DataFrame, design: Mapping[str, Any], several: bool
) -> pd.DataFrame:
    mine = absent[absent["arm"] == arm]
    whole = mine[mine["label"] == ALL]
    # Without a sheet of visits it is not known who was randomised.
    randomised = flow[flow["stage"].eq("randomised") & flow["arm"].eq(arm)]["n_patients"].dropna()
    n = randomised.iloc[0] if len(randomised) else whole["n_expected"].iloc[0]
    words = f"{size(n)} randomised" if several and len(randomised) else f"n = {size(n)}"
    stage = "allocated" if several else "enrolled"
    found = [{"stage": stage, "n_patients": n, "text": words}]
    shown = whole["visit"].isin(shown_visits(list(whole["visit"]), design))
    for row in whole[shown].to_dict("records"):
        n = _sampled(row)
        step = {"stage": "sampled", "visit": row["visit"], "n_patients": n}
        found.append(step | {"text": f"{size(n)} sampled", "note": _lost(row, design)})
    at = design["baseline"] if design["followup"] is None else design["followup"]
    n = whole.loc[whole["visit"] == at, "n_present"].iloc[0]
    unit = "patients" if design["followup"] is None else "pairs"
    labels = mine[mine["visit"] == at].set_index("label")["n_present"]
    labels = labels.reindex([name for name in LABELS if name in labels.index])
    told = [f"{naming.group(name)} {size(k)}" for name, k in labels.items() if k != 0]
    step = {"stage": "analysed", "n_patients": n, "note": ", ".join(told) or None}
    found.append(step | {"text": f"{size(n)} {unit}"})
    return pd.DataFrame(found, columns=COLUMNS).assign(arm=arm)


def shown_visits(visits: list[str], design: Mapping[str, Any]) -> list[str]:
    """Return the visits that have a box: of many the first ones and the main follow-up."""
    last = visits[-1] if design["followup"] is None else str(design["followup"])
    rest = [visit for visit in visits if visit != last]
    return [*rest[: MOST_VISITS - 1], last]


def _sampled(row: Mapping[Any, Any]) -> float:
    """Patients with a sample that is used."""
    if pd.isna(row["n_present"]) or pd.isna(row["n_added"]):
        return float(np.nan)
    return float(row["n_present"] + row["n_added"])


def _lost(row: Mapping[Any, Any], design: Mapping[str, Any]) -> str | None:
    """Who is absent and why, and who has a sample here and none at baseline."""
    parts = []
    if pd.isna(row["n_absent"]):
        parts.append(f"absent: {size(row['n_absent'])}")
    elif row["n_absent"]:
        why = str(row["note"])
        why = why if ";" in why else re.sub(r"^\d+ ", "", why)  # of one reason not twice
        parts.append(f"{row['n_absent']:.0f} absent: {why}")
    if pd.notna(row["n_added"]) and row["n_added"]:
        visit = naming.visit(design["baseline"])
        parts.append(f"{row['n_added']:.0f} more, without a sample at {visit}")
    return "; ".join(parts) or None
