"""Which genes make the score of a module in one sample."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from revertome.modules.reference import constant, reference

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
    values = pd.DataFrame(
        np.asarray(expression.X, dtype=float), expression.obs_names.astype(str),
        expression.var_names.astype(str),
    ).sort_index()  # fmt: skip
    obs = expression.obs.set_axis(expression.obs_names.astype(str)).loc[values.index]
    chosen = reference(obs, design)[1].to_numpy()
    tables = []
    for module, genes in sets.items():
        own = values[[gene for gene in genes if gene in values]]
        own = own.loc[:, ~constant(own[chosen])]
        if own.shape[1]:
            z = (own - own[chosen].mean()) / own[chosen].std(ddof=1)
            tables.append(_named(z).assign(module=module))
    if not tables:
        return pd.DataFrame(columns=COLUMNS)
    table = pd.concat(tables).rename_axis(index="sample").reset_index()
    return table.join(obs[["patient", "visit"]].astype(object), on="sample")[COLUMNS]


def _named(z: pd.DataFrame) -> pd.DataFrame:
    """mean_z, n_genes and genes of every sample, from z (samples, genes)."""
    x = z.to_numpy()
    mean = z.mean(axis=1)
    toward = np.nan_to_num(x * np.sign(mean.to_numpy())[:, None])
    order = np.argsort(-toward, axis=1, kind="stable")[:, :MOST]
    side = np.maximum(np.take_along_axis(toward, order, axis=1), 0.0)
    whole = np.maximum(toward, 0.0).sum(axis=1, keepdims=True)
    # A gene is named while those before it make less than half.
    named = ((side.cumsum(axis=1) - side) < whole / 2) & (side > 0)
    genes = z.columns.to_numpy(str)
    words = [
        ", ".join(f"{genes[k]} {x[i, k]:.1f}" for k in order[i][named[i]]) for i in range(len(x))
    ]
    n_genes = z.notna().sum(axis=1)
    return pd.DataFrame({"mean_z": mean, "n_genes": n_genes, "genes": words}, index=z.index)
