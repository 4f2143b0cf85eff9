"""Names that a spreadsheet would take for formulas, in tables that keep names as they are."""

import re
import warnings
from collections.abc import Iterable

from revertome.columns import TABLES

_FORMULA = re.compile(r"\s*[=+\-@]")
_NUMBER = re.compile(r"\s*[+-]?\d+([.,]\d+)?\s*")  # shown as it is, whatever its sign
_SHOWN = 3


def warn_of_formulas(names: Iterable[str], column: str, source: str) -> None:
    """Warn of names that begin with `=`, `+`, `-` or `@`, and say which result tables hold them.

    Parameters
    ----------
    names
        Samples, patients, genes or modules.
    column
        Column of the result tables that holds them.
    source
        Where they come from.
    """
    found = [n for n in dict.fromkeys(map(str, names))
             if _FORMULA.match(n) and not _NUMBER.fullmatch(n)]  # fmt: skip
    if not found:
        return
    held = [table.file for table in TABLES if any(each.name == column for each in table.columns)]
    listed = ", ".join(repr(name[:60]) for name in found[:_SHOWN])
    more = f" and {len(found) - _SHOWN} more" if len(found) > _SHOWN else ""
    warnings.warn(
        f"{source}: {column} {listed}{more} begins as a formula does (=, +, - or @). The result "
        f"tables keep it as it is ({', '.join(held[:_SHOWN])} and {len(held) - _SHOWN} more, "
        f"column '{column}'): import them into a spreadsheet as text, or it may run as a formula",
        stacklevel=3,
    )
