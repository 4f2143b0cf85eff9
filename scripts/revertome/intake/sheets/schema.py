"""Checks of a table against the schema of its columns."""

from pathlib import Path
from typing import Any

import pandas as pd

from revertome.errors import StudyError
from revertome.intake.columns import few, place

SCHEMAS = Path(__file__).parents[4] / "workflow" / "schemas"


def read_schema(name: str) -> dict[str, Any]:
    """Read `workflow/schemas/<name>.schema.yaml`: the meaning, unit and range of every column."""
    import yaml

    text = (SCHEMAS / f"{name}.schema.yaml").read_text(encoding="utf-8")
    return dict(yaml.safe_load(text))


def check_columns(table: pd.DataFrame, schema: dict[str, Any], source: str) -> None:
    """Check required columns, allowed words and the ranges that give away a wrong unit.

    Parameters
    ----------
    table
        Typed columns; columns that the schema does not know are not looked at.
    schema
        JSON schema of one row. `minimum` and `maximum` bound every value;
        `x-largest-at-least` is what the largest value of a whole column must reach
        (a 100 mm scale whose largest value is 9 was filled in as centimetres).
    source
        File or series, for the messages.

    Raises
    ------
    StudyError
        Names column, row, the value found and what was expected.
    """
    absent = [name for name in schema["required"] if name not in table.columns]
    if absent:
        raise StudyError(
            f"{source}: column {few(absent)} is missing; found {few(table.columns, 12)}; "
            "rename a column"
        )
    for name, rule in schema["properties"].items():
        if name in table.columns:
            _check_column(table[name], rule, source)


def _check_column(column: pd.Series, rule: dict[str, Any], source: str) -> None:
    present = column.dropna()
    if "enum" in rule:
        bad = ~present.isin(rule["enum"])
        expected = f"one of {few(rule['enum'])}"
    elif rule["type"] == "number":
        numbers = pd.to_numeric(present, errors="coerce")
        low = rule.get("minimum", float("-inf"))
        high = rule.get("maximum", float("inf"))
        bad = ~numbers.between(low, high)
        unit = f" {rule['x-unit']}" if rule.get("x-unit") else ""
        expected = f"a number from {low} to {high}{unit}"
        least = rule.get("x-largest-at-least")
        if least is not None and len(present) >= 5 and numbers.max() < least:
            raise StudyError(
                f"{source}: column '{column.name}': the largest value is {numbers.max():g} "
                f"({place(numbers.idxmax(), column.index)}); "
                f"expected{unit} ({rule['description'].rstrip('.')}); check the unit"
            )
    else:
        return
    if bad.any():
        row = present.index[bad][0]
        raise StudyError(
            f"{source}: column '{column.name}', {place(row, column.index)}: found "
            f"'{present[row]}', expected {expected}; check the value and its unit"
        )
