"""Numbers as a spreadsheet shows them."""

import math
import re

_LONGEST = 1e21  # beyond which digits are no id
# A part of the formats that ids have, of digits and fixed signs alone: 0000, "P"000, 000-00.
_PART = re.compile(r'0|"([^"]*)"|\\(.)|([-/() ])')


def shown(number: float, code: str) -> str:
    """A number as text: whole ones without a point, 15 digits of others; ids as formatted.

    Parameters
    ----------
    code
        Format of the cell; empty for none.
    """
    if is_percent(code):
        number *= 100
    if math.isfinite(number) and number == int(number) and abs(number) < _LONGEST:
        whole = str(int(number))
        return _as_id(whole, code) if number >= 0 else whole
    return f"{number:.15g}"


def is_percent(code: str) -> bool:
    """Whether a format shows a hundred times the number."""
    return "%" in re.sub(r'"[^"]*"|\\.', "", code)


def _as_id(digits: str, code: str) -> str:
    """Put digits in the places of a format of ids: 17 as 0017, or as P017."""
    code = re.sub(r"\[[^][]*\]", "", code.partition(";")[0])
    parts = list(_PART.finditer(code))
    places = sum(part[0] == "0" for part in parts)
    whole = "".join(part[0] for part in parts) == code
    if not whole or not (places > 1 or (places and code[0] != "0")):
        return digits
    filled = digits.zfill(places)
    first = len(filled) - places + 1  # what is too long stands in the first place
    left = [filled[:first], *filled[first:]]
    made = [left.pop(0) if part[0] == "0" else "".join(part.groups("")) for part in parts]
    return "".join(made).strip()
