"""Mean standardised expression."""

import numpy as np
import pandas as pd

from revertome.arrays import Array
from revertome.modules.reference import RESOLUTION

SCALE = "log2"
GAPS = True
RATIO = False


def score(
    values: pd.DataFrame, sets: dict[str, list[str]], reference: pd.Series, threads: int
) -> pd.DataFrame:
    """Average the genes of a module in units of the healthy spread.

    score = mean over genes of (x - mean of reference) / SD of reference, SD with n - 1.
    Genes that are constant in the reference have no SD and are left out; in a sample, also those
    without a value.

    The standardised score of Kim 2018 (J Interferon Cytokine Res 38:171) is the sum over genes
    and equals this mean times the number of genes.

    Returns
    -------
    DataFrame
        Samples x modules, in healthy standard deviations; NA where every gene is left out.
    """
    listed = values.columns.isin(set().union(*sets.values()))
    # Genes x samples, in place: a module's genes lie together and no copy is needed.
    x = np.ascontiguousarray(values.to_numpy(np.float64)[:, listed].T)
    healthy = x[:, reference.to_numpy()]
    gaps = bool(np.isnan(x).any())
    mean, std = (np.nanmean, np.nanstd) if gaps else (np.mean, np.std)
    varying = np.fmax.reduce(healthy, axis=1) - np.fmin.reduce(healthy, axis=1) >= RESOLUTION
    x -= mean(healthy, axis=1)[:, None]
    x /= np.where(varying, std(healthy, axis=1, ddof=1), np.nan)[:, None]
    genes_of = values.columns[listed]
    scores = {}
    for module, genes in sets.items():
        place = genes_of.get_indexer(pd.Index(genes))
        place = place[varying[place]]
        scores[module] = _mean(x[place]) if len(place) else np.nan
    return pd.DataFrame(scores, index=values.index)


def _mean(x: Array) -> Array:
    """Mean over genes of each sample, (samples,), of the genes that have a value."""
    there = ~np.isnan(x)
    if there.all():
        return np.asarray(x.mean(axis=0))
    n = there.sum(axis=0)
    total = np.where(there, x, 0.0).sum(axis=0)
    return np.asarray(np.divide(total, n, out=np.full(len(n), np.nan), where=n > 0))
