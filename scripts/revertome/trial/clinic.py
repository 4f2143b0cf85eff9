"""Clinical values of patients at the two visits of the trial."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import pandas as pd

from revertome.errors import StudyError
from revertome.trial.arms import UNIT
from revertome.trial.healthy import TIMES, is_patient, sample_times
from revertome.visits import at_visit, followups, visits_of

CONTRASTS = "differential: change_with"  # the key that asks for `with_clinic`


def values_of(
    variable: str,
    visits: pd.DataFrame,
    obs: pd.DataFrame,
    design: Mapping[str, Any],
    clinic: Mapping[str, Any],
    key: str,
) -> pd.DataFrame:
    """A clinical variable of every patient at baseline and follow-up.

    Parameters
    ----------
    variable : str
        Numeric column of `visits`, or of `obs` where visits has no such column.
    visits : DataFrame
        patient, visit and clinical columns; may have no rows.
    obs : DataFrame
        Samples of patients: patient, visit, ...
    design : mapping
        `baseline`, `followup`.
    clinic : mapping
        `baseline_visit` of the visits sheet ("" is `baseline`) and `visit`, which stands for the
        follow-up where the visits sheet does not name that visit.
    key : str
        Configuration key that asks for the variable, for error messages.

    Returns
    -------
    DataFrame
        baseline, followup, change; one row a patient.

    Raises
    ------
    StudyError
        The variable is in neither table, or is not numeric.
    """
    for name, table in (("visits sheet", visits), ("sample sheet", obs)):
        if variable in table and len(table):
            if not pd.api.types.is_numeric_dtype(table[variable]):
                raise StudyError(f"`{key}`: column '{variable}' of the {name} is not numeric.")
            times = (
                clinic_times(visits, design, clinic) if table is visits else sample_times(design)
            )
            return at_two_visits(table, variable, times)
    raise StudyError(
        f"`{key}`: '{variable}' is in neither the visits sheet "
        f"({', '.join(visits.columns)}) nor the sample sheet ({', '.join(obs.columns)})."
    )


def at_two_visits(table: pd.DataFrame, column: str, times: Mapping[str, str]) -> pd.DataFrame:
    """Take a column at both times; columns baseline, followup, change, one row a patient.

    A patient of a crossover has the mean over the arms. At a time that is not in `times` it is
    missing.
    """
    by_patient = table.set_index("patient")[column].astype(float)
    wide = pd.DataFrame(
        {
            time: _one_a_patient(by_patient[table["visit"].eq(times.get(time)).to_numpy()])
            for time in TIMES
        }
    )
    return wide.assign(change=wide["followup"] - wide["baseline"])


def _one_a_patient(values: pd.Series) -> pd.Series:
    return values.groupby(level=0).mean() if values.index.has_duplicates else values


def clinic_times(
    visits: pd.DataFrame, design: Mapping[str, Any], clinic: Mapping[str, Any]
) -> dict[str, str]:
    """Name the visits of the clinical sheet that belong to the two expression visits.

    `clinic["visit"]` stands for the main follow-up alone.
    """
    times = {"baseline": clinic["baseline_visit"] or design["baseline"]}
    if design["followup"] is None:
        return times
    followup = str(design["followup"])
    if [followup] == followups(design)[-1:]:
        followup = sheet_followup(visits["visit"], design, clinic)
    return {**times, "followup": followup}


def sheet_followup(
    known: Iterable[object], design: Mapping[str, Any], clinic: Mapping[str, Any]
) -> str:
    """Name that the visits sheet has for the main follow-up.

    `clinic["visit"]` stands for it where the sheet does not name it. A visit of the design stands
    for itself alone: values of one follow-up are not those of another.
    """
    main, other = followups(design)[-1], str(clinic["visit"])
    if not other or other in visits_of(design) or main in {str(visit) for visit in known}:
        return main
    return other


def with_clinic(
    obs: pd.DataFrame,
    visits: pd.DataFrame,
    variables: Sequence[str],
    design: Mapping[str, Any],
    clinic: Mapping[str, Any],
) -> pd.DataFrame:
    """Samples with the values of clinical variables at their visit; missing for the healthy.

    A covariate of the design stays as the samples have it, for healthy people too.
    Parameters and errors as of `values_of`.
    """
    found = obs.copy()
    named = obs.astype({name: object for name in ("patient", "visit")})
    sick = named[is_patient(obs, design).to_numpy()]
    for variable in variables:
        if variable in design["covariates"] and variable in obs:
            continue
        if UNIT in obs:
            found[variable] = _in_arms(variable, obs, sick)
            continue
        at = _at_all_visits(variable, visits, sick, design, clinic)
        places = pd.MultiIndex.from_arrays([named["patient"], named["visit"]])
        found[variable] = at.reindex(places).to_numpy()
    return found


def _in_arms(variable: str, obs: pd.DataFrame, sick: pd.DataFrame) -> pd.Series:
    """A variable of the samples of a crossover, of which visits of patients do not tell."""
    if variable not in obs or not pd.api.types.is_numeric_dtype(obs[variable]):
        raise StudyError(
            f"`{CONTRASTS}`: patients are in several arms, and a visit of the visits sheet does "
            f"not say in which: give {variable} as a numeric column of the sample sheet"
        )
    return obs[variable].astype(float).where(obs.index.isin(sick.index))


def _at_all_visits(
    variable: str,
    visits: pd.DataFrame,
    obs: pd.DataFrame,
    design: Mapping[str, Any],
    clinic: Mapping[str, Any],
) -> pd.Series:
    """A variable by patient and visit of the design."""
    parts: dict[str, pd.Series] = {}
    for visit in followups(design):
        asked = at_visit(design, visit)
        wide = values_of(variable, visits, obs, asked, clinic, CONTRASTS)
        parts |= {str(asked[time]): wide[time] for time in TIMES}
    return pd.concat(parts, names=["visit"]).swaplevel()
