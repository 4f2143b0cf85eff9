"""Preranked enrichment of the contrasts: which genes of a module stand at the ends of a ranking."""

from collections.abc import Mapping

import numpy as np
import pandas as pd

MIN_SIZE = 3
COLUMNS = ["contrast", "module", "NES", "leading_edge"]


def gsea(
    contrasts: Mapping[str, pd.DataFrame],
    sets: Mapping[str, list[str]],
    permutations: int,
    seed: int,
    threads: int,
) -> pd.DataFrame:
    """Say how far a module's genes lie at either end of a contrast's moderated t.

    Preranked enrichment with weight 1 (Subramanian 2005, PNAS 102:15545). NES is ES over the mean
    of random sets of that size and sign. It describes: random sets have genes that are independent,
    a module's are not, so it comes without a p.

    Parameters
    ----------
    contrasts : mapping
        Contrast name to its table with columns gene, t and logFC, which orders genes of one t.
    sets : mapping
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
        contrast, module, NES, leading_edge (comma-separated, strongest first). Modules with fewer
        than 3 genes tested, or none with t other than 0, have NA.
    """
    tables = [
        _enrichment(table, sets, permutations, seed, threads).assign(contrast=name)
        for name, table in contrasts.items()
    ]
    if not tables:
        return pd.DataFrame(columns=COLUMNS)
    return pd.concat(tables, ignore_index=True)[COLUMNS]


def _enrichment(
    table: pd.DataFrame, sets: Mapping[str, list[str]], permutations: int, seed: int, threads: int
) -> pd.DataFrame:
    ranking = table[["gene", "t", "logFC"]].dropna()
    # A test against a fold change (`lfc`) gives most genes t = 0; by name, genes of a family, such
    # as IFI6 to IFIT5, would stand together among them.
    by, down = ["t", "logFC", "gene"], [False, False, True]
    ranking = ranking.sort_values(by, ascending=down, ignore_index=True)[["gene", "t"]]
    weight = ranking.set_index("gene")["t"].abs()
    found = {module: weight.index.intersection(genes, sort=False) for module, genes in sets.items()}
    # A set whose genes all have t = 0 has no weight to walk with.
    large = {
        module: list(genes)
        for module, genes in found.items()
        if len(genes) >= MIN_SIZE and weight[genes].max() > 0
    }
    columns = {"NES": "NES", "Lead_genes": "leading_edge"}
    result = pd.DataFrame(np.nan, index=list(sets), columns=list(columns.values()), dtype=object)
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
        result.update(enriched.set_index("Term")[list(columns)].rename(columns=columns))
        result["leading_edge"] = result["leading_edge"].str.replace(";", ",")
    return result.astype({"NES": float}).rename_axis("module").reset_index()
