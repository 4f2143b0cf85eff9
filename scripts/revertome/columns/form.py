"""How a column and a table are described."""

import re
from functools import cache
from typing import NamedTuple

KINDS = {
    "text": "text",
    "number": "number",
    "integer": "whole number",
    "boolean": "TRUE or FALSE",
    "sheet": "as in the sheet",
}


class Column(NamedTuple):
    """A column of a result table.

    Attributes
    ----------
    name : str
        With `<...>` for what the study itself names, such as `response_<visit>`.
    kind : str
        One of `KINDS`; `sheet` is a number where every value is one, else text.
    unit : str
        Empty where there is none.
    meaning : str
        Plain English, one line.
    """

    name: str
    kind: str
    unit: str
    meaning: str

    @property
    def help(self) -> str:
        """Meaning and unit in one sentence."""
        return f"{self.meaning} (unit: {self.unit})" if self.unit else self.meaning

    @property
    def named_by_study(self) -> bool:
        """Whether the study names this column, or a number of such columns."""
        return "<" in self.name


class Table(NamedTuple):
    """A result table: its file below the study's folder, what it holds, and its columns."""

    file: str
    about: str
    columns: tuple[Column, ...]


def matches(pattern: str, name: str) -> bool:
    """Whether `name` is `pattern` with something in place of each `<...>`."""
    return _form(pattern).fullmatch(name) is not None


@cache
def _form(pattern: str) -> re.Pattern[str]:
    return re.compile("[^/]+".join(map(re.escape, re.split(r"<.*?>", pattern))))


def table(file: str, about: str, columns: str) -> Table:
    """Describe a table; a line of `columns` is name, kind, unit and meaning, two spaces apart."""
    found = []
    for line in filter(str.strip, columns.splitlines()):
        name, kind, unit, meaning = re.split(r"\s{2,}", line.strip(), maxsplit=3)
        if kind not in KINDS:
            raise ValueError(f"{file}: {name}: no kind of column is called {kind!r}")
        found.append(Column(name, kind, "" if unit == "-" else unit, meaning))
    return Table(file, " ".join(about.split()), tuple(found))
