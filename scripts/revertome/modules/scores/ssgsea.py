"""Single-sample gene set enrichment."""

import numpy as np
import pandas as pd

from revertome.arrays import Array

SCALE = "log2"
GAPS = False
RATIO = False
WEIGHT = 0.25
BLOCK = 128  # samples that are ranked at a time


def score(
    values: pd.DataFrame, sets: dict[str, list[str]], reference: pd.Series, threads: int
) -> pd.DataFrame:
    """Compare the ranks of a module's genes with those of all others within each sample.

    score = sum over ranks of (weighted ECDF of the module's genes - ECDF of the others) /
    number of genes (Barbie 2009, Nature 462:108). With n genes, k of them in the module, and r
    the place of a gene among the sample's genes in rising order (1 to n), both sums are closed
    forms in the places of the module's genes, so no walk over all genes is needed:

        score = [ sum(w r) / sum(w) - (n (n + 1) / 2 - sum(r)) / (n - k) ] / n,   w = rank^0.25

    Times n it is R's GSVA 1.46, `gsva(method = "ssgsea", ssgsea.norm = FALSE)`, to 12 digits, of
    a matrix whose rows are sorted by gene, with ties and constant genes as well: the rank in w is
    the average of tied genes without its fraction, and r places tied genes as that sort does,
    the first by name highest. gseapy 1.3 agrees where a sample has no ties; with many it differs
    by up to 0.2. It is not divided by the range over samples and modules (`ssgsea.norm`), which
    would make a module's score depend on the others.

    Returns
    -------
    DataFrame
        Samples x modules, between -1 and 1; NA for a module that holds every gene.
    """
    x, n = values.to_numpy(np.float64), values.shape[1]
    rows = {
        module: np.sort(values.columns.get_indexer(pd.Index(genes)))
        for module, genes in sets.items()
    }
    scores = {module: np.empty(len(x)) for module in sets}
    for start in range(0, len(x), BLOCK):  # of all samples places and weights are two matrices
        some = slice(start, start + BLOCK)
        place, weight = _places(x[some])
        for module, at in rows.items():
            r, w = place[at], weight[at]
            others = (n * (n + 1) / 2 - r.sum(axis=0)) / (n - len(at)) if len(at) < n else np.nan
            scores[module][some] = ((w * r).sum(axis=0) / w.sum(axis=0) - others) / n
    return pd.DataFrame(scores, index=values.index)


def _places(x: Array) -> tuple[Array, Array]:
    """Place of each gene in each sample and its weight, genes x samples."""
    n = x.shape[1]
    place, weight = np.empty((n, len(x))), np.empty((n, len(x)))
    falling = np.arange(n, 0, -1.0)
    power = np.arange(n + 1.0) ** WEIGHT
    for sample, row in enumerate(x):
        order = np.argsort(-row, kind="stable")
        ordered = row[order]
        new = np.concatenate([[True], ordered[1:] != ordered[:-1]])
        first = np.flatnonzero(new)
        last = np.append(first[1:], n) - 1
        rank = (2 * n - first - last) // 2  # of each run of tied genes
        place[order, sample] = falling
        weight[order, sample] = power[rank][np.cumsum(new) - 1]
    return place, weight
