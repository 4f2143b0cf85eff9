"""Which values of a column a word of the study file means.

YAML reads some words otherwise than they were written: yes and no as true and false, 0017 as the
octal number 15, 1.50 as 1.5.
"""

from collections.abc import Iterable
from typing import Any

from revertome.errors import StudyError
from revertome.intake.columns import few

WORDS = {"True": ("yes", "true", "on"), "False": ("no", "false", "off")}


def meant(word: Any, present: Iterable[Any]) -> list[str]:
    """Values among those `present` (text) that a key or value of the study file stands for.

    Its own spelling where it occurs; else what YAML may have read it from; else none.
    """
    text = str(word)
    values = sorted({str(value) for value in present})
    if text in values:
        return [text]
    if text in WORDS:
        return [value for value in values if value.casefold() in WORDS[text]]
    return [value for value in values if _same_number(text, value)]


def all_meant(words: Iterable[Any], present: Iterable[str], key: str, source: str) -> list[str]:
    """Values among those `present` that the words under a key of the study file stand for.

    Raises
    ------
    StudyError
        A word that stands for none of them.
    """
    known = sorted(present)
    found = {str(word): meant(word, known) for word in words}
    absent = [word for word, same in found.items() if not same]
    if absent:
        raise StudyError(
            f"{key}: {few(absent)} does not occur in {source}; it has {few(known, 12)}"
        )
    return [value for same in found.values() for value in same]


def _same_number(text: str, value: str) -> bool:
    """Whether YAML reads `value` as the number `text`."""
    try:
        number = float(text)
        if value.startswith("0") and value.isdigit() and text.isdigit():
            return int(value, 8) == int(text)
        return value.replace(".", "", 1).lstrip("+-").isdigit() and float(value) == number
    except ValueError:  # no number, or a digit that no octal has
        return False
