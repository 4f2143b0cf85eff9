"""One row a patient: response, laboratory values, module scores and reverted genes."""

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from revertome.errors import StudyError

TIMES = ("baseline", "followup")
NORMAL_SD = 2


def join(
    expression: Any,
    labels: pd.DataFrame,
    response: pd.DataFrame,
    visits: pd.DataFrame,
    scores: pd.DataFrame,
    genes: pd.DataFrame,
    variables: Sequence[str],
    design: Mapping[str, Any],
    clinic: Mapping[str, Any],
) -> pd.DataFrame:
    """Join clinic and blood, one row a patient of the trial.

    Parameters
    ----------
    expression : AnnData
        Log2, samples x genes; obs with patient, visit, group.
    labels : DataFrame
        patient, label.
    response : DataFrame
        patient, arm, visit, response, level.
    visits : DataFrame
        patient, visit and clinical columns; may have no rows.
    scores : DataFrame
        Table of module scores; the first method of it is joined.
    genes : DataFrame
        gene, class of the trajectories.
    variables : sequence of str
        Numeric columns of `visits`, or of `expression.obs` where visits has no such column.
    design : mapping
        `baseline`, `followup`, `healthy`.
    clinic : mapping
        `baseline_visit` of the visits sheet ("" is `baseline`) and `visit`, which stands for the
        follow-up where the visits sheet does not name that visit.

    Returns
    -------
    DataFrame
        patient, arm, label, response_<visit>, level_<visit>; <variable>_baseline, _followup and
        _change for each variable, and the same for each module; n_reverted_normalised (reverted
        genes within healthy mean +- 2 SD at follow-up) and n_reverted (reverted genes in all).
        Sorted by patient.

    Raises
    ------
    StudyError
        A variable that is in neither table, or is not numeric.
    """
    patients = pd.Index(sorted(labels["patient"].astype(str)), name="patient")
    label = labels.set_index("patient")["label"].rename("label")
    obs = expression.obs.astype({name: object for name in ("patient", "visit", "group")})
    if design["healthy"] is not None:
        obs = obs[obs["group"] != design["healthy"]]
    times = dict(zip(TIMES, (design["baseline"], design["followup"]), strict=True))
    parts = [response.groupby("patient")["arm"].first(), label, *_responses(response)]
    for variable in variables:
        source = _source(variable, visits, obs)
        named = _clinic_times(visits, design, clinic) if source is visits else times
        parts.append(paired(source, variable, named).add_prefix(f"{variable}_"))
    first = scores[scores["method"] == scores["method"].iloc[0]]
    for module in first["module"].unique():
        table = first[first["module"] == module].set_index("sample").loc[obs.index]
        parts.append(paired(table, "score", times).add_prefix(f"{module}_"))
    parts.append(normalised(expression, genes, design))
    joined = pd.concat([part.reindex(patients) for part in parts], axis=1)
    return joined.reset_index()


def paired(table: pd.DataFrame, column: str, times: Mapping[str, str]) -> pd.DataFrame:
    """Take a column at both times; columns baseline, followup, change, one row a patient."""
    wide = pd.DataFrame(
        {
            time: table[table["visit"] == visit].set_index("patient")[column].astype(float)
            for time, visit in times.items()
        }
    )
    return wide.assign(change=wide["followup"] - wide["baseline"])


def normalised(expression: Any, genes: pd.DataFrame, design: Mapping[str, Any]) -> pd.DataFrame:
    """Count the reverted genes that are in the healthy range at follow-up, for each patient.

    Returns
    -------
    DataFrame
        n_reverted_normalised (missing without a follow-up sample or healthy samples) and
        n_reverted, by patient.
    """
    reverted = genes.loc[genes["class"] == "reverted", "gene"]
    values = expression[:, expression.var_names.isin(reverted)].to_df()
    healthy = expression.obs["group"] == design["healthy"]
    followup = (expression.obs["visit"] == design["followup"]) & ~healthy
    people = expression.obs["patient"].astype(str)
    counts = pd.DataFrame(index=sorted(people[~healthy].unique()))
    if healthy.sum() > 1:
        # ASSUME: normal is within 2 healthy standard deviations of the healthy mean.
        mean, sd = values[healthy].mean(), values[healthy].std(ddof=1)
        inside = ((values[followup] - mean).abs() <= NORMAL_SD * sd).sum(axis=1)
        counts["n_reverted_normalised"] = inside.set_axis(people[followup])
    else:
        counts["n_reverted_normalised"] = float("nan")
    return counts.astype("Int64").assign(n_reverted=len(reverted))


def _responses(response: pd.DataFrame) -> list[pd.DataFrame]:
    response = response.astype({"level": "Int64"})
    visits = list(dict.fromkeys(response["visit"].dropna()))
    return [
        response[response["visit"] == visit]
        .set_index("patient")[["response", "level"]]
        .add_suffix(f"_{visit}")
        for visit in visits
    ]


def _source(variable: str, visits: pd.DataFrame, obs: pd.DataFrame) -> pd.DataFrame:
    for name, table in (("visits sheet", visits), ("sample sheet", obs)):
        if variable in table and len(table):
            if not pd.api.types.is_numeric_dtype(table[variable]):
                raise StudyError(
                    f"`association: variables`: column '{variable}' of the {name} is not numeric."
                )
            return table
    raise StudyError(
        f"`association: variables`: '{variable}' is in neither the visits sheet "
        f"({', '.join(visits.columns)}) nor the sample sheet ({', '.join(obs.columns)})."
    )


def _clinic_times(
    visits: pd.DataFrame, design: Mapping[str, Any], clinic: Mapping[str, Any]
) -> dict[str, str]:
    """Name the visits of the clinical sheet that go with the two expression visits."""
    known = set(visits["visit"])
    followup = design["followup"] if design["followup"] in known else clinic["visit"]
    return {"baseline": clinic["baseline_visit"] or design["baseline"], "followup": followup}
