"""Whether the columns of a row belong together, or were sorted or pasted one by one."""

import numpy as np
import numpy.typing as npt
import pandas as pd

FEWEST = 20  # genes of which ranks are compared
ROUNDING = 1e-6  # of tables that were written with few digits
Flags = npt.NDArray[np.bool_]


def disagreeing(table: pd.DataFrame) -> str:
    """Say which columns of a table contradict each other; empty where none do.

    Estimates lie in their intervals, t has the sign of logFC, P falls as abs(t) rises (Spearman
    correlation over the genes below -0.5; without t abs(logFC) over the width of the interval), and
    the P of a reverted gene, the largest of several, is at least that of its disease effect.

    Parameters
    ----------
    table
        `differential/<contrast>.tsv`, `trajectories/genes.tsv` or `modules/tests.tsv`.
    """
    for check in (_intervals, _signs, _screens, _ranks):
        if said := check(table):
            return f"{said}; its columns were mixed up, or sorted one by one: have it sent again"
    return ""


def _first(table: pd.DataFrame, wrong: Flags, words: str) -> str:
    """The words with a count and the first row; empty where nothing is wrong."""
    if not wrong.any():
        return ""
    name = ascii(str(table.iloc[int(wrong.argmax()), 0]))[1:41]
    return f"{words} in {wrong.sum():,} of {len(table):,} rows (first {name})"


def _numbers(table: pd.DataFrame, *names: str) -> list[npt.NDArray[np.float64]] | None:
    if not set(names).issubset(table):
        return None
    return [table[name].to_numpy(float) for name in names]


def _intervals(table: pd.DataFrame) -> str:
    estimate = "logFC" if "logFC" in table else "estimate"
    found = _numbers(table, estimate, "CI.L", "CI.R")
    if found is None:
        return ""
    value, low, high = found
    slack = ROUNDING * (1 + np.abs(value))
    with np.errstate(invalid="ignore"):
        wrong = (low > value + slack) | (high < value - slack)
    return _first(table, wrong, f"{estimate} is not between CI.L and CI.R")


def _signs(table: pd.DataFrame) -> str:
    found = _numbers(table, "logFC", "t")
    if found is None:
        return ""
    return _first(table, found[0] * found[1] < 0, "t and logFC have other signs")


def _screens(table: pd.DataFrame) -> str:
    found = _numbers(table, "p_reverted", "p_disease")
    if found is None:
        return ""
    wrong = found[0] < found[1] * (1 - ROUNDING)
    return _first(table, wrong, "p_reverted is below p_disease")


def _ranks(table: pd.DataFrame) -> str:
    if not {"logFC", "P.Value"}.issubset(table):
        return ""
    if "t" in table and table["t"].notna().any():
        strength = table["t"].abs()
    elif {"CI.L", "CI.R"}.issubset(table):
        width = table["CI.R"] - table["CI.L"]
        strength = (table["logFC"] / width.where(width > 0)).abs()
    else:
        return ""
    known = strength.gt(0) & table["P.Value"].notna()
    if known.sum() < FEWEST or strength[known].nunique() < FEWEST:
        return ""
    ranks = [values[known].rank() for values in (strength, table["P.Value"])]
    # P of genes that all have the same P tell nothing.
    if ranks[1].nunique() < FEWEST or np.corrcoef(*ranks)[0, 1] < -0.5:
        return ""
    return "P.Value does not fall where t rises"
