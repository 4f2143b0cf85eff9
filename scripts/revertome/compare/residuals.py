"""Residual expression of a study: the only raw material that tells how its genes go together."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from revertome.arrays import Array
from revertome.compare.study import Residuals
from revertome.filled import filled
from revertome.trial import (
    cells,
    covariate_columns,
    dependent,
    is_healthy,
    paired_rows,
    patients_at,
)

LEAST = 2  # residual degrees of freedom


def residuals(
    expression: Any, labels: pd.DataFrame, design: Mapping[str, Any]
) -> dict[str, Residuals]:
    """Residuals behind the disease contrasts and behind the paired changes.

    disease: healthy and baseline samples less the mean of their group (healthy, or response
    label) and covariates. change: follow-up minus baseline of every complete pair less the mean of
    the label and the change of covariates.

    Parameters
    ----------
    expression : AnnData, samples x genes
        Samples that were used; log2.
    labels
        patient, label.
    design
        Section `design` of the configuration.

    Returns
    -------
    dict
        `disease` and `change`, each where it has at least 2 residual degrees of freedom.

    Raises
    ------
    StudyError
        When a covariate is unknown or a sample lacks its value.
    """
    obs = expression.obs
    where = cells(obs, labels, design).assign(patient=obs["patient"].astype(str))
    healthy = is_healthy(obs, design)
    nuisance = covariate_columns(obs, design.get("covariates") or []).to_numpy()
    x = np.asarray(expression.X, dtype=float)
    genes = pd.Index(expression.var_names.astype(str))
    found = {}
    if healthy.any():
        rows = np.flatnonzero(healthy | patients_at(obs, design, "baseline"))
        model = _design(where["label"].iloc[rows], nuisance[rows])
        found["disease"] = _scaled(x[rows], model, genes)
    before, after = paired_rows(where, design["baseline"], design["followup"])
    if len(before):
        model = _design(where["label"].iloc[before], nuisance[after] - nuisance[before])
        found["change"] = _scaled(x[after] - x[before], model, genes)
    return {name: part for name, part in found.items() if part.df >= LEAST}


def _design(cell: pd.Series, nuisance: Array) -> Array:
    return np.hstack([pd.get_dummies(cell.astype(str), dtype=float).to_numpy(), nuisance])


def _scaled(y: Array, design: Array, genes: pd.Index) -> Residuals:
    basis = np.linalg.svd(np.delete(design, dependent(design), axis=1), full_matrices=False)[0]
    y = filled(y)
    left = y - basis @ (basis.T @ y)
    df = len(y) - basis.shape[1]
    size = np.sqrt((left**2).sum(axis=0) / max(df, 1))
    floor = 1e-8 * max(1.0, float(np.abs(y).max(initial=0.0)))
    values = np.where(size > floor, left / np.where(size > floor, size, 1.0), 0.0)
    return Residuals(genes, values.astype(np.float32), df)
