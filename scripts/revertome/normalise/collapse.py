"""From features to genes."""

import numpy as np
import numpy.typing as npt
import pandas as pd

from revertome.arrays import Array

BLOCK = 1024  # features copied at a time


def collapse(
    x: Array, features: pd.Index, genes: pd.Series, rule: str
) -> tuple[Array, pd.DataFrame]:
    """Make one value a sample and gene.

    Parameters
    ----------
    x : (samples, features)
        Values; NaN where missing.
    features : (features,)
        Feature ids.
    genes : (features,)
        Gene of each feature, NaN where none; such features are left out.
    rule : str
        `highest_mean`: the feature with the highest mean over samples, of equal ones the first
        id; `average`: mean of the gene's features, in a sample that lacks some as they differ in
        the other samples; `sum`: their sum (counts, of which none is missing).

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
    mean = _means(x, position) if rule == "highest_mean" else np.zeros(len(position))
    order = np.lexsort((ids, -mean, names))
    position, ids = position[order], ids[order]
    symbols, start, size = np.unique(names[order], return_index=True, return_counts=True)
    if rule == "highest_mean":
        values, probes = np.take(x, position[start], axis=1), ids[start]
    elif rule in ("average", "sum"):
        values = _by_gene(x, position, start, rule == "sum")
        probes = np.array([",".join(ids[i : i + k]) for i, k in zip(start, size, strict=True)])
    else:
        raise ValueError(f"unknown rule {rule!r}; choose one of average, highest_mean, sum")
    index = pd.Index(symbols.astype(object))
    var = pd.DataFrame({"gene": symbols, "probes": probes, "n_probes": size}, index=index)
    return values, var.astype({"gene": object, "probes": object})


def _by_gene(
    x: Array, position: npt.NDArray[np.intp], start: npt.NDArray[np.intp], summed: bool
) -> Array:
    """Sum or average of each gene's features, which begin at `start`, so many at a time."""
    values = np.empty((len(x), len(start)))
    for at in range(0, len(start), BLOCK):
        first = start[at : at + BLOCK]
        after = start[at + BLOCK] if at + BLOCK < len(start) else len(position)
        own = x[:, position[first[0] : after]]
        begin = first - first[0]
        found = np.add.reduceat(own, begin, axis=1) if summed else _average(own, begin)
        values[:, at : at + BLOCK] = found
    return values


def _means(x: Array, position: npt.NDArray[np.intp]) -> Array:
    """Means of some features, so many at a time that no copy of the matrix is held."""
    parts = np.array_split(position, len(position) // BLOCK + 1)
    return np.concatenate([_mean(x[:, part]) for part in parts])


def _mean(x: Array) -> Array:
    return np.asarray(np.nanmean(x, axis=0) if np.isnan(x).any() else x.mean(axis=0))


def _average(x: Array, start: npt.NDArray[np.intp]) -> Array:
    """Mean of each run of features that begins at `start`."""
    there = ~np.isnan(x)
    if there.all():
        return np.asarray(np.add.reduceat(x, start, axis=1) / np.diff(start, append=x.shape[1]))
    # Features of one gene differ in level, so a plain mean would step where one is missing: their
    # departures from their own means are averaged.
    level = _mean(x)
    away = np.add.reduceat(np.where(there, x - level, 0.0), start, axis=1)
    n = np.add.reduceat(there.astype(float), start, axis=1)
    base = np.add.reduceat(level, start) / np.diff(start, append=x.shape[1])
    return np.where(n > 0, base + away / np.maximum(n, 1), np.nan)
