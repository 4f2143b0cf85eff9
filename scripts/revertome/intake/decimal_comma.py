"""Numbers written with a decimal comma, as half of the world's spreadsheets do."""

import re

from revertome.errors import StudyError

_NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?|[+-]?inf(inity)?", re.IGNORECASE)
_DECIMAL = re.compile(r"[+-]?\d*,\d+([eE][+-]?\d+)?")
_EITHER = re.compile(r"[+-]?[1-9]\d{0,2}(,\d{3})+")


class Commas:
    """Commas in the numbers of one source: decimal, unless all of them may set thousands apart."""

    def __init__(self, source: str) -> None:
        self._source = source
        self._either = ""
        self._decimal = False
        self._first = ""
        self.points = False

    def note(self, cell: str, place: str) -> None:
        """See a number with a comma."""
        self._first = self._first or f"{cell!r}{place}"
        either = bool(_EITHER.fullmatch(cell))
        self._either = f"{cell!r}{place}" if either else self._either
        self._decimal = self._decimal or not either
        if cell.count(",") > 1:
            self.points = True

    @property
    def fault(self) -> str:
        """Why the commas do not tell what they mean; empty where they do."""
        if self._either and (self.points or not self._decimal):
            return (
                f"{self._source}: {self._either} may be a number with a decimal comma "
                "or with thousands set apart; write numbers with a decimal point and nothing else"
            )
        if self._decimal and self.points:
            return (
                f"{self._source}: numbers with a decimal comma ({self._first}) and with a decimal "
                "point; write all of them with a decimal point"
            )
        return ""

    def decide(self) -> None:
        """Refuse commas that do not tell what they mean."""
        if self.fault:
            raise StudyError(self.fault)


def parsed(cell: str, commas: Commas, place: str = "") -> float | None:
    """A number with a decimal point or comma, which is noted; None where it is none.

    `place` is added to the cell in a message.
    """
    if _NUMBER.fullmatch(cell):
        commas.points = commas.points or "." in cell
        return float(cell)
    if _DECIMAL.fullmatch(cell) or _EITHER.fullmatch(cell):
        commas.note(cell, place)
        return float(cell.replace(",", ".", 1)) if cell.count(",") == 1 else float("nan")
    return None
