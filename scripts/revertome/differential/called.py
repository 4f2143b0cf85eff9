"""What a contrast found: genes called up and down, and the order in which contrasts are read."""

from collections.abc import Iterable, Mapping

import pandas as pd

from revertome.differential.names import RANDOMISED, WITH

LEADING = 5  # genes named on either side
# What is randomised comes first, then what differs from health, what changes, and what remains.
READ: tuple[str, ...] = ("disease", "change_all", "change_responders", "change_nonresponders")
READ += ("interaction", "residual_all", "residual_responders", "baseline")
COUNTS = ["contrast", "visit", "n_up", "n_down", "n_tested", "leading_up", "leading_down"]


def called(table: pd.DataFrame, alpha: float) -> pd.Series:
    """Return `up`, `down` or `none` for each gene of a differential table, by its adjusted p."""
    sure = table["adj.P.Val"] < alpha
    found = pd.Series("none", table.index, dtype=object)
    found[sure & (table["logFC"] > 0)] = "up"
    found[sure & (table["logFC"] < 0)] = "down"
    return found


def in_reading_order(names: Iterable[str]) -> list[str]:
    """Order contrasts as they are read: drug effects, the standard ones, further ones as given.

    Contrasts with a clinical variable come last.
    """

    def place(name: str) -> tuple[int, int]:
        if name.startswith(RANDOMISED):
            return 0, 0
        if name in READ:
            return 1, READ.index(name)
        return (3 if name.startswith(WITH) else 2), 0

    return sorted(names, key=place)


def counted(tables: Mapping[str, pd.DataFrame], visit: str, alpha: float) -> pd.DataFrame:
    """Count the genes called in each contrast.

    Parameters
    ----------
    tables : mapping of str to DataFrame
        Differential tables by contrast: gene, logFC, P.Value, adj.P.Val.
    visit : str
        Follow-up that they are about; the baseline in a study of one visit.
    alpha : float
        Adjusted p below which a gene is called.

    Returns
    -------
    DataFrame
        In reading order: contrast, visit, n_up, n_down, n_tested (0 where it was not estimated),
        leading_up, leading_down (genes with the smallest p, comma-separated; missing for none).
    """
    rows = [_row(name, tables[name], visit, alpha) for name in in_reading_order(tables)]
    return pd.DataFrame(rows, columns=COUNTS)


def _row(name: str, table: pd.DataFrame, visit: str, alpha: float) -> dict[str, object]:
    way = called(table, alpha)
    row: dict[str, object] = {"contrast": name, "visit": visit}
    for side in ("up", "down"):
        genes = table[way == side].sort_values(["P.Value", "gene"])["gene"].astype(str)
        row[f"n_{side}"] = len(genes)
        row[f"leading_{side}"] = ",".join(genes.head(LEADING)) or None
    return row | {"n_tested": int(table["P.Value"].notna().sum())}
