"""Names that a spreadsheet would take for formulas are told, with the tables that hold them."""

import warnings

import pytest

from revertome.columns import TABLES
from revertome.spreadsheets import warn_of_formulas


@pytest.mark.parametrize(
    "name", ["=1+1", "+A", "-A", "@SUM(A1)", "=cmd|' /C calc'!A0", "\t=1", "-GENE", "- x"]
)
@pytest.mark.parametrize("column", ["sample", "patient", "gene", "module"])
def test_a_name_that_begins_as_a_formula_is_told(name, column):
    with pytest.warns(UserWarning, match=r"x.tsv: .* begins as a formula does") as told:
        warn_of_formulas(["A", name], column, "x.tsv")
    said = str(told[0].message)
    assert repr(name) in said and "\n" not in said
    held = [t.file for t in TABLES if any(each.name == column for each in t.columns)]
    assert all(file in said for file in held[:3])


def test_other_names_and_numbers_are_not():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        warn_of_formulas(["HLA-A", "-1", "+2.5", "A=B", "a@b", "7", ""], "gene", "x.tsv")
