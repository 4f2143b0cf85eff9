"""Where patients went: randomised, treated, seen, bled, measured, paired, compared."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from revertome.differential.names import variable_of
from revertome.small_cells import size
from revertome.trial import (
    GROUPS,
    complete_pairs,
    is_healthy,
    its_name,
    label_by_patient,
    sample_times,
    unit_column,
)
from revertome.visits import visits_of

COLUMNS = ["stage", "detail", "arm", "n_patients", "n_samples", "n_pairs", "note"]
ALL = "all"
NOT_FITTED = "not fitted: "


def patient_flow(
    samples: pd.DataFrame,
    visits: pd.DataFrame,
    contrasts: pd.DataFrame,
    labels: pd.DataFrame,
    design: Mapping[str, Any],
    baseline_visit: str = "",
) -> pd.DataFrame:
    """Count patients from randomisation to each contrast, by arm.

    Parameters
    ----------
    samples : DataFrame
        sample, patient, visit, group, used (passed quality control); arm where the study has it.
    visits : DataFrame
        patient, arm, visit; may have no rows. A column `treated` (0 or 1) says who got the drug.
    contrasts : DataFrame
        contrast, n_samples, n_patients, n_pairs of the fitted models.
    labels : DataFrame
        patient, label.
    design : mapping
        `baseline`, `followup`, `healthy`.
    baseline_visit : str
        Baseline in the visits sheet; `design["baseline"]` when empty.

    Returns
    -------
    DataFrame
        stage, detail (visit or contrast), arm (`all` for everyone; `healthy` for healthy people),
        n_patients, n_samples, n_pairs, note. Stages: randomised (with a baseline visit), treated,
        visit reached, blood drawn (has a sample that was measured), passed QC, complete pair
        (baseline and follow-up both used; of one visit none), contrast (who is compared: complete
        pairs of the named
        group, or its samples at one visit with the healthy; the note has the size of the model,
        which borrows strength from the others). A number that nothing records is missing and
        the note says why; it is never guessed.
    """
    names = [c for c in ("patient", "visit", "group", "arm") if c in samples]
    samples = samples.astype(dict.fromkeys(names, object))
    well = samples[is_healthy(samples, design)]
    patients = samples.drop(index=well.index)
    patients = patients.assign(arm=arms(patients, visits))
    rows = _clinic(visits, baseline_visit or design["baseline"])
    taken = [visit for visit in sample_times(design).values() if visit in set(patients["visit"])]
    for stage, kept in (("blood drawn", patients), ("passed QC", patients[patients["used"]])):
        for visit in (v for v in visits_of(design) if v in set(patients["visit"])):
            rows += _by_arm(stage, visit, kept[kept["visit"] == visit], samples=True)
        if design["healthy"] is not None:
            those = well if stage == "blood drawn" else well[well["used"]]
            rows.append(_row(stage, "", "healthy", those["patient"].nunique(), len(those)))
    used = patients[patients["used"] & patients["visit"].isin(taken)]
    pairs = complete_pairs(used, design["baseline"], design["followup"])
    whole = used[used[unit_column(used)].isin(pairs)]
    if design["followup"] is not None:
        pair = f"{design['baseline']} and {design['followup']}"
        rows += _by_arm("complete pair", pair, whole, samples=True, pairs=True)
    label = label_by_patient(labels)
    used, whole = (t.assign(label=t["patient"].map(label)) for t in (used, whole))
    for model in contrasts.to_dict("records"):
        rows.append(_contrast(model, used, whole, well.loc[well["used"], "patient"], design))
    return pd.DataFrame(rows, columns=COLUMNS)


def _clinic(visits: pd.DataFrame, baseline: str) -> list[dict[str, Any]]:
    if visits.empty:
        note = "no visits sheet: who was randomised, treated and seen is not recorded"
        return [_row(stage, "", ALL, note=note) for stage in ("randomised", "treated")]
    first = visits[visits["visit"] == baseline]
    rows = _by_arm("randomised", baseline, first)
    if "treated" in visits:
        yes = visits.groupby("patient")["treated"].max() > 0
        rows += _by_arm("treated", "", first[first["patient"].map(yes)])
    else:
        rows.append(_row("treated", "", ALL, note="no column 'treated' in the visits sheet"))
    for visit in dict.fromkeys(sorted(visits["visit"].unique(), key=_number)):
        if visit != baseline:
            rows += _by_arm("visit reached", visit, visits[visits["visit"] == visit])
    return rows


def _contrast(
    model: Mapping[str, Any],
    used: pd.DataFrame,
    whole: pd.DataFrame,
    well: pd.Series,
    design: Mapping[str, Any],
) -> dict[str, Any]:
    """Who is compared in a contrast; of a study's own contrast, the whole model."""
    name = str(model["contrast"])
    note = f"model of {size(model['n_samples'])} samples of {size(model['n_patients'])} people"
    if pd.isna(model.get("formula", "")):
        return _row("contrast", name, ALL, note=f"{NOT_FITTED}{model.get('dropped')}")
    members = GROUPS.get(name.partition("_")[2])
    if variable_of(name) is not None and pd.notna(model["n_pairs"]):
        n = int(model["n_pairs"])  # those that know the variable at both visits
        return _row("contrast", name, ALL, n, 2 * n, n, note)
    if name == "baseline":
        at_visit = used[used["visit"] == design["baseline"]]
        mine = at_visit[at_visit["label"].isin(GROUPS.values())]
        return _row("contrast", name, ALL, mine["patient"].nunique(), len(mine), None, note)
    if name == "interaction":
        mine = whole[whole["label"].isin(["responder", "nonresponder"])]
    elif name.startswith("change_") and (members or name == "change_all"):
        mine = whole if members is None else whole[whole["label"] == members]
    elif name.startswith("change_") and pd.notna(model["compared_patients"]):
        people, samples = int(model["compared_patients"]), int(model["compared_samples"])
        return _row("contrast", name, ALL, people, samples, people, note)
    elif name == "disease" or name.startswith("residual_"):
        visit = design["baseline" if name == "disease" else "followup"]
        at_visit = used[used["visit"] == visit]
        mine = at_visit if members is None else at_visit[at_visit["label"] == members]
        people = mine["patient"].nunique() + well.nunique()
        return _row("contrast", name, ALL, people, len(mine) + len(well), None, note)
    else:
        return _row("contrast", name, ALL, model["n_patients"], model["n_samples"], None, note)
    pairs = mine["patient"].nunique()
    return _row("contrast", name, ALL, pairs, len(mine), pairs, note)


