"""How ill each patient was at baseline, in clinic and blood."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from revertome.trial import is_healthy, is_patient, patients_at, values_of

DISTANCE = "distance"
REVERTED = "reverted_genes"
KEY = "association: variables"  # that asks for clinical values


def baselines(
    expression: Any,
    visits: pd.DataFrame,
    genes: pd.DataFrame,
    distance: pd.DataFrame,
    variables: Sequence[str],
    design: Mapping[str, Any],
    clinic: Mapping[str, Any],
) -> pd.DataFrame:
    """Severity of each patient at baseline.

    Parameters
    ----------
    expression : AnnData
        Log2, samples x genes, of the samples used; obs with patient, visit, group.
    visits : DataFrame
        Visits sheet; may have no rows.
    genes : DataFrame
        gene, class, disease.
    distance : DataFrame
        sample, distance; may have no rows.
    variables : sequence of str
        Clinical variables; see `trial.values_of`.
    design, clinic : mapping
        See `trial.values_of`.

    Returns
    -------
    DataFrame, patients x (variables, distance, reverted_genes)
        The clinical values; the distance to health (healthy SD); and the mean over the reverted
        genes of how far the patient lies from the mean of the healthy in the direction of the
        disease, log2. The last two only where they can be had.
    """
    obs = expression.obs.astype({name: object for name in ("patient", "visit", "group")})
    ill = obs[is_patient(obs, design)]
    parts = [
        values_of(name, visits, _one_a_visit(ill, name), design, clinic, KEY)["baseline"].rename(
            name
        )
        for name in variables
    ]
    first = patients_at(obs, design, "baseline").to_numpy()
    people = obs.loc[first, "patient"].astype(str)
    if distance["distance"].notna().any():
        far = distance.set_index("sample")["distance"].reindex(people.index)
        parts.append(far.groupby(people).mean().rename(DISTANCE))
    reverted = _reverted(expression, genes, is_healthy(obs, design).to_numpy(), first)
    if reverted is not None:
        parts.append(pd.Series(reverted, people.index).groupby(people).mean().rename(REVERTED))
    return pd.concat(parts, axis=1) if parts else pd.DataFrame(index=sorted(set(people)))


def _one_a_visit(obs: pd.DataFrame, name: str) -> pd.DataFrame:
    """Samples with one value of a number a patient and visit: in a crossover there are several."""
    if name not in obs or not pd.api.types.is_numeric_dtype(obs[name]):
        return obs
    return obs.groupby(["patient", "visit"], as_index=False)[name].mean()


def _reverted(expression: Any, genes: pd.DataFrame, healthy: Any, first: Any) -> Any:
    """Mean disease of the reverted genes in the samples at baseline; None without any."""
    members = genes[genes["class"] == "reverted"].set_index("gene")
    kept = expression.var_names.isin(members.index)
    if not (kept.any() and healthy.any()):
        return None
    values = expression[:, kept].to_df()
    sign = np.sign(members["disease"].reindex(values.columns))
    return ((values[first] - values[healthy].mean()) * sign).mean(axis=1).to_numpy()
