"""Which patient has a sample at which visit, and what is recorded where one misses."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from revertome.association.patient_flow import arms
from revertome.trial import arm_of, is_patient, label_by_patient, sheet_followup, visits_of

PRESENT, FAILED, NONE = "present", "failed", "none"
# Columns of the visits sheet or the sample sheet, the first that says something.
COLUMNS = ("reason", "discontinued")
STOPPED = "treatment stopped"
YES, NO = ("1", "1.0", "yes", "true"), ("0", "0.0", "no", "false", "none", "")
FAILED_WORDS = "sample failed quality control"
UNKNOWN, SEEN, NOT_SEEN = "nothing recorded", "seen, no sample", "not seen at the visit"


@dataclass(frozen=True)
class Presence:
    """Patients and their samples.

    Attributes
    ----------
    people : DataFrame
        One row a patient (in each arm that the patient was in): patient, arm, label.
    status : DataFrame, people x visits
        `present` (a sample that is used), `failed` (one that quality control left out) or `none`.
    visits : list of str
        Visits of the design in order, the baseline first.
    records : DataFrame
        patient, visit, column, text: what the sheets record of `COLUMNS`.
    excluded : DataFrame
        patient, visit, reason of the samples that the study file leaves out.
    seen : DataFrame
        patient, visit: rows of the visits sheet, under the names of the design.
    """

    people: pd.DataFrame
    status: pd.DataFrame
    visits: list[str]
    records: pd.DataFrame
    excluded: pd.DataFrame
    seen: pd.DataFrame


def presence(
    samples: pd.DataFrame,
    visits: pd.DataFrame,
    labels: pd.DataFrame,
    design: Mapping[str, Any],
    clinic: Mapping[str, Any],
    excluded: pd.DataFrame | None = None,
) -> Presence:
    """Gather who has a sample at which visit.

    Parameters
    ----------
    samples : DataFrame
        sample, patient, visit, group, used (passed quality control); arm, reason and discontinued
        where the study has them.
    visits : DataFrame
        Visits sheet: patient, arm, visit, ...; may have no rows.
    labels : DataFrame
        patient, label; patients without a sample too.
    design : mapping
        `baseline`, `followup`, `followups`, `healthy`, `arm`, `time_control`.
    clinic : mapping
        `baseline_visit` and `visit` of the visits sheet; see `trial.values_of`.
    excluded : DataFrame, optional
        patient, visit, reason of samples left out by name.
    """
    names = [c for c in ("patient", "visit", "group", "arm") if c in samples]
    samples = samples.astype(dict.fromkeys(names, object))
    own = samples[is_patient(samples, design)]
    own = own.assign(arm=arm_of(own, design) if design.get("arm") else arms(own, visits))
    # A sample that does not say its arm is of the one that the patient's other samples have.
    own["arm"] = own["arm"].fillna(own["patient"].map(own.groupby("patient")["arm"].first()))
    found = own[["patient", "arm"]].drop_duplicates()
    rest = sorted({*labels["patient"], *visits["patient"]} - {*found["patient"]})
    known = visits.dropna(subset="arm").drop_duplicates("patient").set_index("patient")["arm"]
    late = pd.DataFrame({"patient": rest, "arm": known.reindex(rest).to_numpy()}, dtype=object)
    people = pd.concat([found, late]) if rest else found
    people = people.sort_values("patient", kind="stable", ignore_index=True)
    people["label"] = people["patient"].map(label_by_patient(labels)).fillna("unlabelled")
    order = visits_of(design)
    at = pd.MultiIndex.from_frame(people[["patient", "arm"]].astype(str))
    statuses = pd.DataFrame(index=people.index)
    for visit in order:
        here = own[own["visit"].astype(str).eq(visit)]
        used = here.groupby([here["patient"].astype(str), here["arm"].astype(str)])["used"].any()
        status = used.map({True: PRESENT, False: FAILED}).astype(object)
        statuses[visit] = status.reindex(at).fillna(NONE).to_numpy()
    seen = visits[["patient", "visit"]].assign(visit=_named(visits["visit"], design, clinic))
    records = pd.concat([_records(visits.assign(visit=seen["visit"])), _records(own)])
    nothing = pd.DataFrame(columns=["patient", "visit", "reason"])
    left_out = nothing if excluded is None else excluded
    return Presence(people, statuses, order, records, left_out, seen)


def _named(visit: pd.Series, design: Mapping[str, Any], clinic: Mapping[str, Any]) -> pd.Series:
    """Visits of the visits sheet under the names that the design has for them."""
    names = {clinic["baseline_visit"] or design["baseline"]: design["baseline"]}
    if design["followup"] is not None:
        names[sheet_followup(visit, design, clinic)] = design["followup"]
    return visit.map(lambda each: str(names.get(each, each)))


def _records(table: pd.DataFrame) -> pd.DataFrame:
    """What the columns say, a row each; 0 and `no` say nothing."""
    rows = [
        (row["patient"], str(row["visit"]), column, STOPPED if text.lower() in YES else text)
        for column in COLUMNS
        if column in table
        for row in table.to_dict("records")
        if not pd.isna(row[column]) and (text := str(row[column]).strip()).lower() not in NO
    ]
    return pd.DataFrame(rows, columns=["patient", "visit", "column", "text"], dtype=object)


def until(records: pd.DataFrame, visits: list[str], visit: str) -> pd.DataFrame:
    """Records that hold at a visit: its own, then those of any visit that is not a later one."""
    later = visits[visits.index(visit) + 1 :]
    kept = records[~records["visit"].isin(later)]
    order = kept["column"].map(COLUMNS.index).astype(int)
    return kept.assign(own=kept["visit"].eq(visit), order=order).sort_values(
        ["own", "order"], ascending=[False, True], kind="stable"
    )


def reasons(found: Presence, visit: str) -> pd.Series:
    """Why each of `people` has no sample at a visit, as far as is known.

    In this order: a sample failed quality control; the study file left one out; what the columns
    `reason` and `discontinued` say at that visit, then at another that is not later; whether the
    patient was seen at that visit.

    Returns
    -------
    Series of str, by the rows of `people`
        Empty where there is a sample.
    """
    told = until(found.records, found.visits, visit).drop_duplicates("patient")
    words = told["text"] + told["visit"].map(lambda at: "" if at == visit else f" (told at {at})")
    recorded = dict(zip(told["patient"], words, strict=True))
    left = found.excluded[found.excluded["visit"].astype(str).eq(visit)]
    out = {p: f"sample left out: {why}" for p, why in zip(left["patient"], left["reason"],
                                                          strict=True)}  # fmt: skip
    there = set(found.seen.loc[found.seen["visit"].eq(visit), "patient"])

    def why(patient: object, status: str) -> str:
        if status == PRESENT:
            return ""
        if status == FAILED:
            return FAILED_WORDS
        seen = SEEN if patient in there else NOT_SEEN if there else UNKNOWN
        return str(out.get(patient) or recorded.get(patient) or seen)

    pairs = zip(found.people["patient"], found.status[visit], strict=True)
    return pd.Series([why(*pair) for pair in pairs], index=found.people.index, dtype=object)


def stopped(found: Presence, visit: str) -> pd.Series:
    """Whether each of `people` is recorded to have stopped the treatment by a visit."""
    records = until(found.records, found.visits, visit)
    return found.people["patient"].isin(records.loc[records["column"] == "discontinued", "patient"])
