"""What leaves intake beside the sheets: the names of features, and the records of what was done."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from revertome.disclosure.date_forms import WITHIN
from revertome.disclosure.direct import E_MAIL
from revertome.disclosure.names import Names
from revertome.disclosure.spelling import LONG_WORD, runs
from revertome.errors import StudyError

RECORDS = ("scale", "intake")  # of `uns`
WITHHELD = "withheld"


def check_features(var: pd.DataFrame, names: Names) -> None:
    """Refuse features that are named by people.

    Genes have short names too (C3, MAX, LEE): a feature counts where it holds an identifier of six
    signs or more, and any feature does where half of the people are among them.

    Parameters
    ----------
    var : DataFrame
        Index of features, and `symbol`.
    names : Names

    Raises
    ------
    StudyError
        Without the names.
    """
    lettered = {found: who for found, who in names.telling.items() if any(map(str.isalpha, found))}
    if not lettered:
        return
    words = pd.concat([pd.Series(var.index.astype(str)), var["symbol"].dropna().astype(str)])
    held: dict[tuple[str, ...], int] = {}
    for word in words.unique():
        found = runs(word)
        for size in range(1, len(found) + 1):
            for start in range(len(found) - size + 1):
                part = found[start : start + size]
                if part in lettered:
                    held[part] = held.get(part, 0) + 1
    long = {part: n for part, n in held.items() if len("".join(part)) >= LONG_WORD}
    many = 2 * len({lettered[p] for p in held}) >= len(set(lettered.values())) > 1
    if long or many:
        raise StudyError(
            f"privacy: pseudonymise: {sum((held if many else long).values())} features or symbols "
            "hold identifiers of patients or samples; nothing was written. Name the features by "
            "probes or genes"
        )


def without_names(record: Any, names: Names) -> Any:
    """Return a record of what was done, its texts `withheld` where they name a person or a day."""
    if isinstance(record, Mapping):
        return {
            key: without_names(value, names)
            for key, value in record.items()
            if not names.told(str(key))
        }
    if isinstance(record, list | tuple):
        return [without_names(value, names) for value in record]
    telling = isinstance(record, str) and (names.told(record) or tells_more(record))
    return WITHHELD if telling else record


def tells_more(text: str) -> bool:
    """Whether a text holds a date or an address."""
    return WITHIN.search(text) is not None or E_MAIL.search(text) is not None
