"""Which genes make the score of a module in one sample."""

import warnings
from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from revertome.arrays import Array
from revertome.modules.reference import RESOLUTION, reference

MOST = 10  # genes named
COLUMNS = ["sample", "patient", "visit", "module", "mean_z", "n_genes", "genes"]


def leading_edge(
    expression: Any, sets: Mapping[str, list[str]], design: Mapping[str, Any]
) -> pd.DataFrame:
    """Name the genes behind the score of every sample and module, the strongest first.

    Each gene is standardised by the reference samples, as the method `zscore` has it. The genes
    named lie on the side of the mean and together make half of what lies there, at most 10.

    Parameters
    ----------
    expression : AnnData, (samples, genes)
        Log2; obs with patient, visit, group.
    sets : mapping
        Module to genes.
    design : mapping
        `healthy` and `baseline`.

    Returns
    -------
    DataFrame
        sample, patient, visit, module, mean_z (mean over the genes, reference SD), n_genes (with a
        value in the sample that vary in the reference), genes (with their z, comma-separated).
        Modules without such a gene have no rows.
    """
    samples = expression.obs_names.astype(str)
    order = np.argsort(samples, kind="stable")
    obs = expression.obs.set_axis(samples).iloc[order]
    x = np.asarray(expression.X, dtype=float)
    chosen = reference(obs, design)[1].to_numpy()
    healthy = x[order[chosen]]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)  # of genes without a value
        varies = np.nanmax(healthy, axis=0) - np.nanmin(healthy, axis=0) >= RESOLUTION
        spread = np.where(varies, np.nanstd(healthy, axis=0, ddof=1), np.nan)
        mean = np.nanmean(healthy, axis=0)
    genes = expression.var_names.astype(str)
    people = obs[["patient", "visit"]].astype(object)
    tables = []
    for module, listed in sets.items():
        at = genes.get_indexer(pd.Index(listed))
        at = at[at >= 0]
        at = at[varies[at]]
        if len(at):
            z = (x[np.ix_(order, at)] - mean[at]) / spread[at]
            tables.append(people.assign(module=module, **_named(z, genes[at])))
    if not tables:
        return pd.DataFrame(columns=COLUMNS)
    return pd.concat(tables).rename_axis(index="sample").reset_index()[COLUMNS]


def _named(z: Array, genes: pd.Index) -> dict[str, Any]:
    """mean_z, n_genes and genes of every sample, from z (samples, genes)."""
    n_genes = (~np.isnan(z)).sum(axis=1)
    mean = np.divide(np.nansum(z, axis=1), n_genes, out=np.full(len(z), np.nan), where=n_genes > 0)
    toward = np.nan_to_num(z * np.sign(mean)[:, None])
    order = np.argsort(-toward, axis=1, kind="stable")[:, :MOST]
    side = np.maximum(np.take_along_axis(toward, order, axis=1), 0.0)
    whole = np.maximum(toward, 0.0).sum(axis=1, keepdims=True)
    # A gene is named while those before it make less than half.
    named = ((side.cumsum(axis=1) - side) < whole / 2) & (side > 0)
    names = genes.to_numpy(object)[order].tolist()
    numbers = np.take_along_axis(z, order, axis=1).tolist()
    words = [
        ", ".join(f"{gene} {value:.1f}" for gene, value, one in zip(*row, strict=True) if one)
        for row in zip(names, numbers, named.tolist(), strict=True)
    ]
    return {"mean_z": mean, "n_genes": n_genes, "genes": words}
