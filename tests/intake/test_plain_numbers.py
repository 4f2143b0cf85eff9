"""The quick reader of plain numbers against Python's own float."""

import numpy as np
import pytest

from revertome.errors import StudyError
from revertome.intake.read import numbers
from revertome.intake.read.table import parse_numbers


def parse(rows, sep="\t"):
    lines = [sep.join(["id", "a", "b"]), *(sep.join(row) for row in rows)]
    return parse_numbers(iter([line + "\n" for line in lines]), sep, "here")


@pytest.fixture(autouse=True)
def small_blocks(monkeypatch):
    monkeypatch.setattr(numbers, "BLOCK", 3)


def test_numbers_are_rounded_correctly():
    rng = np.random.default_rng(2)
    values = rng.normal(size=(50, 2)) * 10.0 ** rng.integers(-300, 300, (50, 1))
    rows = [(f"g{i}", *map(repr, row)) for i, row in enumerate(values.tolist())]
    found = parse(rows)
    np.testing.assert_array_equal(found.to_numpy(), values)
    assert found.index.tolist() == [row[0] for row in rows]


@pytest.mark.parametrize("odd", ["NA", "", "null", "nan"])
def test_a_missing_value_in_a_later_block(odd):
    rows = [(f"{i:03d} ", str(i), f"{i}e-1") for i in range(8)]
    rows[4] = ("004", odd, "0.4")
    found = parse(rows)
    assert found.index.tolist() == [f"{i:03d}" for i in range(8)]
    expected = np.array([[i, i / 10] for i in range(8)], dtype=float)
    expected[4, 0] = np.nan
    np.testing.assert_array_equal(found.to_numpy(), expected)


def test_quoted_ids_and_text_in_a_later_block():
    rows = [(f'"g,{i}"' if i > 3 else f"g{i}", "1", "2") for i in range(6)]
    assert parse(rows, ",").index.tolist() == ["g0", "g1", "g2", "g3", "g,4", "g,5"]
    rows[5] = ("g5", "1", "low")
    with pytest.raises(StudyError, match="feature 'g5', column 'b': 'low' is not a number"):
        parse(rows, ",")
