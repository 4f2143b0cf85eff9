"""Target engagement: how the modules of cytokine responses change, in whom, and how surely."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from revertome.modules.courses import course_table
from revertome.modules.paired import mean_change
from revertome.modules.tests import Cells, at_visits, by_sample, cells_of, shift_of
from revertome.statistics.fdr import adjust
from revertome.trial import GROUPS, arm_of, controlled, its_name

COLUMNS = ["module", "of", "name", "label", "level", "n", "change", "CI.L", "CI.R"]
COLUMNS += ["P.Value", "adj.P.Val"]
# Columns of the mixed model as they are named here: with variances of the arms of their own.
NAMES = {"score": "module", "estimate": "change", "n_compared": "n"}
NAMES |= {"own.L": "CI.L", "own.R": "CI.R", "P.own": "P.Value"}
TYPES = ("IFN1_ONLY", "IFN2_ONLY")  # lists of type I and type II interferon that share no gene
BETWEEN = " - ".join(TYPES)


def engagement(
    scores: pd.DataFrame,
    obs: pd.DataFrame,
    labels: pd.DataFrame,
    response: pd.DataFrame,
    design: Mapping[str, Any],
    clinic: Mapping[str, Any],
    modules: Sequence[str],
) -> pd.DataFrame:
    """Change of each module in groups of patients, at each level of response, and in each patient.

    Parameters
    ----------
    scores : DataFrame
        The table of `score`; the first method of it is used.
    obs : DataFrame
        Samples by index, with patient, visit, group and covariates.
    labels : DataFrame
        patient, label.
    response : DataFrame
        patient, visit, level (of response, a number).
    design : mapping
        `baseline`, `followup`, `healthy`, `covariates`.
    clinic : mapping
        `visit` at which response is read; "" is the follow-up.
    modules : list of str
        Modules in which the drug should be seen; those without a score are left out.

    Returns
    -------
    DataFrame
        module; of: `group`, `level` or `patient`; name (all, responders, nonresponders; the level;
        the patient), label and level (of a patient); n (pairs), change (mean of follow-up less
        baseline, in units of the score), CI.L, CI.R (95%, paired t, adjusted as
        `paired.mean_change` does), P.Value, adj.P.Val
        (Benjamini-Hochberg over modules within the group or level); a patient has a change alone.
        With arms also of `arm` (name: the arm; changes as in groups), and, where the visit has a
        randomised control, of `drug_effect` (name: all, or the arm where several are active): the
        difference from the control at the visit by the constrained longitudinal model of
        `courses.visit_tests` with variances of their own, and the patients compared as n.
        Where both lists are scored, the module ``IFN1_ONLY - IFN2_ONLY`` is the change of type I
        less that of type II interferon in the same patients, and stands outside the adjustment.
    """
    cells = cells_of(scores, obs, labels, design)
    change = _changes(cells, scores, modules)
    if change.empty:
        return pd.DataFrame(columns=COLUMNS)
    label, shift = cells.labels.reindex(change.index), shift_of(at_visits(obs, design))
    groups: dict[tuple[str, str], pd.Series] = {("group", "all"): pd.Series(True, change.index)}
    for group, own in GROUPS.items():
        groups["group", group] = label.eq(own)
    at = response[response["visit"].astype(str).eq(clinic["visit"] or design["followup"])]
    level = at.drop_duplicates("patient").set_index("patient")["level"].reindex(change.index)
    for value in sorted(level.dropna().unique()):
        groups["level", f"{value:g}"] = level.eq(value).fillna(False).astype(bool)
    arm = _arms(obs, design).reindex(change.index)
    for each in sorted(arm.dropna().unique()):
        groups["arm", each] = arm.eq(each)
    tables = [
        _group(change[chosen], shift).assign(of=of, name=name)
        for (of, name), chosen in groups.items()
        if chosen.any()
    ]
    if controlled(design, design["followup"]):
        tables.append(_drug_effects(scores, obs, labels, design, change.columns))
    people = change.rename_axis("name").reset_index()
    people = people.melt("name", value_name="change").dropna(subset="change")
    known = {"label": people["name"].map(label), "level": people["name"].map(level)}
    tables.append(people.assign(of="patient", n=1, **known))
    table = pd.concat(tables, ignore_index=True).reindex(columns=COLUMNS)
    order = {module: place for place, module in enumerate(change.columns)}
    return table.sort_values(
        "module", key=lambda names: names.map(order), kind="stable", ignore_index=True
    )


def _arms(obs: pd.DataFrame, design: Mapping[str, Any]) -> pd.Series:
    """Arm of each patient who is in one."""
    arm = arm_of(obs, design).groupby(obs["patient"].astype(str).to_numpy())
    return arm.first().where(arm.nunique().eq(1))


def _drug_effects(
    scores: pd.DataFrame,
    obs: pd.DataFrame,
    labels: pd.DataFrame,
    design: Mapping[str, Any],
    modules: pd.Index,
) -> pd.DataFrame:
    """What the drug does to these modules beyond control at the visit of the design."""
    wide = by_sample(scores[scores["method"].eq(scores["method"].iloc[0])]).droplevel(1, axis=1)
    if set(TYPES) <= set(wide):
        wide[BETWEEN] = wide[TYPES[0]] - wide[TYPES[1]]
    table = course_table(wide[list(modules)], obs, labels, design, randomised=True)
    table = table[table["visit"].eq(str(design["followup"])) & table["P.own"].notna()]
    table = table.drop(columns=["P.Value", "CI.L", "CI.R"])
    table = table.rename(columns=NAMES)
    tested = table["P.Value"].astype(float).mask(table["module"].eq(BETWEEN))
    table["adj.P.Val"] = tested.groupby(table["contrast"]).transform(adjust)
    table["name"] = table["arm"].map(its_name).mask(table["contrast"].eq("drug_effect"), "all")
    return table.assign(of="drug_effect")[[c for c in COLUMNS if c in {*table, "of"}]]


def _changes(cells: Cells, scores: pd.DataFrame, modules: Sequence[str]) -> pd.DataFrame:
    """Change of each module by patient; type I less type II interferon last."""
    method = scores["method"].iloc[0]
    every = cells.change()
    asked = [(m, method) for m in modules if (m, method) in every]
    found = every[asked].droplevel(1, axis=1).dropna(axis=1, how="all")
    if set(TYPES) <= set(found):
        found[BETWEEN] = found[TYPES[0]] - found[TYPES[1]]
    return found.rename_axis(columns="module").dropna(how="all")


def _group(change: pd.DataFrame, shift: pd.DataFrame) -> pd.DataFrame:
    found = mean_change(change, shift).rename(columns={"estimate": "change"})
    between = found.index.isin([BETWEEN])
    found["adj.P.Val"] = np.where(between, np.nan, adjust(found["P.Value"].mask(between)))
    return found.rename_axis("module").reset_index()
