"""One joint fit of all visits, and the planes of every follow-up and of every two follow-ups.

The plane of a follow-up v is (d, t_v) as in `plane`. That of two follow-ups v and w is (t_v, t_w):
any a t_v + b t_w has a variance there, with the covariance of the two changes, which share the
samples before treatment and the patients.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from typing import Any

import numpy as np
import pandas as pd

from revertome.arrays import Array
from revertome.differential.engines import joint_fit
from revertome.differential.model_options import ModelOptions
from revertome.differential.models import random_model
from revertome.limma.joint import JointFit
from revertome.samples import samples_named
from revertome.trajectories.class_rules import EFFECTS
from revertome.trajectories.observed import study_planes
from revertome.trajectories.plane import Plane
from revertome.trajectories.refit import PlaneContrasts
from revertome.trajectories.study import random_blocks, samples_of
from revertome.trial import (
    GROUPS,
    Model,
    at_visit,
    complete_pairs,
    followups,
    sick,
)

Pairs = dict[tuple[str, str], Plane]
EVERYONE = "all"
UNLABELLED = "unlabelled"
DISEASE = [effect.disease for effect in EFFECTS.values()]


@dataclass(frozen=True)
class VisitsFit:
    """All visits of a study in one model.

    Attributes
    ----------
    genes : Index, (G,)
    where : DataFrame, (n, ...)
        cell, patient, visit, label of each sample.
    fitted : JointFit
        Its contrasts are `disease`, `disease_responders` and `change_<group> at <visit>`.
    baseline : str
    visits : list of str
        Follow-ups in order.
    members : dict of str to DataFrame
        Rows of `where` of each group of people.
    """

    genes: pd.Index
    where: pd.DataFrame
    fitted: JointFit
    baseline: str
    visits: list[str]
    members: Mapping[str, pd.DataFrame]

    def n_pairs(self, group: str, visit: str) -> int:
        """People of a group with samples at baseline and at a visit."""
        return len(complete_pairs(self.members[group], self.baseline, visit))

    def groups(self) -> list[str]:
        """Groups with a change at one follow-up at least."""
        return [g for g in self.members if any(self.has(change_of(g), v) for v in self.visits)]

    def has(self, contrast: str, visit: str) -> bool:
        """Whether a contrast can be told at a visit."""
        return at(contrast, visit) in self.fitted.model.contrasts


@dataclass(frozen=True)
class GroupPlanes:
    """Planes of one group of patients; a visit without pairs has none.

    Attributes
    ----------
    visits : list of str
        Follow-ups at which the change can be told, in order.
    change : dict of str to Plane
        By visit: its t is the change. Its d is the disease where there are healthy people.
    between : dict of (str, str) to Plane
        By two visits v, w in order: (t_v, t_w).
    """

    visits: list[str]
    change: dict[str, Plane]
    between: Pairs


def at(contrast: str, visit: str) -> str:
    """Name of a contrast at a visit in the joint model."""
    return f"{contrast} at {visit}"


def change_of(group: str) -> str:
    """Name of the contrast that is the change of a group."""
    return f"change_{group}"


def members_of(where: pd.DataFrame, design: Mapping[str, Any]) -> dict[str, pd.DataFrame]:
    """Groups of people whose changes are asked for, by the names that contrasts give them.

    All patients, those of each label, of the control arm and of the others, and people followed
    without disease or drug.
    """
    patients = sick(where)
    names = {label: group for group, label in GROUPS.items()}
    found = {EVERYONE: patients}
    for label in sorted(set(patients["label"]) - {UNLABELLED}):
        found[names.get(label, label)] = patients[patients["label"].eq(label)]
    if design.get("arm") is not None:
        control = patients["arm"].eq(str(design["arm"]["control"]))
        found["treated"] = patients[patients["arm"].notna() & ~control]
        found["control"] = patients[control]
    found["time_control"] = where[where["label"].eq("time_control")]
    return {group: rows for group, rows in found.items() if len(rows)}


def fit_visits(expression: Any, labels: pd.DataFrame, options: ModelOptions) -> VisitsFit:
    """Fit the joint model of all visits with the contrasts of each.

    Parameters
    ----------
    expression : AnnData, samples x genes
    labels : DataFrame
        Columns patient, label.
    options : ModelOptions
        Its design has `baseline` and `followups`.

    Raises
    ------
    StudyError
        When no patient has samples at baseline and at a follow-up, or covariates hide a change.
    """
    design = options.design
    base, visits = str(design["baseline"]), followups(design)
    obs, where = samples_of(expression.obs, labels, design)
    pairs = [one for visit in visits for one in complete_pairs(sick(where), base, visit)]
    random_blocks(options.blocking, pairs, design)
    members = members_of(where, design)
    names = [*DISEASE, *map(change_of, members)]
    models = {v: random_model(obs, labels, at_visit(design, v), names) for v in visits}
    values = samples_named(expression, obs.index)
    fitted = joint_fit(values, _joined(models, names), options)
    return VisitsFit(pd.Index(values.var_names), where, fitted, base, visits, members)


def _joined(models: Mapping[str, Model], names: Sequence[str]) -> Model:
    """The model of all visits, which is the same for each of them, with the contrasts of each.

    Disease is that before treatment whatever the visit, and is there once.
    """
    first = next(iter(models.values()))
    contrasts = {name: first.contrasts[name] for name in DISEASE if name in first.contrasts}
    for visit, model in models.items():
        contrasts |= {at(name, visit): model.contrasts[name] for name in names
                      if name in model.contrasts and name not in DISEASE}  # fmt: skip
    return replace(first, contrasts=contrasts)


def planes_of_groups(
    fit: VisitsFit, groups: Sequence[str], variance: str, paired: Sequence[str]
) -> dict[str, GroupPlanes]:
    """Planes of groups of patients, all with the variances of one model of cells.

    Parameters
    ----------
    fit : VisitsFit
    groups : sequence of str
    variance : str
        `trajectories.variance`.
    paired : sequence of str
        Those of the groups of which planes of two follow-ups are needed.
    """
    asked: dict[tuple[str, ...], PlaneContrasts] = {}
    visits = {group: [v for v in fit.visits if fit.has(change_of(group), v)] for group in groups}
    pairs = {g: list(combinations(visits[g], 2)) if g in paired else [] for g in groups}
    for group in groups:
        change = change_of(group)
        for visit in visits[group]:
            disease = EFFECTS[group].disease if group in EFFECTS else ""
            first = disease if disease in fit.fitted.model.contrasts else at(change, visit)
            asked[group, visit] = PlaneContrasts(first, at(change, visit))
        for v, w in pairs[group]:
            asked[group, v, w] = PlaneContrasts(at(change, v), at(change, w))
    numbered = {str(number): effect for number, effect in enumerate(asked.values())}
    found, _ = study_planes(fit.fitted, fit.where, numbered, variance)
    planes = dict(zip(asked, (found[number] for number in numbered), strict=True))
    return {
        group: GroupPlanes(
            visits[group],
            {v: planes[group, v] for v in visits[group]},
            {(v, w): planes[group, v, w] for v, w in pairs[group]},
        )
        for group in groups
    }


def measured(planes: Mapping[str, Plane]) -> Array:
    """Which genes have a change at each visit, (V, G) bool: a visit without is missing."""
    return np.stack([np.isfinite(plane.two_sided(0, 1)) for plane in planes.values()])
