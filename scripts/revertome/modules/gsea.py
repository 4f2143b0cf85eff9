"""Gene set enrichment of the contrasts."""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from revertome.statistics.fdr import adjust

MIN_SIZE = 3
COLUMNS = ["contrast", "module", "ES", "NES", "P.Value", "adj.P.Val", "size", "leading_edge"]


def gsea(
    contrasts: Mapping[str, pd.DataFrame],
    sets: dict[str, list[str]],
    permutations: int,
    seed: int,
    threads: int,
) -> pd.DataFrame:
    """Ask whether a module's genes lie at either end of a contrast's moderated t.

    Preranked enrichment with weight 1 (Subramanian 2005, PNAS 102:15545). NES is ES over the mean
    of random sets of that size and sign; the P value is the share of those as far out, and at
    least 1 / (permutations + 1): more permutations are needed to tell smaller ones apart.

    Parameters
    ----------
    contrasts : mapping
        Contrast name to its table with columns gene, t and logFC, which orders genes of one t.
    sets : dict
        Module to genes.
    permutations : int
        Random sets behind the NES.
    seed : int
        Seed of the random sets.
    threads : int
        Cores; changes no result.

    Returns
    -------
    DataFrame
        contrast, module, ES, NES, P.Value, adj.P.Val (Benjamini-Hochberg over modules within the
        contrast), size (genes tested), leading_edge (comma-separated, strongest first). Modules
        with fewer than 3 genes tested have NA.
    """
    tables = [
        _enrichment(table, sets, permutations, seed, threads).assign(contrast=name)
        for name, table in contrasts.items()
    ]
    if not tables:
        return pd.DataFrame(columns=COLUMNS)
    return pd.concat(tables, ignore_index=True)[COLUMNS]


def _enrichment(
    table: pd.DataFrame, sets: dict[str, list[str]], permutations: int, seed: int, threads: int
) -> pd.DataFrame:
    # ASSUME: genes are exchangeable under the null. Genes of a module are correlated, so small
    # P values rank modules rather than prove them; the tests of scores count patients instead.
    ranking = table[["gene", "t", "logFC"]].dropna()
    # A test against a fold change (`lfc`) gives most genes t = 0; by name, genes of a family, such
    # as IFI6 to IFIT5, would stand together among them.
    by, down = ["t", "logFC", "gene"], [False, False, True]
    ranking = ranking.sort_values(by, ascending=down, ignore_index=True)[["gene", "t"]]
    tested = set(ranking["gene"])
    found = {module: [gene for gene in genes if gene in tested] for module, genes in sets.items()}
    result = pd.DataFrame({"size": {module: len(genes) for module, genes in found.items()}})
    large = {module: genes for module, genes in found.items() if len(genes) >= MIN_SIZE}
    columns = {"ES": "ES", "NES": "NES", "NOM p-val": "P.Value", "Lead_genes": "leading_edge"}
    if large:
        import gseapy

        # `ascending=None` keeps our order, in which ties follow the fold change.
        enriched = gseapy.prerank(
            ranking,
            large,
            permutation_num=permutations,
            weight=1,
            min_size=MIN_SIZE,
            max_size=len(ranking),
            ascending=None,
            seed=seed,
            threads=threads,
            no_plot=True,
        ).res2d
        result = result.join(enriched.set_index("Term")[list(columns)].rename(columns=columns))
        result["P.Value"] = result["P.Value"].astype(float).clip(lower=1 / (permutations + 1))
        result["leading_edge"] = result["leading_edge"].str.replace(";", ",")
    else:
        result[list(columns.values())] = np.nan
    result["adj.P.Val"] = adjust(result["P.Value"])
    return result.rename_axis("module").reset_index()
