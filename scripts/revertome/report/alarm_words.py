"""Alarms, warnings and flags of the stages as the report shows them."""

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from revertome import naming
from revertome.naming.known import ENGINES, FLAGS
from revertome.naming.stored import wording


def alarm_words(known: Mapping[str, Iterable[Any]]) -> Callable[[str], str]:
    """Return what writes an alarm, a warning or a flag with names for people.

    Names of columns stay as they are in the study file, where the reader has to find them.

    Parameters
    ----------
    known
        Of `naming.stored.names_in`.
    """
    change = wording({kind: known[kind] for kind in ("visits", "arms")})
    engine = re.compile(rf"^({'|'.join(ENGINES)}):")
    flags = sorted(FLAGS, key=lambda name: (-len(name), name))
    flag = re.compile(rf"(?<=[(;])({'|'.join(map(re.escape, flags))})(?=[;) ])")

    def told(text: str) -> str:
        text = engine.sub(lambda match: f"{naming.engine(match[1])}:", change(text))
        return flag.sub(lambda match: FLAGS[match[1]], text).replace(";", "; ").replace(";  ", "; ")

    return told
