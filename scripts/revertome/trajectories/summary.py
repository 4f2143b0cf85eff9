"""How many genes are in each class, and which."""

from typing import Any

import numpy as np
import pandas as pd

from revertome.class_groups import induced_end
from revertome.gene_classes import CLASSES, UNCLAIMED
from revertome.trajectories.sensitivity import SETS


def summary(
    table: pd.DataFrame, common: Any, chance: pd.DataFrame | None, naive: Any
) -> pd.DataFrame:
    """Number of genes a class, beside chance and the two-threshold rule.

    Parameters
    ----------
    table : DataFrame
        `trajectories/genes.tsv`: class, holds.
    common, naive : (G,)
        Classes by one variance for all cells, and by the two-threshold rule.
    chance : DataFrame or None
        Of `expected_by_chance`.

    Returns
    -------
    DataFrame
        class, n_genes, n_holding, n_genes_common, expected_by_chance, p_by_chance ((1 +
        permutations with at least n_genes_common) / (1 + permutations)), n_genes_thresholds.
    """
    rows = []
    for name in CLASSES:
        members = table["class"].eq(name)
        row: dict[str, Any] = {"class": name, "n_genes": int(members.sum())}
        row["n_holding"] = table.loc[members, "holds"].eq(True).sum() if name in SETS else pd.NA
        row["n_genes_common"] = n = int((np.asarray(common) == name).sum())
        row |= {"expected_by_chance": np.nan, "p_by_chance": np.nan}
        if chance is not None and len(chance):
            # Exchanged people share one variance by construction, so both sides use that model.
            row["expected_by_chance"] = chance[name].mean()
            if name not in UNCLAIMED:
                row["p_by_chance"] = (1 + (chance[name] >= n).sum()) / (1 + len(chance))
        row["n_genes_thresholds"] = int((np.asarray(naive) == name).sum())
        rows.append(row)
    return pd.DataFrame(rows).astype({"n_holding": "Int64"})


def sets(table: pd.DataFrame) -> dict[str, list[str]]:
    """Genes of reverted_up, reverted_down (by disease), induced_up, induced_down (by change)."""

    def genes(name: str, sign: pd.Series) -> list[str]:
        return sorted(table.loc[table["class"].eq(name) & sign, "gene"])

    change = table[f"change{induced_end(table)}"]
    return {
        "reverted_up": genes("reverted", table["disease"] > 0),
        "reverted_down": genes("reverted", table["disease"] < 0),
        "induced_up": genes("induced", change > 0),
        "induced_down": genes("induced", change < 0),
    }