def _number(name: str) -> tuple[int, str]:
    digits = "".join(c for c in str(name) if c.isdigit())
    return int(digits or 0), str(name)


def arms(patients: pd.DataFrame, visits: pd.DataFrame) -> pd.Series:
    """Arm of each sample's patient: of the sample sheet, else of the visits sheet."""
    own = patients["arm"] if "arm" in patients else pd.Series(np.nan, index=patients.index)
    known = visits.dropna(subset="arm").drop_duplicates("patient").set_index("patient")["arm"]
    return own.astype(object).where(own.notna(), patients["patient"].map(known))


def _by_arm(
    stage: str, detail: str, rows: pd.DataFrame, samples: bool = False, pairs: bool = False
) -> list[dict[str, Any]]:
    groups = [(ALL, rows), *((its_name(arm), own) for arm, own in rows.groupby("arm"))]
    return [
        _row(
            stage,
            detail,
            arm,
            n := members["patient"].nunique(),
            len(members) if samples else None,
            n if pairs else None,
        )
        for arm, members in groups
    ]


def _row(
    stage: str,
    detail: str,
    arm: str,
    n_patients: int | None = None,
    n_samples: int | None = None,
    n_pairs: int | None = None,
    note: str | None = None,
) -> dict[str, Any]:
    counts = {"n_patients": n_patients, "n_samples": n_samples, "n_pairs": n_pairs}
    whole = {name: pd.NA if n is None or pd.isna(n) else int(n) for name, n in counts.items()}
    return {"stage": stage, "detail": detail or pd.NA, "arm": arm, **whole, "note": note}
