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
        `patient`: spellings by patient, also as they stood before `intake.fields` changed them;
        `sample`: ids and names of files by patient. A file of nobody is its own person.
    """
    person = named_alike(roles["patient"], intake["same_patient"])
    person = person.fillna(roles["sample"]).dropna().astype(str)
    patients: dict[str, list[str]] = {}
    samples: dict[str, list[str]] = {}
    for role, found in (("patient", patients), ("sample", samples)):
        field = intake["fields"].get(role, {}).get("field", role)
        words = [roles[role], *([table[field]] if field in table else [])]
        for column in words:
            for who, word in zip(person, column.reindex(person.index), strict=True):
                if pd.notna(word):
                    found.setdefault(who, []).append(str(word))
    for who, words in intake["same_patient"].items():
        patients.setdefault(str(who), []).extend(map(str, words))
    owner = dict(zip(roles["sample"].reindex(person.index).astype(str), person, strict=True))
    for name in map(str, columns):
        samples.setdefault(owner.get(meant.get(name, name), name), []).append(name)
    return {"patient": _once(patients), "sample": _once(samples)}


def _once(names: Mapping[str, Iterable[str]]) -> dict[str, list[str]]:
    return {who: list(dict.fromkeys(words)) for who, words in names.items()}
