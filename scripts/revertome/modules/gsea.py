"""Preranked enrichment of the contrasts: which genes of a module stand at the ends of a ranking."""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from revertome.arrays import Array
from revertome.statistics.preranked import (
    Places,
    RandomSets,
    leading_edge,
    preranked,
    running_sum,
)

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
    genes, t = ranked(table)
    weight = np.abs(t)
    large = _places(genes, weight, sets)
    result = pd.DataFrame(np.nan, index=list(sets), columns=COLUMNS[2:], dtype=object)
    nes = preranked(t, [*large.values()], random)[1]
    for (module, at), score in zip(large.items(), nes, strict=True):
        edge = ",".join(genes[leading_edge(weight, at)])
        result.loc[module] = [score, edge]
    return result.astype({"NES": float}).rename_axis("module").reset_index()


def ranked(table: pd.DataFrame) -> tuple[pd.Index, Array]:
    """Genes of a contrast and their t, from the most raised to the most lowered.

    Genes of one t, as a test against a fold change (`lfc`) gives most of them, stand by their fold
    change: by name, genes of a family, such as IFI6 to IFIT5, would stand together.
    """
    ranking = table[["gene", "t", "logFC"]].dropna()
    by, down = ["t", "logFC", "gene"], [False, False, True]
    ranking = ranking.sort_values(by, ascending=down, ignore_index=True)
    return pd.Index(ranking["gene"]), ranking["t"].to_numpy(float)


def curves(table: pd.DataFrame, sets: Mapping[str, list[str]]) -> pd.DataFrame:
    """Running sums of modules along a contrast, whose peaks are their enrichment scores.

    Parameters
    ----------
    table : DataFrame
        As in `gsea`.
    sets : mapping
        Module to genes.

    Returns
    -------
    DataFrame
        module, gene (of the module, at the corner after it), passed (genes of the ranking that were
        passed), sum; the corners of each curve, see `running_sum`. Modules with fewer than 3 genes
        tested, or none with t other than 0, have no rows.
    """
    genes, t = ranked(table)
    weight = np.abs(t)
    found = []
    for module, at in _places(genes, weight, sets).items():
        passed, sums = running_sum(weight, at)
        of = np.full(len(sums), None, dtype=object)
        of[2::2][: len(at)] = genes[at]
        found.append(pd.DataFrame({"module": module, "gene": of, "passed": passed, "sum": sums}))
    empty = pd.DataFrame(columns=["module", "gene", "passed", "sum"])
    return pd.concat(found, ignore_index=True) if found else empty


def _places(genes: pd.Index, weight: Array, sets: Mapping[str, list[str]]) -> dict[str, Places]:
    """Places of the genes of each module that can be ranked."""
    found = {module: genes.get_indexer(pd.Index(listed)) for module, listed in sets.items()}
    found = {module: np.sort(at[at >= 0]).astype(np.int32) for module, at in found.items()}
    # A set whose genes all have t = 0 has no weight to walk with.
    return {
        module: at for module, at in found.items() if len(at) >= MIN_SIZE and weight[at].max() > 0
    }
