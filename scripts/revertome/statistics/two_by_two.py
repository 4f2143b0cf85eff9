"""Tests of a table of counts: arms with and without response, genes in and out of two sets."""

from collections.abc import Sequence

import numpy as np


def compare_arms(responders: Sequence[int], n: Sequence[int]) -> tuple[float, float, float]:
    """Test that arms respond alike.

    Parameters
    ----------
    responders, n
        Responders and patients of each arm.

    Returns
    -------
    Two-sided p of Pearson's chi-square without and with Yates' continuity correction, and of
    Fisher's exact test. All are missing when a margin of the table is zero; the last two are
    defined for two arms only.
    """
    from scipy.stats import chi2_contingency, fisher_exact  # take half a second to import

    yes, patients = np.asarray(responders, dtype=int), np.asarray(n, dtype=int)
    table = np.column_stack([yes, patients - yes])
    if len(table) < 2 or not (table.sum(axis=0).all() and table.sum(axis=1).all()):
        return np.nan, np.nan, np.nan
    pearson = float(chi2_contingency(table, correction=False).pvalue)
    if len(table) > 2:
        return pearson, np.nan, np.nan
    yates = float(chi2_contingency(table, correction=True).pvalue)
    return pearson, yates, float(fisher_exact(table).pvalue)


def hypergeometric(
    overlap: int, set_size: int, module_size: int, total: int
) -> tuple[float, float]:
    """Sample odds ratio of two sets of genes, and the chance of sharing at least so many.

    P is that of a set drawn from all genes at random: R's ``phyper(overlap - 1, module_size,
    total - module_size, set_size, lower.tail = FALSE)``, the one-sided Fisher test.

    Parameters
    ----------
    overlap, set_size, module_size, total : int
        Genes in both, in either, and in all.

    Returns
    -------
    odds_ratio, p : float
        The ratio is infinite where a cell across is empty; both are missing for an empty set.
    """
    from scipy.stats import hypergeom

    if not (set_size and module_size):
        return np.nan, np.nan
    p = float(hypergeom.sf(overlap - 1, total, module_size, set_size))
    across = (set_size - overlap) * (module_size - overlap)
    product = overlap * (total - set_size - module_size + overlap)
    return (product / across if across else (np.inf if product else np.nan)), p
