"""Contrasts of a trial as factors of cells, and of changes within patients."""

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from revertome.trial.cells import GROUPS, NOT_PATIENTS, cell_name
from revertome.trial.pairs import complete_pairs, unit_column
from revertome.visits import controlled, followups

Terms = dict[str, float]
CHANGE = "change."  # begins the columns of changes within patients


def change_column(label: str, design: Mapping[str, Any], visit: str, arm: str | None = None) -> str:
    """Name of the change of patients from baseline to a visit as a column of a design."""
    alone = len(followups(design)) < 2
    parts = [label, arm, None if alone else visit]
    return CHANGE + ".".join(part for part in parts if part is not None)


def change_terms(where: pd.DataFrame, design: Mapping[str, Any]) -> dict[str, Terms]:
    """Contrasts within patients at the visit of the design, as factors of `change.<...>` columns.

    Parameters
    ----------
    where : DataFrame, (n, ...)
        patient, label, arm, visit and `change`, the column of its change, of samples of patients
        who were seen at baseline and at a follow-up.
    design : mapping
        `baseline`, `followup`, `arm`.
    """
    base, follow = str(design["baseline"]), str(design["followup"])
    timed = where[where["label"].eq("time_control") & where["visit"].eq(follow)]
    where = where[~where["label"].isin(NOT_PATIENTS)]
    pairs = complete_pairs(where, base, follow)
    at = where[where["visit"].eq(follow) & where[unit_column(where)].isin(pairs)]
    at = at.drop_duplicates(unit_column(at))
    terms = _groups(at, design, "change")
    terms |= _after_switch(where, design, "change")
    return terms | _over_time(terms, _average(timed, "change"))


def cell_terms(where: pd.DataFrame, design: Mapping[str, Any]) -> dict[str, Terms]:
    """Every standard contrast at the visit of the design as factors of cells, and every cell.

    In a study of one visit these are the contrasts at baseline.

    Parameters
    ----------
    where : DataFrame, (n, ...)
        patient, label, arm, visit and cell of the samples.
    design : mapping
        `baseline`, `followup`, `arm`.
    """
    where, timed = (
        where[~where["label"].isin(NOT_PATIENTS)],
        where[where["label"].eq("time_control")],
    )
    base, follow = str(design["baseline"]), str(design["followup"])
    before, after = where[where["visit"].eq(base)], where[where["visit"].eq(follow)]
    healthy: Terms = {"healthy": 1.0}

    def of(rows: pd.DataFrame, label: str, visit: str) -> Terms:
        return _average(rows[rows["label"].eq(label)], "cell") or {cell_name(label, visit): 1.0}

    # ASSUME patients of all labels together are weighted as they occur in the trial.
    found = {
        **{cell: {cell: 1.0} for cell in sorted(where["cell"].unique())},
        "disease": _minus(_average(before, "cell"), healthy),
        "baseline": _minus(of(before, "responder", base), of(before, "nonresponder", base)),
        "disease_responders": _minus(of(before, "responder", base), healthy),
    }
    if design["followup"] is None:
        return found
    pairs = complete_pairs(where, base, follow)
    both = after[after[unit_column(after)].isin(pairs)].drop_duplicates(unit_column(after))
    changes = _changes(before, after, both, design)
    start = cell_name("time_control", base) if timed["visit"].eq(base).any() else "healthy"
    over = _minus(_average(timed[timed["visit"].eq(follow)], "cell"), {start: 1.0})
    return found | {
        "residual_responders": _minus(of(after, "responder", follow), healthy),
        "residual_all": _minus(_average(both, "cell"), healthy),
        **changes,
        **_after_switch(where, design, "cell"),
        **_over_time(changes, over if len(timed) else {}),
    }


def _changes(
    before: pd.DataFrame, after: pd.DataFrame, both: pd.DataFrame, design: Mapping[str, Any]
) -> dict[str, Terms]:
    """Changes as differences of cells; of a group without pairs, of all that it has."""
    base, follow = str(design["baseline"]), str(design["followup"])
    start = both.assign(cell=_at(both, base))
    ends, starts = _groups(both, design, "cell"), _groups(start, design, "cell")
    found = {name: _minus(ends[name], starts[name]) for name in ends}
    for group, label in GROUPS.items():
        name = f"change_{group}"
        if name not in found:
            rows = [part[part["label"].eq(label)] for part in (after, before)]
            ends_at, starts_at = (_average(part, "cell") for part in rows)
            found[name] = _minus(
                ends_at or {cell_name(label, follow): 1.0},
                starts_at or {cell_name(label, base): 1.0},
            )
    found["interaction"] = _minus(found["change_responders"], found["change_nonresponders"])
    return found


