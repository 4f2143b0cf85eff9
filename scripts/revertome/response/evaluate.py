"""The clinical response of each patient, judged."""

import warnings
from collections.abc import Callable
from dataclasses import replace

import pandas as pd

from revertome.errors import StudyError
from revertome.one_visit import LEAST
from revertome.response.groups import groups_of
from revertome.response.result import Options, Response
from revertome.response.samples import by_activity, by_column, by_none
from revertome.response.visits import by_visits
from revertome.trial import GROUPS, label_by_patient, patients_at

Source = Callable[[pd.DataFrame, pd.DataFrame, Options, Options], Response]
SOURCES: dict[str, Source] = {
    "visits": by_visits,
    "activity": by_activity,
    "column": by_column,
    "none": by_none,
}


def evaluate(
    obs: pd.DataFrame, visits: pd.DataFrame, options: Options, design: Options
) -> Response:
    """Judge the clinical response of every patient.

    Parameters
    ----------
    obs
        Samples: patient, visit, group; arm, response and an activity score where the study has
        them.
    visits
        One row a patient and visit: patient, arm, visit, physician_global and parent_global (VAS,
        0-100 mm), chaq (0-3), active_joints and limited_joints (counts), esr (mm/h), crp (mg/l),
        temperature (highest of the past days, degrees C), fever_days (days), systemic_signs
        (0 or 1). Read by the source `visits` only.
    options
        Section `response` of the configuration, defaults filled in.
    design
        Section `design`: baseline, followup, healthy.

    Returns
    -------
    Response; independent of the order of rows.

    Raises
    ------
    StudyError
        On an unknown source or endpoint, a column or visit that does not exist, a patient with
        two rows for a visit, an unknown or contradictory label, or when no patient with samples
        can be labelled.

    References
    ----------
    Giannini 1997, Arthritis Rheum 40:1202-9; Quartier 2011, Ann Rheum Dis 70:747-54.
    """
    source = options["source"]
    if source not in SOURCES:
        raise StudyError(
            f"config response.source: unknown source {source!r}; choose one of {', '.join(SOURCES)}"
        )
    if source != "visits":  # which stops where a visit is absent
        _warn_of_visits(visits, options, design)
    found = SOURCES[source](obs, visits, options, design)
    if design["followup"] is None and design["healthy"] is None:
        _enough_of_each(obs, found.labels, design)
    return replace(found, groups=groups_of(found, obs, visits, options, design))


def _enough_of_each(obs: pd.DataFrame, labels: pd.DataFrame, design: Options) -> None:
    """Refuse two groups of which one is too small, where nothing else is compared."""
    sick = obs[patients_at(obs, design, "baseline")]
    label = sick["patient"].astype(str).map(label_by_patient(labels))
    n, m = (sick["patient"][label.eq(name)].nunique() for name in GROUPS.values())
    if min(n, m) < LEAST:
        raise StudyError(
            f"response: {n} responders and {m} non-responders have a sample at "
            f"{design['baseline']!r}; this study compares nothing else, and needs {LEAST} of "
            "each: check how response is found, or add healthy people or a followup"
        )


def _warn_of_visits(visits: pd.DataFrame, options: Options, design: Options) -> None:
    """Warn of visits of the study that the visits sheet does not have."""
    found = [] if visits is None else sorted({*map(str, visits.get("visit", ()))})
    absent = [
        f"response.{key}: '{name}'"
        for key, at in (("baseline_visit", "baseline"), ("visit", "followup"))
        if (name := options.get(key) or design[at]) is not None and str(name) not in found
    ]
    if found and absent:
        warnings.warn(
            f"the visits sheet has no row of {' and '.join(absent)}, so that nothing of it is set "
            f"beside these samples; it has {', '.join(map(repr, found[:5]))}: set these keys to "
            "its names",
            stacklevel=3,
        )
