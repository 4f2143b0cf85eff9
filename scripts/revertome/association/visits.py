"""Scores with clinical variables: at each visit, in their changes, and within patients."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from revertome.association.tests import DISTANCE, MIN_N, adjusted, answered, correlated, unanswered
from revertome.modules.course_models import ALL_VISITS
from revertome.statistics import resolution
from revertome.statistics.repeated_correlation import repeated_correlation
from revertome.trial import at_visit, followups, is_patient, values_of, visits_of

COLUMNS = ["question", "module", "method", "variable", "visit", "estimate", "CI.L", "CI.R"]
COLUMNS += ["statistic", "P.Value", "adj.P.Val", "n", "n_samples", "note"]


def visit_associations(
    obs: pd.DataFrame,
    visits: pd.DataFrame,
    scores: pd.DataFrame,
    distance: pd.DataFrame,
    variables: Sequence[str],
    design: Mapping[str, Any],
    clinic: Mapping[str, Any],
    alpha: float,
) -> pd.DataFrame:
    """Test every module for association with every clinical variable over all visits.

    Parameters
    ----------
    obs : DataFrame
        Samples by index, with patient, visit and group.
    visits : DataFrame
        patient, visit and clinical columns; may have no rows, and more visits than have blood.
    scores, distance : DataFrame
        Tables of module scores (of which the first method is used), and of the distance to health.
    variables : sequence of str
        Clinical variables, see `trial.values_of`.
    design, clinic : mapping
        Configuration sections `design` and `response`.
    alpha : float
        False discovery rate, and level at which the notes reckon what the study could have shown.

    Returns
    -------
    DataFrame
        The table of `associated`, of the patients' samples at the visits of the design.

    Raises
    ------
    StudyError
        A variable that is in neither table, or is not numeric.
    """
    obs = obs.set_axis(obs.index.astype(str))
    obs = obs[is_patient(obs, design) & obs["visit"].astype(str).isin(visits_of(design))]
    blood = _scores_of(obs, scores, distance)
    found = blood.copy()
    for variable in variables:
        found[variable] = _at_all_visits(variable, visits, obs, design, clinic).reindex(blood.index)
    method = scores["method"].iloc[0] if len(scores) else ""
    return associated(found, list(blood), variables, visits_of(design), method, alpha)


def _scores_of(obs: pd.DataFrame, scores: pd.DataFrame, distance: pd.DataFrame) -> pd.DataFrame:
    """Scores, and the distance to health, by patient and visit."""
    first = scores[scores["method"].eq(scores["method"].iloc[0])] if len(scores) else scores
    wide = first.pivot_table(index="sample", columns="module", values="score", dropna=False)
    wide = wide.reindex(columns=first["module"].unique()).reindex(obs.index)
    if distance["distance"].notna().any():
        wide[DISTANCE] = distance.set_index("sample")["distance"].reindex(obs.index)
    keys = [obs[name].astype(str).rename(name) for name in ("patient", "visit")]
    return wide.groupby(keys).mean()


def _at_all_visits(
    variable: str,
    visits: pd.DataFrame,
    obs: pd.DataFrame,
    design: Mapping[str, Any],
    clinic: Mapping[str, Any],
) -> pd.Series:
    """A variable by patient and visit of the design."""
    obs = obs.astype({name: object for name in ("patient", "visit", "group")})
    parts: dict[str, pd.Series] = {}
    asked = [at_visit(design, visit) for visit in followups(design)] or [dict(design)]
    for about in asked:
        wide = values_of(variable, visits, obs, about, clinic, "association: variables")
        parts |= {str(about[time]): wide[time] for time in ("baseline", "followup")}
    return pd.concat(parts, names=["visit", "patient"]).swaplevel()


def associated(
    measured: pd.DataFrame,
    modules: Sequence[str],
    variables: Sequence[str],
    visits: Sequence[str],
    method: str,
    alpha: float,
) -> pd.DataFrame:
    """Ask the questions of `measured`, by patient and visit.

    Parameters
    ----------
    measured : DataFrame
        Index (patient, visit); columns of modules and variables.
    modules, variables : sequence of str
    visits : sequence of str
        Baseline, then follow-ups in order.
    method : str
        Score method, for the record.
    alpha : float

    Returns
    -------
    DataFrame
        question, module, method, variable, visit, estimate, CI.L, CI.R (95%), statistic, P.Value,
        adj.P.Val (Benjamini-Hochberg over modules within question, variable and visit), n
        (patients), n_samples, note. Questions:

        at_visit : Spearman's correlation over the patients at a visit.
        change : that of the changes from baseline to a follow-up.
        within_patients : repeated-measures correlation over all visits, of patients with both
            values at two visits or more; visit is `all visits`.

        With fewer than 5 patients the estimate is NA and `note` says so.
    """
    baseline, *later = visits
    tables = {visit: _at(measured, visit) for visit in visits}
    asked = [("at_visit", visit, table) for visit, table in tables.items()]
    asked += [("change", visit, tables[visit] - tables[baseline]) for visit in later]
    asked += [("within_patients", ALL_VISITS, measured)] if later else []
    rows = []
    for question, visit, table in asked:
        for variable in variables:
            for module in modules:
                named = {"question": question, "module": module, "variable": variable}
                both = table[[module, variable]].dropna()
                if question == "within_patients":
                    found = _within(both, alpha)
                else:
                    found = correlated(both, alpha)
                    found["n_samples"] = found["n"] * (2 if question == "change" else 1)
                rows.append(named | {"visit": visit} | found)
    if not rows:
        return pd.DataFrame(columns=COLUMNS)
    table = pd.DataFrame(rows)
    table["method"] = table["module"].map({DISTANCE: DISTANCE}).fillna(method)
    return adjusted(table, ["question", "variable", "visit"], alpha)[COLUMNS]


def _at(measured: pd.DataFrame, visit: str) -> pd.DataFrame:
    own = measured[measured.index.get_level_values("visit") == visit]
    return own.droplevel("visit")


def _within(both: pd.DataFrame, alpha: float) -> dict[str, Any]:
    """Correlation within patients, of those with two samples or more."""
    times = both.groupby(level="patient")[both.columns[0]].transform("size")
    own = both[times > 1]
    patients = own.index.get_level_values("patient").to_numpy(object)
    n = len(set(patients))
    row = {"n": n, "n_samples": len(own)}
    if n < MIN_N:
        return row | unanswered(f"{n} patients with both values twice; at least {MIN_N} needed")
    x, y = own.to_numpy(float).T
    found, df = repeated_correlation(x, y, patients)
    if np.isnan(found.estimate):
        return row | unanswered("one of the two does not vary within patients")
    least = resolution.correlation(df + 2, alpha)
    missed = f"{n} patients at {len(own)} visits a correlation weaker than {least:.2f}"
    return row | answered(found, missed, alpha)
