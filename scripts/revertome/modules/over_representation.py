"""Over-representation: which modules hold more genes of a trajectory set than chance gives."""

from collections.abc import Collection, Mapping

import pandas as pd

from revertome.statistics.fdr import adjust
from revertome.statistics.two_by_two import hypergeometric

COLUMNS = ["set", "module", "overlap", "set_size", "module_size", "background", "odds_ratio"]
COLUMNS += ["P.Value", "adj.P.Val", "genes"]


def over_representation(
    found: Mapping[str, Collection[str]],
    sets: Mapping[str, Collection[str]],
    background: Collection[str],
) -> pd.DataFrame:
    """Test every set against every module by the hypergeometric distribution.

    P is the chance that a set of its size, drawn from the background, shares at least as many
    genes with the module (see `hypergeometric`). Genes that were not tested are in
    neither (a module's unmeasured genes say nothing).

    Parameters
    ----------
    found : mapping
        Set name to genes, such as reverted_up.
    sets : mapping
        Module to genes.
    background : collection
        Every gene that was tested.

    Returns
    -------
    DataFrame
        set, module, overlap, set_size, module_size, background, odds_ratio (sample odds ratio,
        inf where a cell is empty), P.Value, adj.P.Val (Benjamini-Hochberg over modules within
        the set), genes (shared, sorted, comma-separated). A set or module without a tested gene
        has NA.
    """
    # ASSUME: genes are drawn independently; genes of a module go together, so that a small P
    # orders modules and is no proof of its own.
    tested = set(background)
    tables = []
    for name, members in found.items():
        chosen = tested & set(members)
        rows = [_row(chosen, tested & set(genes), len(tested)) for genes in sets.values()]
        table = pd.DataFrame(rows, columns=[*COLUMNS[2:8], "genes"])
        table["adj.P.Val"] = adjust(table["P.Value"])
        tables.append(table.assign(set=name, module=list(sets)))
    if not tables:
        return pd.DataFrame(columns=COLUMNS)
    return pd.concat(tables, ignore_index=True)[COLUMNS]


def _row(chosen: set[str], module: set[str], total: int) -> tuple[object, ...]:
    shared = sorted(chosen & module)
    k, n, m = len(shared), len(chosen), len(module)
    odds, p = hypergeometric(k, n, m, total)
    return k, n, m, total, odds, p, ",".join(shared)