def _at(rows: pd.DataFrame, visit: str) -> list[str]:
    """The cells of these patients at another visit."""
    arms = rows["arm"] if "arm" in rows else pd.Series(None, rows.index, dtype=object)
    return [cell_name(label, visit, None if pd.isna(arm) else arm)
            for label, arm in zip(rows["label"], arms, strict=True)]  # fmt: skip


def _groups(at: pd.DataFrame, design: Mapping[str, Any], column: str) -> dict[str, Terms]:
    """Mean of each group of the complete pairs, weighted as its cells (or changes) occur in it."""
    found = {"change_all": _average(at, column)} if len(at) else {}
    for label, rows in at.groupby("label", observed=True):
        found[f"change_{label}"] = _average(rows, column)
    for group, label in GROUPS.items():
        name = f"change_{group}"
        if f"change_{label}" in found:
            found[name] = found[f"change_{label}"]
    if {"change_responders", "change_nonresponders"} <= set(found):
        found["interaction"] = _minus(found["change_responders"], found["change_nonresponders"])
    arm = design.get("arm")
    if arm is None or "arm" not in at:
        return found
    control = str(arm["control"])
    own = {str(name): _average(rows, column) for name, rows in at.groupby("arm", observed=True)}
    groups = {"change_control": at[at["arm"].eq(control)],
              "change_treated": at[at["arm"].notna() & at["arm"].ne(control)]}  # fmt: skip
    # An arm may be called `all`, and the one label of a study without response is `treated`: the
    # names of standard contrasts stay what they are.
    found = {name: change for name, change in found.items() if name not in groups}
    found = {f"change_{name}": change for name, change in own.items()
             if f"change_{name}" not in groups} | found  # fmt: skip
    found |= {name: _average(rows, column) for name, rows in groups.items() if len(rows)}
    if controlled(design, design["followup"]) and set(groups) <= set(found):
        for name in sorted(set(own) - {control}):
            found[f"drug_effect_{name}"] = _minus(own[name], own[control])
        found["drug_effect"] = _minus(found["change_treated"], found["change_control"])
    return found


def _after_switch(where: pd.DataFrame, design: Mapping[str, Any], column: str) -> dict[str, Terms]:
    """Change of the control arm since the last visit at which it was without the drug."""
    arm, follow = design.get("arm"), str(design["followup"])
    if arm is None or arm.get("until") is None or controlled(design, follow):
        return {}
    own = where[where["arm"].eq(str(arm["control"]))]
    until = str(arm["until"])
    pairs = complete_pairs(own, until, follow)
    own = own[own[unit_column(own)].isin(pairs)]
    if not len(own):
        return {}
    parts = [_average(own[own["visit"].eq(visit)], column) for visit in (follow, until)]
    return {"change_since_switch": _minus(*parts)}


def _over_time(terms: Mapping[str, Terms], timed: Terms) -> dict[str, Terms]:
    """Change of people without disease or drug, and what patients change beyond it."""
    if not timed:
        return {}
    found = {"change_time_control": timed}
    if "change_all" in terms:
        found["change_beyond_time"] = _minus(terms["change_all"], timed)
    return found


def _average(rows: pd.DataFrame, column: str) -> Terms:
    share = rows[column].value_counts(normalize=True).sort_index()
    return {str(name): float(weight) for name, weight in share.items()}


def _minus(left: Terms, right: Terms) -> Terms:
    return {k: left.get(k, 0.0) - right.get(k, 0.0) for k in dict.fromkeys([*left, *right])}


def randomised_terms(where: pd.DataFrame, design: Mapping[str, Any]) -> dict[str, Terms]:
    """Contrasts of the cells of `randomised_cells` at the visit of the design.

    `disease` of the one baseline of all arms; `change_<arm>` from it; the `drug_effect` of all
    active arms, weighted as they occur at the visit, and of each, while arms are as randomised.
    """
    base, follow = str(design["baseline"]), str(design["followup"])
    found: dict[str, Terms] = {"disease": {base: 1.0, "healthy": -1.0}}
    after = where[where["arm"].notna() & where["visit"].eq(follow)]
    if not controlled(design, follow):
        return found
    control = str(design["arm"]["control"])
    for name, rows in after.groupby("arm", observed=True):
        found[f"change_{name}"] = _minus(_average(rows, "cell"), {base: 1.0})
    active = after[after["arm"].ne(control)]
    if f"change_{control}" not in found or not len(active):
        return found
    reference: Terms = {f"{control}.{follow}": 1.0}
    for name, rows in active.groupby("arm", observed=True):
        found[f"drug_effect_{name}"] = _minus(_average(rows, "cell"), reference)
    return {**found, "drug_effect": _minus(_average(active, "cell"), reference)}


def active_arms(where: pd.DataFrame, design: Mapping[str, Any]) -> Sequence[str]:
    """Arms but the control that have patients, sorted."""
    return sorted(set(where["arm"].dropna()) - {str(design["arm"]["control"])})
