"""Which values of a column a word of the study file means.

YAML reads some words otherwise than they were written: yes and no as true and false, 0017 as the
octal number 15, 0x1A as 26, 12:30 as 750, 1.50 as 1.5.
"""

from collections.abc import Iterable
from typing import Any

import yaml

from revertome.errors import StudyError
from revertome.intake.columns import few


def meant(word: Any, present: Iterable[Any]) -> list[str]:
    """Values among those `present` (text) that a key or value of the study file stands for.

    Its own spelling where it occurs; else what YAML may have read it from; else none.
    """
    text = str(word)
    values = sorted({str(value) for value in present})
    if text in values:
        return [text]
    read = _as_yaml(text)
    return [] if read == text else [value for value in values if _as_yaml(value) == read]


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


def _as_yaml(text: str) -> str | tuple[bool, float]:
    """What YAML reads from a word: a truth value or a number; or the word itself."""
    try:
        read = yaml.safe_load(text)
        return (isinstance(read, bool), float(read)) if isinstance(read, int | float) else text
    except (yaml.YAMLError, ValueError, OverflowError):  # no word, or no such date or number
        return text
