"""Preranked enrichment of the contrasts: which genes of a module stand at the ends of a ranking."""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from revertome.statistics.preranked import RandomSets, leading_edge, preranked

MIN_SIZE = 3
COLUMNS = ["contrast", "module", "NES", "leading_edge"]


def gsea(
    contrasts: Mapping[str, pd.DataFrame],
    sets: Mapping[str, list[str]],
    random: RandomSets,
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
    random : RandomSets
        Behind the NES; one for all contrasts that are asked.

    Returns
    -------
    DataFrame
        contrast, module, NES, leading_edge (comma-separated, strongest first). Modules with fewer
        than 3 genes tested, or none with t other than 0, have NA.
    """
    tables = [
        _enrichment(table, sets, random).assign(contrast=name) for name, table in contrasts.items()
    ]
    if not tables:
        return pd.DataFrame(columns=COLUMNS)
    return pd.concat(tables, ignore_index=True)[COLUMNS]


def _enrichment(
    table: pd.DataFrame, sets: Mapping[str, list[str]], random: RandomSets
) -> pd.DataFrame:
    ranking = table[["gene", "t", "logFC"]].dropna()
    # A test against a fold change (`lfc`) gives most genes t = 0; by name, genes of a family, such
    # as IFI6 to IFIT5, would stand together among them.
    by, down = ["t", "logFC", "gene"], [False, False, True]
    ranking = ranking.sort_values(by, ascending=down, ignore_index=True)
    genes, t = pd.Index(ranking["gene"]), ranking["t"].to_numpy(float)
    weight = np.abs(t)
    found = {module: genes.get_indexer(pd.Index(listed)) for module, listed in sets.items()}
    found = {module: np.sort(at[at >= 0]).astype(np.int32) for module, at in found.items()}
    # A set whose genes all have t = 0 has no weight to walk with.
    large = {
        module: at for module, at in found.items() if len(at) >= MIN_SIZE and weight[at].max() > 0
    }
    result = pd.DataFrame(np.nan, index=list(sets), columns=COLUMNS[2:], dtype=object)
    nes = preranked(t, list(large.values()), random)[1]
    for (module, at), score in zip(large.items(), nes, strict=True):
        edge = ",".join(genes[leading_edge(weight, at)])
        result.loc[module] = [score, edge]
    return result.astype({"NES": float}).rename_axis("module").reset_index()
