"""Sample flow: who came, how many samples stand at each step, and who is compared."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from revertome import naming
from revertome.association.patient_flow import NOT_FITTED
from revertome.small_cells import is_small, size
from revertome.source_data.flow_arms import MOST_VISITS, steps_of
from revertome.source_data.tidy import (
    LABELS,
    RESPONSES,
    cohort,
    count,
    paired,
    stack,
)
from revertome.source_data.tidy import absent as nothing
from revertome.trial import visits_of

CLINIC = {"randomised": "randomised", "treated": "treated", "visit reached": "visits reached"}
ROOM = 42  # letters that fit in one box


def table(
    flow: pd.DataFrame,
    patient_flow: pd.DataFrame,
    expression: Any,
    labels: pd.DataFrame,
    design: Mapping[str, Any],
    suppress_below: int = 0,
    absent: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """Build the table of the sample flow.

    Returns
    -------
    DataFrame
        `stage` rows: stage, n_samples, n_patients, n_pairs, groups (samples of each group, where
        they changed), lost (samples fewer than at the step before), note, text (the counts in
        words); steps of the clinic, which have patients only,
        come before those of the samples. `group` rows: label, name, n_patients, n_pairs among the
        samples analysed. `contrast` rows: contrast, n_samples, n_patients, n_pairs, text. `step`
        rows, the patients of each arm from allocation to analysis: see `flow_arms.steps_of`.
    """
    if flow.empty:
        return nothing("No sample flow was recorded.")
    stages = _stages(flow)
    followed = design["followup"] is not None
    entered = stages["n_samples"].astype(float)
    lost = entered.shift() - entered
    lost.iloc[0] = 0.0
    stages["lost"] = lost.mask(is_small(lost, suppress_below))
    stages["text"] = [
        f"{count(r.n_samples, 'sample')}, {count(r.n_patients, 'person', 'persons')}"
        + (f", {count(r.n_pairs, 'pair')}" if followed else "")
        for r in stages.itertuples()
    ]
    groups = _groups(cohort(expression, labels, design))
    pairs = groups["n_pairs"].sum()
    pairs = float("nan") if is_small(pairs, suppress_below) else pairs
    groups = _without_small(groups, suppress_below)
    groups = _worded(groups, followed, armed=bool(design.get("arm")))
    words = "; ".join(f"{size(n)} {name}" for name, n in _named(groups))
    first, last = stages.iloc[0], stages.iloc[-1]
    caption = (
        f"Sample flow. {count(first['n_samples'], 'sample')} of "
        f"{count(first['n_patients'], 'person', 'persons')} entered; "
        f"{count(last['n_samples'], 'sample')} of {count(last['n_patients'], 'person', 'persons')} "
        "are analysed"
        + (
            f", with {count(pairs, 'complete pair')} ({naming.visit(design['baseline'])} and "
            f"{naming.visit(design['followup'])} of one patient)."
            if followed
            else f", of patients at {naming.visit(design['baseline'])}."
        )
    )
    numbers = ["n_patients", "n_samples", "n_pairs"]
    patient_flow = patient_flow.astype(dict.fromkeys(numbers, "Int64"))
    clinic, contrasts = _clinic(patient_flow), _contrasts(patient_flow)
    if len(clinic):
        stages.loc[0, "note"] = f"blood drawn: {_by_visit(patient_flow, 'blood drawn', 2 * ROOM)}"
        caption += f" Before that, {clinic['stage'].iloc[0]}: {clinic['text'].iloc[0]}."
    caption += " Boxes at the foot: the groups that are analysed"
    caption += ", by clinical response." if RESPONSES & set(groups["label"]) else "."
    steps = pd.DataFrame() if absent is None else steps_of(absent, patient_flow, design)
    caption += _by_arm(steps, design)
    alt = f"{caption} Analysed: {words}. Compared: {'; '.join(contrasts['text'])}."
    stages = pd.concat([clinic.assign(lost=0.0), stages], ignore_index=True)
    return stack(caption, alt, stage=stages, group=groups, contrast=contrasts, step=steps)


def _by_arm(steps: pd.DataFrame, design: Mapping[str, Any]) -> str:
    """What is said of the patients of each arm."""
    if steps.empty:
        return ""
    text = " B, patients with a sample that is used, visit by visit"
    text += ", in a column for each arm" * (len(set(steps["arm"])) > 1)
    text += f"; absent: of those with a sample at {naming.visit(design['baseline'])}, and why."
    if len(visits_of(design)) > MOST_VISITS:
        text += " Of many visits the first and the main one; the rest: association/absent.tsv."
    return text


def _stages(flow: pd.DataFrame) -> pd.DataFrame:
    """Steps of the samples, with the groups where they changed."""
    stages = flow[["stage", "n_samples", "n_patients", "n_pairs", "note"]].copy()
    stages["note"] = stages["note"].str.replace(
        r"^(\d+) genes, method (\w+)", lambda m: f"{int(m[1]):,} genes, method {m[2]}", regex=True
    )
    for name in ("stage", "note"):  # fields of GEO without its channel
        stages[name] = stages[name].str.replace(r":ch\d\b", "", regex=True)
    # Of each group where it has changed, which a wrong choice of healthy samples shows in.
    told = flow.get("groups", pd.Series("", flow.index)).fillna("").astype(str)
    counts = told.str.replace(r" \(.*?\)", "", regex=True)
    stages["groups"] = told.where(told.ne("") & counts.ne(counts.shift()), None)
    return stages


def _worded(groups: pd.DataFrame, followed: bool, armed: bool) -> pd.DataFrame:
    """Groups with their names; without pairs where there are none."""
    if followed and not armed:
        return groups
    # Not treated yet, for all that is known; or not all of them, where there is a control arm.
    groups = groups.assign(name=groups["name"].replace(naming.group("treated"), "patients"))
    if followed:
        return groups
    text = [f"n = {size(n)}" for n in groups["n_patients"]]
    return groups.drop(columns="n_pairs").assign(text=text)


def _clinic(patient_flow: pd.DataFrame) -> pd.DataFrame:
    """Steps before any sample that the study recorded, one row each; notes count by arm."""
    rows = patient_flow[patient_flow["n_patients"].notna()]
    found = []
    for stage, name in CLINIC.items():
        mine = rows[rows["stage"] == stage]
        everyone = mine[mine["arm"] == "all"]
        if everyone.empty:
            continue
        last = everyone.iloc[-1]
        several = stage == "visit reached"
        text = _by_visit(mine, stage) if several else count(last["n_patients"], "patient")
        at = mine["detail"].eq(last["detail"]) | mine["detail"].isna()
        arms = mine[at & (mine["arm"] != "all")]
        note = ", ".join(f"{naming.arm(r.arm)} {size(r.n_patients)}" for r in arms.itertuples())
        at_visit = note and pd.notna(last["detail"])
        note = f"{naming.visit(last['detail'])}: {note}" if at_visit else note
        n = int(last["n_patients"])
        found.append({"stage": name, "n_patients": n, "text": text, "note": note or None})
    return pd.DataFrame(found, columns=["stage", "n_patients", "text", "note"])


def _by_visit(patient_flow: pd.DataFrame, stage: str, room: int = ROOM) -> str:
    """Count people at each visit; where they are many, at the first and the last ones."""
    rows = patient_flow[(patient_flow["stage"] == stage) & patient_flow["n_patients"].notna()]
    rows = rows[rows["arm"].isin(["all", "healthy"])]
    names = rows["detail"].map(naming.visit, na_action="ignore")
    names = names.where(rows["detail"].notna(), rows["arm"].map(naming.group))
    parts = [f"{name} {n}" for name, n in zip(names, rows["n_patients"], strict=True)]
    while len(parts) > 3 and len(", ".join(parts)) > room:
        parts = [parts[0], "…", *parts[3 if parts[1] == "…" else 2 :]]
    return ", ".join(parts)


def _contrasts(patient_flow: pd.DataFrame) -> pd.DataFrame:
    rows = patient_flow[patient_flow["stage"] == "contrast"].rename(columns={"detail": "contrast"})
    if "note" in rows:
        rows = rows[~rows["note"].astype(str).str.startswith(NOT_FITTED)]
    rows = rows[["contrast", "n_samples", "n_patients", "n_pairs"]].drop_duplicates("contrast")
    rows["text"] = [
        f"{naming.contrast(r.contrast)}: "
        + (
            count(r.n_patients, "person", "persons")
            if pd.isna(r.n_pairs)
            else count(r.n_pairs, "pair")
        )
        for r in rows.itertuples()
    ]
    return rows


def _groups(people: pd.DataFrame) -> pd.DataFrame:
    found, pairs = [], set(paired(people))
    for label in ("healthy", *LABELS):
        members = people[people["label"] == label]
        if members.empty:
            continue
        patients = set(members["patient"])
        found.append(
            {
                "label": label,
                "name": naming.group(label),
                "n_patients": len(patients),
                "n_pairs": len(patients & pairs),
            }
        )
    return pd.DataFrame(found, columns=["label", "name", "n_patients", "n_pairs"])


def _without_small(groups: pd.DataFrame, below: int) -> pd.DataFrame:
    """Groups without counts of few people; with one label all go, as totals are known."""
    numbers = ["n_patients", "n_pairs"]
    small = groups[numbers].apply(is_small, below=below).any(axis=1)
    label = groups["label"].ne("healthy")
    gone = small | (label & (small & label).any())
    return groups.assign(**{name: groups[name].mask(gone) for name in numbers})


def _named(groups: pd.DataFrame) -> list[tuple[str, int]]:
    return list(zip(groups["name"], groups["n_patients"], strict=True))
