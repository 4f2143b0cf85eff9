"""Current gene symbols."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

_SEPARATOR = re.compile(r"/{2,3}|[;,|]")
_OPEN_READING_FRAME = re.compile(r"^(C(?:\d+|X|Y))ORF(\d+\w*)$")
_MONTH = "Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Sept|Oct|Nov|Dec"
_DATE = re.compile(rf"^(?:\d{{1,2}}-(?:{_MONTH})|(?:{_MONTH})-\d{{1,4}})$", re.IGNORECASE)


def is_date(name: str) -> bool:
    """Whether a name is a symbol that a spreadsheet turned to a date, such as `1-Mar`."""
    return _DATE.match(name) is not None


@dataclass(frozen=True)
class Genes:
    """What the symbols of the features mean today.

    Attributes
    ----------
    gene : Series
        Current symbol of each feature, NaN where there is none.
    renamed, several, dates : dict of str to str or list of str
        Old symbols replaced; entries that name several genes; symbols a spreadsheet turned to
        dates.
    """

    gene: pd.Series
    renamed: dict[str, str]
    several: list[str]
    dates: list[str]


def current_symbols(symbols: pd.Series, aliases: Mapping[str, str]) -> Genes:
    """Look up the current symbol of every feature.

    An entry that names several genes ("A /// B") is no gene, unless all are one gene today. A
    symbol that a spreadsheet turned to a date ("1-Mar": MARCHF1 or MTARC1) cannot be told and is
    no gene either.

    Parameters
    ----------
    symbols : Series of str
        Symbol of each feature, NaN where none.
    aliases : mapping
        Old symbol to current symbol.

    Returns
    -------
    Genes
    """
    known = symbols.dropna().astype(str).str.strip()
    genes: dict[str, str | None] = {}
    renamed: dict[str, str] = {}
    several: list[str] = []
    dates: list[str] = []
    for entry in sorted(known.unique()):
        if is_date(entry):
            dates.append(entry)
            genes[entry] = None
            continue
        names = {
            name: _current(name, aliases)
            for name in map(str.strip, _SEPARATOR.split(entry))
            if name
        }
        today = set(names.values())
        if len(today) > 1:
            several.append(entry)
        renamed |= {old: new for old, new in names.items() if old != new}
        genes[entry] = today.pop() if len(today) == 1 else None
    gene = known.map(genes).reindex(symbols.index)
    return Genes(gene.astype(object).where(gene.notna()), renamed, several, dates)


def _current(symbol: str, aliases: Mapping[str, str]) -> str:
    spelled = _OPEN_READING_FRAME.sub(r"\1orf\2", symbol)
    return aliases.get(symbol, aliases.get(spelled, spelled))
