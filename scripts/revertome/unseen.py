"""Characters that nobody can see, in text that people write."""

import unicodedata

_JOINERS = "\u200c\u200d\xad"  # part of the spelling in some writing


def unseen(text: str) -> str:
    """Name the first control or format character but tabs and line ends: `U+200B`; empty if none.

    Two words that look the same are then two.
    """
    if text.isprintable():
        return ""
    for character in text:
        kind = unicodedata.category(character)
        if kind in ("Cc", "Cf", "Cs") and character not in f"\t\r\n{_JOINERS}":
            return f"U+{ord(character):04X}"
    return ""
