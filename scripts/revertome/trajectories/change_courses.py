"""Tables of the courses since baseline, by group of people."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from revertome.arrays import Array
from revertome.columns import conformed
from revertome.columns.courses import CHANGE_COURSES, CHANGES
from revertome.trajectories.classes import Rule
from revertome.trajectories.course_columns import (
    first_shown,
    listed_at,
    long_table,
    named_at,
    shown_at,
)
from revertome.trajectories.course_words import since
from revertome.trajectories.since_baseline import SinceBaseline, since_baseline
from revertome.trajectories.visit_planes import GroupPlanes, VisitsFit


def change_tables(
    fit: VisitsFit, planes: Mapping[str, GroupPlanes], rule: Rule
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Tables `changes` and `change_courses` of all groups of patients."""
    rows, courses = [], []
    for group in fit.groups():
        own = planes[group]
        found = since_baseline(own, rule.bounds, rule.alpha)
        for k, visit in enumerate(own.visits):
            rows.append(
                {"group": group, "visit": visit, "n_pairs": fit.n_pairs(group, visit)}
                | _changes(found, k, rule.alpha)
            )
        courses.append({"group": group} | _change_courses(own.visits, found, rule.alpha))
    return (
        conformed(long_table(rows, fit.genes), CHANGES),
        conformed(long_table(courses, fit.genes), CHANGE_COURSES),
    )


def _changes(found: SinceBaseline, k: int, alpha: float) -> dict[str, Any]:
    return {
        "change": found.change[k],
        "change_low": found.low[k],
        "change_high": found.high[k],
        "p_change": found.p[k],
        "adj_p_change": found.adj_at[k],
        "p_from": found.p_from[k],
        "adj_p_from": found.adj_from[k],
        "changed_from": shown_at(found.adj_from[k], alpha),
        "p_plateau": found.p_plateau[k],
        "adj_p_plateau": found.adj_plateau[k],
        "on_plateau": shown_at(found.adj_plateau[k], alpha),
    }


def _change_courses(visits: Sequence[str], found: SinceBaseline, alpha: float) -> dict[str, Any]:
    g = np.arange(found.p.shape[1])
    there = found.last >= 0

    def seen(values: Array, at: Array) -> Array:
        return np.where(there, values[at, g], np.nan)

    columns: dict[str, Any] = {
        "n_visits": (~np.isnan(found.p)).sum(axis=0),
        "p_changed": found.p_changed,
        "adj_p_changed": found.adj_changed,
        "changed_at": listed_at(visits, found.adj_at <= alpha),
        "changed_from": named_at(visits, first_shown(found.adj_from, alpha)),
        "plateau_from": named_at(visits, first_shown(found.adj_plateau, alpha)),
        "peak_visit": named_at(visits, found.peak),
        "peak_change": seen(found.change, found.peak),
        "last_visit": named_at(visits, found.last),
        "last_change": seen(found.change, found.last),
        "last_low": seen(found.low, found.last),
        "last_high": seen(found.high, found.last),
        "share_left": found.share,
        "share_left_low": found.share_low,
        "share_left_high": found.share_high,
        "share_left_interval": found.share_interval,
        "p_back": found.p_back,
        "adj_p_back": found.adj_back,
        "p_not_back": found.p_not_back,
        "adj_p_not_back": found.adj_not_back,
        "rise_excluded": found.rise_excluded,
        "fall_excluded": found.fall_excluded,
    }
    course, words = since(pd.DataFrame(columns), alpha)
    return columns | {"course": course, "in_words": words}
