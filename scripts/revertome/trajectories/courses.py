"""Courses of genes over all visits: what is shown against healthy people, and since baseline."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from revertome.columns import conformed
from revertome.columns.courses import COURSES, VISITS
from revertome.differential.model_options import ModelOptions
from revertome.errors import StudyError
from revertome.gene_classes import CLAIMED
from revertome.trajectories.change_courses import change_tables
from revertome.trajectories.class_rules import rule_of
from revertome.trajectories.classes import ClassCalls, Rule, classify
from revertome.trajectories.course_columns import (
    first_shown,
    listed_at,
    long_table,
    named_at,
    shown_at,
)
from revertome.trajectories.course_words import against_healthy
from revertome.trajectories.fieller import fieller
from revertome.trajectories.over_visits import Lost, OverVisits, last_measured, over_visits
from revertome.trajectories.plane import Plane
from revertome.trajectories.table import residual_limits
from revertome.trajectories.visit_planes import (
    GroupPlanes,
    VisitsFit,
    change_of,
    fit_visits,
    planes_of_groups,
)


@dataclass(frozen=True)
class Courses:
    """Tables of the job; see `columns.courses`.

    Attributes
    ----------
    visits, courses : DataFrame
        Against healthy people: a row a gene and follow-up, and a row a gene.
    changes, change_courses : DataFrame
        Since baseline, by group: a row a gene and follow-up, and a row a gene.
    """

    visits: pd.DataFrame
    courses: pd.DataFrame
    changes: pd.DataFrame
    change_courses: pd.DataFrame


def run(
    expression: Any, labels: pd.DataFrame, model: ModelOptions, options: Mapping[str, Any]
) -> Courses:
    """Courses of every gene from one joint fit of all visits; parameters as of `trajectories.run`.

    Raises
    ------
    StudyError
        When there is no pair at any follow-up, none of the patients in whom a class is claimed, or
        the engine has no joint fit.
    """
    from threadpoolctl import threadpool_limits

    with threadpool_limits(limits=1):
        if options["variance"] == "cells":  # with which sample weights have no part
            model = model.without("weights")
        fit, rule = fit_visits(expression, labels, model), rule_of(options)
        main, induced = options["reverted_in"], options["induced_in"]
        healthy = model.design["healthy"] is not None
        paired = dict.fromkeys([*fit.groups(), main] if healthy else fit.groups())
        groups = list(dict.fromkeys([*paired, main, induced]))
        if healthy:
            _claimed(fit, main, induced)
        planes = planes_of_groups(fit, groups, options["variance"], list(paired))
        return Courses(
            *_against_healthy(fit, planes[main], planes[induced], main, rule, healthy),
            *change_tables(fit, planes, rule),
        )


def _claimed(fit: VisitsFit, main: str, induced: str) -> None:
    """Refuse patients without pairs; those of induction must have them where the others do."""
    visits = {group: [v for v in fit.visits if fit.has(change_of(group), v)]
              for group in (main, induced)}  # fmt: skip
    for key, group in (("reverted_in", main), ("induced_in", induced)):
        lacking = [v for v in visits[main] if v not in visits[group]]
        if lacking or not visits[group]:
            raise StudyError(
                f"trajectories.{key}: {group}, but none of these patients has samples at both "
                f"{fit.baseline} and {' or '.join(lacking or fit.visits)}; set it to all, or check "
                "the response configuration"
            )


def _against_healthy(
    fit: VisitsFit, main: GroupPlanes, induced: GroupPlanes, group: str, rule: Rule, healthy: bool
) -> tuple[pd.DataFrame, pd.DataFrame]:
    if not healthy:
        rows = [_change_rows(fit, group, v, plane) for v, plane in main.change.items()]
        return conformed(long_table(rows, fit.genes), VISITS), conformed(pd.DataFrame(), COURSES)
    calls = {v: classify(main.change[v], induced.change[v], rule) for v in main.visits}
    found = over_visits(main, calls, rule)
    genes = _courses(fit.genes, main.visits, found, rule.alpha)
    said = genes[["ever_reverted", "transient", "relapsed", "never_reverted", "course"]]
    rows = []
    for k, (visit, plane) in enumerate(main.change.items()):
        row = _change_rows(fit, group, visit, plane)
        row |= _plane_rows(plane, calls[visit])
        row |= {
            "p_from": found.p_from[k],
            "adj_p_from": found.adj_from[k],
            "reverted_from": shown_at(found.adj_from[k], rule.alpha),
            "adj_p_reverted_at": found.adj_at[k],
            "reverted_at": shown_at(found.adj_at[k], rule.alpha),
            **{name: said[name].to_numpy() for name in said},
        }
        rows.append(row)
    courses = genes.sort_values("gene", kind="stable", ignore_index=True)
    return conformed(long_table(rows, fit.genes), VISITS), conformed(courses, COURSES)


def _change_rows(fit: VisitsFit, group: str, visit: str, plane: Plane) -> dict[str, Any]:
    p = plane.two_sided(0, 1)
    change = np.where(np.isnan(p), np.nan, plane.t)
    return {"visit": visit, "n_pairs": fit.n_pairs(group, visit), "change": change, "p_change": p}


def _plane_rows(plane: Plane, calls: ClassCalls) -> dict[str, Any]:
    """Columns of one visit against healthy people; missing where the change is."""
    there = ~np.isnan(calls.p_change)
    low, high, kind = fieller(plane)
    residual = residual_limits(plane)
    columns: dict[str, Any] = {
        "residual": plane.d + plane.t,
        "residual_low": residual[0],
        "residual_high": residual[1],
        "recovered": -plane.t / np.where(plane.d == 0, np.nan, plane.d),
        "recovered_low": low,
        "recovered_high": high,
        "recovered_interval": kind,
    }
    for name in CLAIMED:
        columns |= {f"p_{name}": calls.p[name], f"adj_p_{name}": calls.adj_p[name]}
    columns["class"] = calls.outcome
    missing = {name: np.where(there, values, np.nan) if values.dtype != object
               else np.where(there, values, None) for name, values in columns.items()}  # fmt: skip
    return {"disease": plane.d, "p_disease": calls.p_disease, **missing}


def _courses(
    genes: pd.Index, visits: Sequence[str], found: OverVisits, alpha: float
) -> pd.DataFrame:
    first, last = first_shown(found.adj_from, alpha), last_measured(found.p_reverted)
    at, g = np.where(first >= 0, first, last), np.arange(len(genes))
    table = pd.DataFrame(
        {
            "gene": np.asarray(genes, object),
            "n_visits": (~np.isnan(found.p_reverted)).sum(axis=0),
            "last_visit": named_at(visits, last),
            "reverted_from": named_at(visits, first),
            "p_reverted_from": found.p_from[at, g],
            "adj_p_reverted_from": found.adj_from[at, g],
            "ever_reverted": shown_at(found.adj_ever, alpha),
            "reverted_at": listed_at(visits, found.adj_at <= alpha),
            "p_ever": found.p_ever,
            "adj_p_ever": found.adj_ever,
            **_lost_columns("transient", found.transient, visits, alpha),
            **_lost_columns("relapsed", found.relapsed, visits, alpha),
            "never_reverted": shown_at(found.adj_never, alpha),
            "p_never": found.p_never,
            "adj_p_never": found.adj_never,
        }
    )
    course, words = against_healthy(table)
    return table.assign(course=course, in_words=words)


def _lost_columns(name: str, lost: Lost, visits: Sequence[str], alpha: float) -> dict[str, Any]:
    shown = lost.adj_p <= alpha
    columns: dict[str, Any] = {
        name: shown_at(lost.adj_p, alpha),
        f"p_{name}": lost.p,
        f"adj_p_{name}": lost.adj_p,
        f"{name}_reverted_at": named_at(visits, np.where(shown, lost.reverted_at, -1)),
    }
    if name == "transient":  # a relapse is lost at the last visit
        columns["transient_lost_at"] = named_at(visits, np.where(shown, lost.lost_at, -1))
    return columns
