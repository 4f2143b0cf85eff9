"""Module fingerprint: the share of each module's genes that a contrast moves."""

from collections.abc import Mapping

import pandas as pd

COLUMNS = ["contrast", "module", "n_genes", "n_up", "n_down", "share_up", "share_down"]


def fingerprint(
    contrasts: Mapping[str, pd.DataFrame], sets: Mapping[str, list[str]], alpha: float
) -> pd.DataFrame:
    """Count the genes of each module that rise and that fall.

    A gene rises where adj.P.Val <= alpha and logFC > 0, and falls where logFC < 0; its adjusted p
    is that among all genes of the contrast (Chaussabel 2008, Immunity 29:150).

    Parameters
    ----------
    contrasts : mapping
        Contrast name to its table with columns gene, logFC and adj.P.Val.
    sets : mapping
        Module to genes.
    alpha : float
        False discovery rate.

    Returns
    -------
    DataFrame
        contrast, module, n_genes (tested), n_up, n_down, share_up, share_down (of the genes
        tested; NA where none is). Rows in the order of contrasts and modules.
    """
    rows = []
    for contrast, table in contrasts.items():
        shown = table["adj.P.Val"] <= alpha
        up = set(table.loc[shown & (table["logFC"] > 0), "gene"])
        down = set(table.loc[shown & (table["logFC"] < 0), "gene"])
        tested = set(table.loc[table["P.Value"].notna(), "gene"])
        for module, genes in sets.items():
            n = sum(gene in tested for gene in genes)
            rises = sum(gene in up for gene in genes)
            falls = sum(gene in down for gene in genes)
            rows.append((contrast, module, n, rises, falls))
    counts = pd.DataFrame(rows, columns=COLUMNS[:5])
    known = counts["n_genes"].where(counts["n_genes"] > 0)
    return counts.assign(share_up=counts["n_up"] / known, share_down=counts["n_down"] / known)
