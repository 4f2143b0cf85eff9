"""Agreement of scores: between methods for one module, and between lists for one signal."""

from collections.abc import Iterator, Mapping
from itertools import combinations
from typing import Any

import numpy as np
import pandas as pd

from revertome.modules.tests import cells_of
from revertome.statistics.rank_correlation import of_ranks, rank_correlation

FAMILY = 30  # more modules than this in one file are a collection, not rival lists
COLUMNS = ["kind", "module", "first", "second", "of", "spearman", "CI.L", "CI.R", "n"]
COLUMNS += ["shared_genes"]


def agreement(
    scores: pd.DataFrame,
    obs: pd.DataFrame,
    labels: pd.DataFrame,
    sets: Mapping[str, list[str]],
    families: Mapping[str, list[str]],
    design: Mapping[str, Any],
) -> pd.DataFrame:
    """Correlate scores of the same patients, so that no reader need trust one list or method.

    Spearman's correlation over patients, once of the baseline scores and once of the changes: each
    patient counts once, and the gap between patients and healthy, which any two lists of disease
    genes share, takes no part. Interval: tanh(atanh(r) +- 1.96 sqrt((1 + r^2 / 2) / (n - 3)))
    (Bonett and Wright 2000, Psychometrika 65:23).

    Parameters
    ----------
    scores : DataFrame
        The table of `score`.
    obs : DataFrame
        Samples by index, with patient, visit, group.
    labels : DataFrame
        patient, label.
    sets : mapping
        Module to genes.
    families : mapping
        Name of a file to its modules: those of one file, where they are 30 at most, are compared
        with each other, by the first method.
    design : mapping
        `baseline`, `followup`, `healthy`.

    Returns
    -------
    DataFrame
        kind (method or list), module (NA for lists), first, second, of (baseline or change; of one
        visit the first alone),
        spearman, CI.L, CI.R, n (patients), shared_genes (listed in both; NA for methods). NA
        where fewer than 4 patients have both, or a score does not vary.
    """
    cells = cells_of(scores, obs, labels, design)
    seen = {"baseline": _Ranked(cells.before), "change": _Ranked(cells.change())}
    if design["followup"] is None:
        del seen["change"]
    pairs = [*_methods(scores), *_lists(scores, sets, families)]
    rows = [
        {**names, "of": of, **table.spearman(first, second)}
        for names, first, second in pairs
        for of, table in seen.items()
    ]
    return pd.DataFrame(rows, columns=COLUMNS).astype({"shared_genes": "Int64"})


def _methods(scores: pd.DataFrame) -> Iterator[tuple[dict[str, Any], Any, Any]]:
    methods = scores["method"].unique()
    for module in scores["module"].unique():
        for first, second in combinations(methods, 2):
            names = {"kind": "method", "module": module, "first": first, "second": second}
            yield names, (module, first), (module, second)


def _lists(
    scores: pd.DataFrame, sets: Mapping[str, list[str]], families: Mapping[str, list[str]]
) -> Iterator[tuple[dict[str, Any], Any, Any]]:
    for modules in families.values():
        if len(modules) > FAMILY:
            continue
        method = scores["method"].iloc[0]
        for first, second in combinations(modules, 2):
            shared = len(set(sets[first]) & set(sets[second]))
            names = {"kind": "list", "first": first, "second": second, "shared_genes": shared}
            yield names, (first, method), (second, method)


class _Ranked:
    """Scores of patients, each column ranked once for all that it is compared with."""

    def __init__(self, table: pd.DataFrame) -> None:
        self.at = {column: k for k, column in enumerate(table.columns)}
        self.values = np.asfortranarray(table.to_numpy(float))
        self.known = ~np.isnan(self.values)
        self.ranks = np.asfortranarray(table.rank().to_numpy(float))

    def spearman(self, first: Any, second: Any) -> dict[str, float]:
        i, j = self.at[first], self.at[second]
        known = self.known[:, i] & self.known[:, j]
        n = int(known.sum())
        a, b = self.values[known, i], self.values[known, j]
        if n < 4 or np.ptp(a) == 0 or np.ptp(b) == 0:
            return {"spearman": np.nan, "CI.L": np.nan, "CI.R": np.nan, "n": n}
        if n == self.known[:, i].sum() == self.known[:, j].sum():
            r, low, high = of_ranks(self.ranks[known, i], self.ranks[known, j])
        else:  # ranks among the patients who have both
            r, low, high = rank_correlation(a, b)
        return {"spearman": r, "CI.L": low, "CI.R": high, "n": n}
