"""Spellings of an identifier: case, accents, separators, zeros, letters written as two."""

import re

from revertome.intake.names_of_people import without_marks

Runs = tuple[str, ...]
LONG_NUMBER = 5  # digits from which a number alone tells a person; four where it is in two parts
LONG_WORD = 6  # letters from which a name is known within another word
# Letters that have no mark to take away; those that are written as two; and a script whose names
# have two letters.
PLAIN = str.maketrans({"ø": "o", "đ": "d", "ł": "l", "ı": "i"})
AS_TWO = str.maketrans(
    {"ä": "ae", "ö": "oe", "ü": "ue", "ø": "oe", "å": "aa", "æ": "ae", "œ": "oe"}
)
EASTERN = re.compile(r"[\u2e80-\u9fff\uac00-\ud7af]")


def runs(text: str) -> Runs:
    """Runs of letters and of digits, without leading zeros: P-01, p01 and `P 1` are p, 1."""
    return tuple(one.lstrip("0") or "0" if one.isdigit() else one for one in _pieces(_plain(text)))


def spellings(text: str) -> set[Runs]:
    """Runs of a text as they may be read, each in small letters.

    As `runs`; with the zeros that are written; with small and capital letters apart (runOfP01 is
    run, of, p, 1); with letters as two (Müller is also mueller); and names of several words as
    one (O'Neil is also oneil).
    """
    apart = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", without_marks(text))
    two = without_marks(text.casefold().translate(AS_TWO))
    found = {runs(text), runs(apart), runs(two), tuple(_pieces(_plain(text)))}
    words = runs(text)
    joined = "".join(words)
    return found | ({(joined,)} if joined.isalpha() and len(joined) >= LONG_NUMBER else set())


def is_telling(found: Runs) -> bool:
    """Whether words tell one person wherever they stand: a code, a name, a long number.

    Numbers such as 7 and letters such as A are told by evidence only (see `evidence`).
    """
    letters = sum(3 if EASTERN.match(one) else len(one) for one in found if not one.isdigit())
    digits = sum(len(one) for one in found if one.isdigit())
    if letters and digits:
        return True
    if letters:
        return letters >= 3
    padded = any(len(one) > 2 and one.startswith("0") for one in found)
    return padded or digits >= LONG_NUMBER - (len(found) > 1)


def is_known_within_words(found: Runs) -> bool:
    """Whether words are found inside another word, as in DrSmithson or cupJIA013x."""
    joined = "".join(found)
    if joined.isalpha():
        return len(joined) >= (2 if EASTERN.match(joined) else LONG_WORD)
    if joined.isdigit():
        return len(joined) >= LONG_NUMBER
    return len(found[0]) > 1 and len(joined) > 3


def _plain(text: str) -> str:
    return without_marks(text).casefold().translate(PLAIN)


def _pieces(text: str) -> list[str]:
    return re.findall(r"[^\W\d_]+|\d+", text)
