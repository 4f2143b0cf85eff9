"""Characters that nobody sees, and letters of other alphabets that look like Latin ones, in names.

Two names that look the same on paper are the same to their writer.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator

# Unicode's Default_Ignorable_Code_Point without the joiners: soft hyphens, zero-width spaces, marks
# of direction, order and variation, fillers, tags; and marks of annotation.
_IGNORABLE = (
    "\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b\u200e\u200f\u202a-\u202e"
    "\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb\U0001bca0-\U0001bca3"
    "\U0001d173-\U0001d17a\U000e0000-\U000e0fff"
)
# Joiners are part of the spelling behind letters of Arabic, Indian and like writing.
_JOINING = "\u0600-\u109f\u1780-\u18af\ua840-\uabff\ufb50-\ufdff\ufe70-\ufefc\U00010a00-\U00011fff"
_UNSEEN = re.compile(f"[{_IGNORABLE}]|(?<![{_JOINING}])[\u200c\u200d]")
# Line ends and tabs are parted from names where they are read; what is left of them is none.
# Half of a surrogate pair is a byte of a file's name that is no UTF-8.
_CONTROL = re.compile(f"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]|{_UNSEEN.pattern}")
# Letters of Cyrillic, Greek and others, and the Latin ones that they look like; dashes.
_ALIKE = str.maketrans(
    "АВЕЅІЈКМНОРСТУХаеорсухіјѕһԁԛԝΑΒΕΖΗΙΚΜΝΟΡΤΥΧοανρ‐‑‒–—―−’‘ʼ",
    "ABESIJKMHOPCTYXaeopcyxijshdqwABEZHIKMNOPTYXoavp-------'''",
)


def without_unseen(text: str) -> str:
    """Leave out what nobody sees."""
    return text if text.isascii() else _UNSEEN.sub("", text)


def first_unseen(text: str) -> tuple[int, str]:
    """Place and name of the first character of a text that nobody sees; the name empty if none."""
    found = None if text.isascii() else _UNSEEN.search(text)
    return (found.start(), named(found[0])) if found else (0, "")


def unseen(text: str) -> str:
    """Code of the first character that nobody sees, but tabs and line ends; empty if none."""
    if text.isprintable() and text.isascii():
        return ""
    found = _CONTROL.search(re.sub(r"[\t\r\n]", " ", text))
    return f"U+{ord(found[0]):04X}" if found else ""


def controls_in(names: Iterable[str]) -> list[str]:
    """Names that hold a character that nobody sees, control characters among them."""
    every = [str(name) for name in names]
    if not _CONTROL.search("".join(every)):
        return []
    return [name for name in every if _CONTROL.search(name)]


def control_in(name: str) -> str:
    """Name of the first such character."""
    found = _CONTROL.search(name)
    return named(found[0]) if found else ""


def named(character: str) -> str:
    """Code and name of a character: `U+200B ZERO WIDTH SPACE`."""
    return f"U+{ord(character):04X} {unicodedata.name(character, 'a control character')}"


def look(name: str) -> str:
    """What a name looks like: without what is unseen, in Latin letters, one kind of space."""
    plain = unicodedata.normalize("NFKC", without_unseen(str(name)))
    return " ".join(plain.translate(_ALIKE).split())


def lookalikes(names: Iterable[str], known: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Yield the names that look like a known one and are another, each with words on it."""
    by_look: dict[str, list[str]] = {}
    for other in map(str, known):
        by_look.setdefault(look(other), []).append(other)
    for name in map(str, names):
        for other in by_look.get(look(name), []):
            odd = [c for c in f"{name}{other}" if not c.isascii() and (c in name) != (c in other)]
            if odd:
                which = "written" if odd[0] in name else "not written"
                yield name, f"it looks like '{other}' and is {which} with {named(odd[0])}"


def lookalike(name: str, known: Iterable[str]) -> str:
    """Say which of the known names looks like a name and is another.

    Returns
    -------
    `it looks like 'A1' and is written with U+0410 CYRILLIC CAPITAL LETTER A`; empty if none does.
    """
    return next((said for _, said in lookalikes([name], known)), "")
