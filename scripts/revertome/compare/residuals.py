"""Residual expression of a study: the only raw material that tells how its genes go together."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from revertome.arrays import Array
from revertome.compare.study import Residuals

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
    """
    obs = expression.obs.astype({"patient": str})
    label = obs["patient"].map(labels.set_index("patient")["label"]).fillna("unlabelled")
    healthy = obs["group"].astype(str) == str(design.get("healthy"))
    visit = obs["visit"].astype(object)
    first = (visit == design["baseline"]) & ~healthy
    later = (visit == design["followup"]) & ~healthy
    nuisance = _covariates(obs, design.get("covariates") or [])
    x = np.asarray(expression.X, dtype=float)
    genes = pd.Index(expression.var_names.astype(str))
    found = {}
    if healthy.any():
        rows = np.flatnonzero(healthy | first)
        cell = label.mask(healthy, "healthy").iloc[rows]
        found["disease"] = _scaled(x[rows], _design(cell, nuisance[rows]), genes)
    pairs = _pairs(obs["patient"], first.to_numpy(), later.to_numpy())
    if len(pairs):
        before, after = pairs.T
        model = _design(label.iloc[before], nuisance[after] - nuisance[before])
        found["change"] = _scaled(x[after] - x[before], model, genes)
    return {name: part for name, part in found.items() if part.df >= LEAST}


def _covariates(obs: pd.DataFrame, names: list[str]) -> Array:
    known = [name for name in names if name in obs and obs[name].notna().all()]
    if not known:
        return np.empty((len(obs), 0))
    table = pd.get_dummies(obs[known], drop_first=True, dtype=float)
    return np.asarray(table.to_numpy(float))


def _design(cell: pd.Series, nuisance: Array) -> Array:
    return np.hstack([pd.get_dummies(cell.astype(str), dtype=float).to_numpy(), nuisance])


def _pairs(patient: pd.Series, first: Array, later: Array) -> Array:
    """Rows of the first and second sample of each complete pair, (pairs, 2)."""
    rows = pd.Series(np.arange(len(patient)), index=patient.to_numpy())
    before, after = (rows[mask] for mask in (first, later))
    before, after = (part[~part.index.duplicated()] for part in (before, after))
    shared = before.index.intersection(after.index).sort_values()
    return np.column_stack([before[shared], after[shared]])


def _scaled(y: Array, design: Array, genes: pd.Index) -> Residuals:
    basis, singular, _ = np.linalg.svd(design, full_matrices=False)
    basis = basis[:, singular > 1e-8 * singular.max()]
    y = np.where(np.isnan(y), np.nanmean(y, axis=0), y) if np.isnan(y).any() else y
    left = y - basis @ (basis.T @ y)
    df = len(y) - basis.shape[1]
    size = np.sqrt((left**2).sum(axis=0) / max(df, 1))
    floor = 1e-8 * max(1.0, float(np.abs(y).max(initial=0.0)))
    values = np.where(size > floor, left / np.where(size > floor, size, 1.0), 0.0)
    return Residuals(genes, values.astype(np.float32), df)
