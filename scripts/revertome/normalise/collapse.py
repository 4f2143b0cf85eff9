"""From features to genes."""

import numpy as np
import pandas as pd

from revertome.arrays import Array


def collapse(
    x: Array, features: pd.Index, genes: pd.Series, rule: str
) -> tuple[Array, pd.DataFrame]:
    """Make one value a sample and gene.

    Parameters
    ----------
    x : (samples, features)
        Values.
    features : (features,)
        Feature ids.
    genes : (features,)
        Gene of each feature, NaN where none; such features are left out.
    rule : str
        `highest_mean`: the feature with the highest mean over samples, of equal ones the first
        id; `average`: mean of the gene's features; `sum`: their sum (counts).

    Returns
    -------
    values : (samples, genes)
        Genes sorted by symbol.
    var : DataFrame
        Index (unnamed) and column `gene`; `probes`, the features behind the values, comma-joined;
        `n_probes`, how many features measure the gene.

    Raises
    ------
    ValueError
        Unknown rule.
    """
    position = np.flatnonzero(genes.notna().to_numpy())
    names = genes.to_numpy(dtype=object)[position].astype(str)
    ids = np.asarray(features, dtype=str)[position]
    mean = x[:, position].mean(axis=0) if rule == "highest_mean" else np.zeros(len(position))
    order = np.lexsort((ids, -mean, names))
    position, ids = position[order], ids[order]
    symbols, start, size = np.unique(names[order], return_index=True, return_counts=True)
    if rule == "highest_mean":
        values, probes = x[:, position[start]], ids[start]
    elif rule in ("average", "sum"):
        values = np.add.reduceat(x[:, position], start, axis=1) if len(start) else x[:, position]
        values = values / size if rule == "average" else values
        probes = np.array([",".join(ids[i : i + k]) for i, k in zip(start, size, strict=True)])
    else:
        raise ValueError(f"unknown rule {rule!r}; choose one of average, highest_mean, sum")
    index = pd.Index(symbols.astype(object))
    var = pd.DataFrame({"gene": symbols, "probes": probes, "n_probes": size}, index=index)
    return values, var.astype({"gene": object, "probes": object})
