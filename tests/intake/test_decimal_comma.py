"""Decimal commas in sheets: numbers, as they are in a matrix."""

import numpy as np
import pandas as pd
import pytest

from revertome.errors import StudyError
from revertome.intake.columns import number


def column(*values):
    return pd.Series([*values], index=pd.Index(range(2, 2 + len(values)), name="row"), name="crp")


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        (["6,3", "7,4", None, "12"], [6.3, 7.4, np.nan, 12]),
        (["-0,5", ",25", "1,5e-3"], [-0.5, 0.25, 0.0015]),
        (["1,234", "0,5"], [1.234, 0.5]),  # 0,5 tells that the comma is decimal
        (["6.3", "7"], [6.3, 7.0]),
    ],
)
def test_decimal_commas_are_numbers(values, expected):
    found = number(column(*values), "s.csv", True)
    assert found.dtype == float and list(found.index) == list(range(2, 2 + len(values)))
    np.testing.assert_array_equal(found, expected)


def test_commas_that_may_set_thousands_apart_stop_a_number_that_is_needed():
    with pytest.raises(StudyError, match=r"column 'crp': '12,000' may be a number with a decimal"):
        number(column("1,500", "12,000"), "s.csv", True)
    text = number(column("1,500", "12,000"), "s.csv", False)
    assert text.to_list() == ["1,500", "12,000"]


def test_both_kinds_in_one_column_are_refused():
    with pytest.raises(StudyError, match=r"a decimal comma \('6,3'\) and with a decimal point"):
        number(column("6,3", "7.4"), "s.csv", True)
    # A column that nothing asks numbers of stays text.
    assert number(column("6,3", "7.4"), "s.csv", False).to_list() == ["6,3", "7.4"]


def test_text_with_commas_stays_text_and_a_slip_is_named():
    assert number(column("a, b", "c"), "s.csv", True).to_list() == ["a, b", "c"]
    with pytest.raises(StudyError, match="row 4: 'high' is not a number as the others are"):
        number(column("6,3", "7,4", "high"), "s.csv", True)
