"""Every name of a person or a sample that intake reads, of those too who are left out."""

from collections.abc import Iterable, Mapping
from typing import Any

import pandas as pd

from revertome.intake.sheets.people import named_alike


def names_seen(
    table: pd.DataFrame,
    roles: pd.DataFrame,
    columns: Iterable[str],
    meant: Mapping[str, str],
    intake: Mapping[str, Any],
) -> dict[str, dict[str, list[str]]]:
    """Names by person, in every spelling that was read.

    Parameters
    ----------
    table, roles
        Sheet as read and its roles, same index.
    columns, meant
        Samples of the matrix (names of files, too), and the names of the sheet they stand for.
    intake
        Section of the study file: `fields`, `same_patient`.

    Returns
    -------
    dict of dict
        `patient` and `sample`: ids by patient, with the spellings of `same_patient`; `patient as
        written` and `sample as written`: what the sheet had before `intake.fields` changed it, and
        names of files. A file of nobody is its own person.
    """
    person = named_alike(roles["patient"], intake["same_patient"])
    person = person.fillna(roles["sample"]).dropna().astype(str)
    kinds = ("patient", "sample", "patient as written", "sample as written")
    seen: dict[str, dict[str, list[str]]] = {kind: {} for kind in kinds}
    for role in ("patient", "sample"):
        field = intake["fields"].get(role, {}).get("field", role)
        written = table.get(field, roles[role])
        for kind, held in ((role, roles[role]), (f"{role} as written", written)):
            for who, word in zip(person, held.reindex(person.index), strict=True):
                if pd.notna(word):
                    seen[kind].setdefault(who, []).append(str(word))
    for who, words in intake["same_patient"].items():
        seen["patient"].setdefault(str(who), []).extend(map(str, words))
    owner = dict(zip(roles["sample"].reindex(person.index).astype(str), person, strict=True))
    for name in map(str, columns):
        who = owner.get(meant.get(name, name), name)
        seen["sample as written"].setdefault(who, []).append(name)
    return {kind: _once(names) for kind, names in seen.items()}


def _once(names: Mapping[str, Iterable[str]]) -> dict[str, list[str]]:
    return {who: list(dict.fromkeys(words)) for who, words in names.items()}
