"""Words of sheets and of study files, in which a number may be written in two ways."""

import re

TREND = "response_trend"  # contrast over the groups of response


def sheet_word(value: object) -> str:
    """A value as the sample sheet writes it: 1.0 is 1."""
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)


def change_of(word: str) -> str:
    """Name of the contrast of the change of a group.

    What is no letter, digit or underscore of ASCII becomes an underscore.
    """
    return f"change_{_name(word)}"


def baseline_of(word: str) -> str:
    """Name of the contrast of a group with the first before treatment."""
    return f"baseline_{_name(word)}"


def _name(word: str) -> str:
    return re.sub(r"[^0-9A-Za-z]+", "_", word).strip("_")
