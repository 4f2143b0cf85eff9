"""Names of the studies of a comparison: what a table, a page and a file can carry.

They are joined by commas in columns such as `studies`, and are columns of `compare/effects.tsv`.
Imports nothing heavy, so that the workflow can ask when it plans.
"""

import re
from collections.abc import Mapping
from typing import Any

from revertome.errors import StudyError

PLAIN = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]*")  # as the name of a study (`study`)
LONGEST = 60  # characters, more than a picture has room for
# Columns of compare/effects.tsv beside those of the studies, and what a table writes for nothing.
TAKEN = ("gene", "contrast", "na")


def check_compared(config: Mapping[str, Any]) -> None:
    """Refuse names of compared studies that cannot be told apart, or that no table can hold.

    Parameters
    ----------
    config : mapping
        Study configuration, `compare` of which holds folders by name.

    Raises
    ------
    StudyError
        Naming the name and what to write.
    """
    compared = config.get("compare")
    if not isinstance(compared, Mapping) or not compared:  # of other kinds the schema tells
        return
    own = [config.get("study")] if "intake" in config else []  # whose form the schema tells
    seen: dict[str, str] = {}
    for name in [*(each for each in own if isinstance(each, str)), *compared]:
        where = f"configuration: compare: {_short(name)}"
        if not isinstance(name, str):
            raise StudyError(
                f"{where}: YAML reads yes, no, digits and dates as other than words; write the "
                "name in quotes"
            )
        if len(name) > LONGEST or not PLAIN.fullmatch(name):
            raise StudyError(
                f"{where}: a study is named by up to {LONGEST} letters (A to Z), digits and _ . -, "
                "beginning with a letter or digit; give it such a name"
            )
        if name.casefold() in TAKEN:
            raise StudyError(
                f"{where}: tables of a comparison use this word for something else; give the study "
                "another name"
            )
        if name == config.get("study") and name in compared:
            raise StudyError(f"{where}: is the name of the study that compares; choose another")
        if (other := seen.setdefault(name.casefold(), name)) != name:
            raise StudyError(
                f"{where}: differs from {other} by capitals alone; give one of them another name"
            )


def _short(name: object) -> str:
    """A name as it is printed: nothing in it breaks a line, and it is not long."""
    shown = ascii(name) if not isinstance(name, str) or not PLAIN.fullmatch(name) else name
    return shown if len(shown) <= LONGEST else f"{shown[: LONGEST - 3]}..."
