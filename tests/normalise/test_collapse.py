"""Symbols, filtering of features and collapse to genes, worked by hand."""

import csv
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from revertome.normalise.collapse import collapse
from revertome.normalise.filtering import expressed, smallest_cell
from revertome.normalise.scale import floor_share, raise_to_floor, to_log2
from revertome.normalise.symbols import current_symbols

ALIASES = Path(__file__).parents[2] / "resources" / "aliases.tsv"
X = np.array([[1.0, 5, 3, 4, 2, 9], [3.0, 1, 3, 4, 2, 7]])
FEATURES = pd.Index(["p1", "p2", "p3", "p4", "p5", "p6"])
GENES = pd.Series(["B", "B", "B", "A", np.nan, "A"], index=FEATURES)


def aliases() -> dict[str, str]:
    with ALIASES.open(encoding="utf-8") as file:
        return {row["old"]: row["current"] for row in csv.DictReader(file, delimiter="\t")}


def test_highest_mean_takes_the_first_id_of_equal_features() -> None:
    values, var = collapse(X, FEATURES, GENES, "highest_mean")
    assert values.tolist() == [[9, 5], [7, 1]]  # B: p2 and p3 have mean 3, p1 has 2
    assert var.to_dict("list") == {"gene": ["A", "B"], "probes": ["p6", "p2"], "n_probes": [2, 3]}


def test_average_and_sum_use_every_feature() -> None:
    values, var = collapse(X, FEATURES, GENES, "average")
    np.testing.assert_allclose(values, [[6.5, 3], [5.5, 7 / 3]])
    assert var["probes"].tolist() == ["p4,p6", "p1,p2,p3"]
    assert collapse(X, FEATURES, GENES, "sum")[0].tolist() == [[13, 9], [11, 7]]


def test_unknown_rule() -> None:
    with pytest.raises(ValueError, match="unknown rule 'median'"):
        collapse(X, FEATURES, GENES, "median")


def test_symbols_of_today() -> None:
    entries = ["DDX58", "RIGI", "C19ORF66", "DDX58 /// RIGI", "GBP1;GBP2", "1-Mar", "2-Dec", np.nan]
    found = current_symbols(pd.Series(entries, dtype=object), aliases())
    assert found.gene.fillna("-").tolist() == ["RIGI", "RIGI", "SHFL", "RIGI", "-", "-", "-", "-"]
    assert found.renamed == {"DDX58": "RIGI", "C19ORF66": "SHFL"}
    assert found.several == ["GBP1;GBP2"]
    assert found.dates == ["1-Mar", "2-Dec"]


def test_names_that_look_like_dates_but_are_not() -> None:
    names = pd.Series(["DEC1", "MARCHF1", "SEPTIN4", "NOV", "A-1"])
    assert current_symbols(names, {}).gene.tolist() == names.tolist()


def test_aliases_lead_to_current_symbols_in_one_step() -> None:
    table = aliases()
    assert not set(table) & set(table.values())
    known = {
        "DDX58": "RIGI", "WARS": "WARS1", "SEPT4": "SEPTIN4", "FLJ20035": "DDX60",
        "LOC129607": "CMPK2", "LOC26010": "SPATS2L", "PRIC285": "HELZ2", "NT5C3": "NT5C3A",
        "RFWD2": "COP1", "SEPT2": "SEPTIN2", "C19orf66": "SHFL",
    }  # fmt: skip
    assert {old: table.get(old) for old in known} == known


def test_linear_values_below_one_are_raised() -> None:
    x = np.array([[-3.0, 0.5, 1, 8, np.nan]])
    np.testing.assert_array_equal(to_log2(x, "linear"), [[0, 0, 0, 3, np.nan]])
    np.testing.assert_array_equal(to_log2(np.array([[0.0, 1, 7]]), "abundance"), [[0, 1, 3]])
    np.testing.assert_array_equal(to_log2(x, "log2"), x)
    with pytest.raises(ValueError, match="log10"):
        to_log2(x, "log10")


def test_floor() -> None:
    x = raise_to_floor(np.array([[1.0, 2, 5, 7], [4, 1, 1, 9]]), 3)
    assert x.tolist() == [[3, 3, 5, 7], [4, 3, 3, 9]]
    assert floor_share(x).tolist() == [0.5, 0.5]
    assert raise_to_floor(x, None) is x


def test_features_that_vary_and_are_expressed() -> None:
    x = np.array([[4.0, 4, 9, 3], [4, 6, 9, 3], [4, 7, 2, 8]])
    assert expressed(x, None, 2).tolist() == [False, True, True, True]
    assert expressed(x, 5, 2).tolist() == [False, True, True, False]


def test_smallest_cell_counts_healthy_samples_without_visit() -> None:
    obs = pd.DataFrame({"group": ["p"] * 5 + ["healthy"] * 4, "visit": [*"aaabb", *[np.nan] * 4]})
    assert smallest_cell(obs) == 2
