"""Residual expression of a study: the only raw material that tells how its genes go together."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from revertome.arrays import Array
from revertome.compare.measured import measured
from revertome.compare.study import Residuals
from revertome.filled import filled
from revertome.trial import dependent

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
    data = measured(expression, labels, design)
    x, label, nuisance = data.x, data.label, data.nuisance
    found = {}
    if data.healthy.any():
        rows = np.flatnonzero(data.healthy | data.baseline)
        model = _design(label.iloc[rows], nuisance[rows])
        found["disease"] = _scaled(x[rows], model, data.genes)
    before, after = data.pairs
    if len(before):
        model = _design(label.iloc[before], nuisance[after] - nuisance[before])
        found["change"] = _scaled(x[after] - x[before], model, data.genes)
    return {name: part for name, part in found.items() if part.df >= LEAST}


def _design(cell: pd.Series, nuisance: Array) -> Array:
    return np.hstack([pd.get_dummies(cell, dtype=float).to_numpy(), nuisance])


def _scaled(y: Array, design: Array, genes: pd.Index) -> Residuals:
    basis = np.linalg.svd(np.delete(design, dependent(design), axis=1), full_matrices=False)[0]
    y = filled(y)
    left = y - basis @ (basis.T @ y)
    df = len(y) - basis.shape[1]
    size = np.sqrt((left**2).sum(axis=0) / max(df, 1))
    floor = 1e-8 * max(1.0, float(np.abs(y).max(initial=0.0)))
    values = np.where(size > floor, left / np.where(size > floor, size, 1.0), 0.0)
    return Residuals(genes, values.astype(np.float32), df)
