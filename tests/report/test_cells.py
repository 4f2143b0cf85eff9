"""Tables of the report: numbers as they are read, raw values kept, the deciding columns first."""

import numpy as np
import pandas as pd
import pytest

from revertome.naming import named_as
from revertome.report.cells import table
from revertome.report.numbers import cell, decimals, determined, p_cell, recoverable


@pytest.mark.parametrize(
    ("value", "text", "sort"),
    [
        (12000, "12,000", "12000"),
        (0.0123456, "0.0123", "0.0123456"),
        (1.5e-9, "1.5e-9", "1.5e-09"),
        (3.0, "3", "3.0"),
        (float("nan"), "–", ""),
        (None, "–", ""),
        (True, "yes", "1"),
        ("M1.2", "M1.2", "M1.2"),
        (float("inf"), "∞", "Infinity"),
        (float("-inf"), "-∞", "-Infinity"),
    ],
)
def test_cells(value, text, sort):
    assert (cell(value).text, cell(value).sort) == (text, sort)


@pytest.mark.parametrize(
    ("p", "text"),
    [
        (1.0, "1.00"),
        (0.5, "0.50"),
        (0.0499, "0.050"),
        (0.007, "0.0070"),
        (0.000123, "1.2e-4"),
        (1e-12, "1.0e-12"),
        (0.0, "< 1e-300"),
    ],
)
def test_p_values_have_two_digits(p, text):
    assert (p_cell(p).text, p_cell(p).sort) == (text, repr(p))


@pytest.mark.parametrize(
    ("values", "places"),
    [
        ([1.234, -2.5, 0.9], 2),
        ([0.0123, 0.0456], 4),
        ([120.4, 88.8], 0),
        ([3.0, 4.0], None),
        ([1000.5, 0.0001, 0.0002], None),  # of unlike sizes
        ([np.nan, np.inf], None),
    ],
)
def test_a_column_has_one_number_of_decimals(values, places):
    assert decimals(values) == places


def by_id(made):
    """Texts and raw values of every column by its name in the file."""
    columns = zip(*made.rows, strict=True)
    return {
        head.id: ([c.text for c in column], [c.sort for c in column])
        for head, column in zip(made.columns, columns, strict=True)
    }


MODULES = pd.DataFrame(
    {
        "module": ["G2_M1.2", "b_cell", "x_y"],
        "method": "zscore",
        "class": ["reverted", "unresolved", "induced"],
        "disease": [2.0, 0.02, 0.3],
        "change": [-1.9, 0.86, 3.3],
        "recovered": [0.95, -42.9, -11.0],
        "recovered_low": [0.7, -np.inf, -90.0],
        "recovered_high": [1.31, np.inf, -5.0],
        "recovered_interval": ["bounded", "whole line", "bounded"],
        "adj_p_reverted": [1e-12, 0.4, 1.0],
    }
)


def test_nothing_recovers_where_no_disease_was_shown():
    found = by_id(table("k", "t", "modules/trajectories.tsv", MODULES))
    assert found["recovered"] == (["0.95", "–", "–"], ["0.95", "-42.9", "-11.0"])
    assert found["recovered_low"][0] == ["0.70 to 1.31", "–", "–"]
    assert found["recovered_low"][1] == ["0.7", "-Infinity", "-90.0"]
    assert found["recovered_high"][1] == ["1.31", "Infinity", "-5.0"]


def test_an_interval_outside_of_its_limits_is_unbounded():
    low, high = pd.Series([0.1, 3.0, -np.inf, np.nan]), pd.Series([0.2, 1.0, 1.0, np.nan])
    assert determined(low, high).tolist() == [True, False, False, False]


def test_what_passed_no_screen_or_was_induced_has_no_fraction():
    classes = ["reverted", "partial", "unresolved", "unchanged", "induced", "induced_beyond"]
    data = pd.DataFrame({"class": classes, "recovered_low": 0.1, "recovered_high": 0.9})
    assert recoverable(data).tolist() == [True, True, True, False, False, False]
    data["recovered_interval"] = ["bounded", "whole line", *["bounded"] * 4]
    assert recoverable(data).tolist() == [True, False, True, False, False, False]


