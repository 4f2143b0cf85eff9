"""One row a patient: response, laboratory values, module scores and reverted genes."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import pandas as pd

from revertome.association.reverted import normalised
from revertome.errors import StudyError
from revertome.trajectories.plane import Bounds
from revertome.trial import at_two_visits, is_patient, label_by_patient, sample_times, values_of

BEGINNINGS = ("response_", "level_")  # of columns named after visits


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
    bounds: Bounds,
    distance: pd.DataFrame | None = None,
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
    bounds : Bounds
        Edges of the wedge in which a gene counts as reverted.
    distance : DataFrame
        sample, distance (to health) and genes_outside, where they were computed.

    Returns
    -------
    DataFrame
        patient, arm, label, response_<visit>, level_<visit>; <variable>_baseline, _followup and
        _change for each variable, and the same for each module and for `distance` and
        `genes_outside`; n_reverted_normalised (reverted genes within healthy mean +- 2 SD at
        follow-up), n_reverted_recovered (whose own point lies in the wedge; see `normalised`) and
        n_reverted (reverted genes in all). Sorted by patient.

    Raises
    ------
    StudyError
        A variable that is in neither table, is not numeric, or is called as other columns of the
        results are.
    """
    patients = pd.Index(sorted(labels["patient"].astype(str)), name="patient")
    label = label_by_patient(labels)
    obs = expression.obs.astype({name: object for name in ("patient", "visit", "group")})
    obs = obs[is_patient(obs, design)]
    times = sample_times(design)
    parts = [response.groupby("patient")["arm"].first(), label, *_responses(response)]
    for variable in variables:
        values = values_of(variable, visits, obs, design, clinic, "association: variables")
        parts.append(values.add_prefix(f"{variable}_"))
    first = scores[scores["method"] == scores["method"].iloc[0]]
    _refuse_taken(variables, first["module"].unique())
    for module in first["module"].unique():
        table = first[first["module"] == module].set_index("sample").loc[obs.index]
        parts.append(at_two_visits(table, "score", times).add_prefix(f"{module}_"))
    if distance is not None and distance["distance"].notna().any():
        table = distance.set_index("sample")[["distance", "genes_outside"]].reindex(obs.index)
        for column in table:
            part = at_two_visits(obs[["patient", "visit"]].join(table), str(column), times)
            parts.append(part.add_prefix(f"{column}_"))
    parts.append(normalised(expression, genes, design, bounds))
    joined = pd.concat([part.reindex(patients) for part in parts], axis=1)
    return joined.reset_index()


def _refuse_taken(variables: Sequence[str], modules: Iterable[str]) -> None:
    """Refuse variables whose columns here, or in report/patients.tsv, have another meaning."""
    every = {*modules, "signature", "distance"}
    taken = {"genes_outside", *every, *(f"{name}_z" for name in every)}
    for name in variables:
        if name in taken or name.startswith(BEGINNINGS):
            raise StudyError(
                f"association: variables: {name} is the name of a module or of a column of the "
                "results; rename the column in your sheet"
            )


def _responses(response: pd.DataFrame) -> list[pd.DataFrame]:
    response = response.astype({"level": "Int64"})
    visits = list(dict.fromkeys(response["visit"].dropna()))
    return [
        response[response["visit"] == visit]
        .set_index("patient")[["response", "level"]]
        .add_suffix(f"_{visit}")
        for visit in visits
    ]
