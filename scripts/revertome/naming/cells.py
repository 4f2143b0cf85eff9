"""Names for people in the cells of a table, found by the column that a value stands in."""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

from revertome import naming
from revertome.naming.known import ANALYSES, FLAGS, METHODS, QUESTIONS, TESTS

TIMES = MappingProxyType(
    {"_baseline": " at baseline", "_followup": " at follow-up", "_change": ", change"}
)


def flag(text: str) -> str:
    """Write a flag of quality control for people, with what it says of another sample."""
    name, sign, rest = text.partition(" (")
    return FLAGS.get(text) or f"{FLAGS.get(name, name)}{sign}{rest}"


def of_column(column: str, value: Any, visit: Any = None) -> str:
    """Name of a value of a result table, as its column has it; any other value as it stands.

    Parameters
    ----------
    column
        Name of the column in the file.
    value
        What stands there.
    visit
        The visit of the row, where the table has one: a contrast is about it.
    """
    if column == "contrast":
        return naming.contrast(value, visit)
    return COLUMNS.get(column, str)(str(value))


def _either(name: str) -> str:
    """A list of genes or a method of scoring, which `modules/agreement.tsv` both compares."""
    return naming.method(name) if name in METHODS else naming.module(name)


def _measured(name: str) -> str:
    """A column of `association/patients.tsv`: a variable or a module, and when."""
    for end, words in TIMES.items():
        if name.endswith(end):
            return f"{naming.variable(name.removesuffix(end), unit=False)}{words}"
    return naming.variable(name)


def _each(name: str) -> str:
    """Covariates, joined by commas."""
    return ", ".join(naming.variable(part, unit=False) for part in name.split(", "))


def _group(name: str) -> str:
    """Everybody, or a group of people."""
    return "all" if name == "all" else naming.group(name)


def _people(name: str) -> str:
    """Everybody, an arm, or a group of people: `modules/engagement.tsv` has them in one column."""
    return "all" if name == "all" else naming.people(name)


def _found(known: Mapping[str, str]) -> Callable[[str], str]:
    return lambda name: known.get(name, name)


def _spaced(name: str) -> str:
    """A value that the program itself writes."""
    return name.replace("_", " ")


COLUMNS: Mapping[str, Callable[[str], str]] = MappingProxyType(
    {
        **dict.fromkeys(("visit", "baseline", "followup"), naming.visit),
        **dict.fromkeys(("arm", "control", "versus"), naming.arm),
        **dict.fromkeys(("group", "label"), _group),
        "name": _people,
        **dict.fromkeys(("first", "second", "method"), _either),
        **dict.fromkeys(("covariates", "absorbed"), _each),
        **dict.fromkeys(("of", "set", "scale", "kind"), _spaced),
        "module": naming.module,
        "variable": naming.variable,
        "y": _measured,
        "x": _measured,
        "engine": naming.engine,
        "endpoint": naming.endpoint,
        "question": _found(QUESTIONS),
        "test": _found(TESTS),
        "analysis": _found(ANALYSES),
        "reason": lambda text: "; ".join(map(flag, text.split(";"))),
    }
)