def test_help_of_an_interval():
    made = table("k", "t", "modules/trajectories.tsv", MODULES)
    help = {head.id: head.help for head in made.columns}
    assert help["recovered_low"].startswith("95% Fieller interval; ")
    data = pd.DataFrame({"gene": ["A"], "logFC": 1.0, "CI.L": 0.5, "CI.R": 1.5})
    made = table("k", "t", "differential/disease.tsv", data)
    assert made.columns[2].help.startswith("95% interval of logFC")


def test_other_intervals_say_that_they_are_unbounded():
    data = pd.DataFrame({"estimate": [1.0, 2.0], "CI.L": [0.5, -np.inf], "CI.R": [1.5, np.inf]})
    assert by_id(table("k", "t", "f", data))["CI.L"][0] == ["0.50 to 1.50", "unbounded"]


def test_a_list_of_genes_breaks_into_lines():
    genes = ",".join(f"GENE{i}" for i in range(10))
    made = table("k", "t", "f", pd.DataFrame({"set": ["a"], "genes": [genes]}))
    assert by_id(made)["genes"] == ([genes.replace(",", ", ")], [genes])
    assert made.columns[1].words


def test_the_deciding_columns_come_first_and_names_are_for_people():
    with named_as({"modules": {"x_y": "Genes of X & Y"}}):
        made = table("k", "t", "modules/trajectories.tsv", MODULES)
    shown = [(head.id, head.show) for head in made.columns]
    assert shown == [
        ("module", "yes"),
        ("method", "more"),  # the same in every row
        ("disease", "yes"),
        ("change", "yes"),
        ("recovered", "yes"),
        ("recovered_low", "yes"),
        ("recovered_high", "no"),
        ("adj_p_reverted", "yes"),
        ("class", "yes"),
        ("recovered_interval", "no"),
    ]
    names = {head.id: head.name for head in made.columns}
    assert names["recovered_low"] == "95% CI, recovered fraction"
    assert names["adj_p_reverted"] == "adjusted p, reverted"
    assert by_id(made)["module"] == (
        ["Interferon (M1.2)", "B cells", "Genes of X & Y"],
        ["G2_M1.2", "b_cell", "x_y"],
    )
    assert by_id(made)["adj_p_reverted"][0] == ["1.0e-12", "0.40", "1.00"]


def test_log2_has_two_decimals_and_the_gene_stands_first():
    data = pd.DataFrame(
        {
            "visit": ["month6", "month6"],
            "arm": "drug",
            "gene": ["IL6", "PPIL6"],
            "class": ["reverted_beyond", "induced_beyond"],
            "disease": [1.23456, -0.001],
            "drug_effect": [-1.1, 2.0],
            "drug_effect_low": [-1.5, 1.0],
            "drug_effect_high": [-0.7, 3.0],
            "recovered": [0.89, 2000.0],
            "recovered_low": [0.6, 9.0],
            "recovered_high": [1.2, 4309.0],
        }
    )
    made = table("k", "t", "trajectories/beyond_control.tsv", data)
    found = by_id(made)
    assert [head.id for head in made.columns][:4] == ["gene", "visit", "arm", "disease"]
    assert found["disease"] == (["1.23", "0.00"], ["1.23456", "-0.001"])
    assert found["drug_effect_low"][0] == ["-1.50 to -0.70", "1.00 to 3.00"]
    assert found["recovered"][0] == ["0.89", "–"]
    assert found["visit"][0] == ["month 6", "month 6"]


def test_at_most_ten_columns_are_shown_at_first():
    data = pd.DataFrame({f"n_{i}": [i, i + 1] for i in range(15)})
    made = table("k", "t", "f", data)
    assert [head.show for head in made.columns] == ["yes"] * 10 + ["more"] * 5


def test_what_is_left_out_is_counted():
    data = pd.DataFrame({"gene": [f"G{i}" for i in range(30)]})
    made = table("k", "t", "f", data, most=20)
    assert (len(made.rows), made.total) == (20, 30)
    whole = table("k", "t", "f", data)
    assert (len(whole.rows), whole.total) == (30, 30)


def test_empty_columns_are_left_out():
    made = table("k", "t", "f", pd.DataFrame({"a_b": [1, 2], "note": [None, None]}))
    assert [column.name for column in made.columns] == ["a b"]
    assert [[c.text for c in row] for row in made.rows] == [["1"], ["2"]]


def test_a_table_without_rows_is_no_table():
    made = table("k", "t", "f", pd.DataFrame({"gene": pd.Series(dtype=str)}))
    assert made.rows == []
