"""Over-representation: which modules the genes of a trajectory set come from."""

from collections.abc import Collection, Mapping

import pandas as pd

from revertome.statistics.two_by_two import hypergeometric

COLUMNS = ["set", "module", "overlap", "set_size", "module_size", "background", "odds_ratio"]
COLUMNS += ["P.Value", "genes"]


def over_representation(
    found: Mapping[str, Collection[str]],
    sets: Mapping[str, Collection[str]],
    background: Collection[str],
) -> pd.DataFrame:
    """Set every trajectory set against every module.

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
        inf where a cell is empty), P.Value (genes drawn one by one; genes of a module rise and fall
        together, so it orders modules and is no test of them), genes (shared, sorted,
        comma-separated). A set or module without a tested gene has NA.
    """
    tested = set(background)
    tables = []
    for name, members in found.items():
        chosen = tested & set(members)
        rows = [_row(chosen, tested & set(genes), len(tested)) for genes in sets.values()]
        table = pd.DataFrame(rows, columns=[*COLUMNS[2:8], "genes"])
        tables.append(table.assign(set=name, module=list(sets)))
    if not tables:
        return pd.DataFrame(columns=COLUMNS)
    return pd.concat(tables, ignore_index=True)[COLUMNS]


def _row(chosen: set[str], module: set[str], total: int) -> tuple[object, ...]:
    shared = sorted(chosen & module)
    k, n, m = len(shared), len(chosen), len(module)
    odds, p = hypergeometric(k, n, m, total)
    return k, n, m, total, odds, p, ",".join(shared)
