"""Names under which people may have been split: spellings of one, and halves of a pair."""

import itertools
import json
import re
import unicodedata
import warnings
from collections.abc import Mapping
from typing import Any

import pandas as pd

from revertome.errors import Alarm
from revertome.intake.columns import few
from revertome.intake.read.spreadsheet import DATE
from revertome.unseen import look


def people_spelled_alike(samples: pd.DataFrame, source: str) -> None:
    """Warn of patient ids that differ in spelling alone and do not share a visit."""
    seen = samples[samples["visit"].notna()]
    plain = plain_names(seen["patient"])
    spellings = seen["patient"].groupby(plain).transform("nunique")
    alike = []
    for _, rows in seen[spellings > 1].groupby(plain):
        visits = [set(own) for _, own in rows.groupby("patient")["visit"]]
        if any(one.isdisjoint(other) for one, other in itertools.combinations(visits, 2)):
            alike.append(sorted(set(rows["patient"])))
    if alike:
        first = "; ".join(few(names) for names in alike[:5])
        more = f"; and {len(alike) - 5} more" if len(alike) > 5 else ""
        words = [_in_yaml(name) for name in alike[0]]
        warnings.warn(
            f"{source}: {first}{more} may be one patient each, seen at different visits; if so, "
            f"name them in intake.same_patient: {{{words[0]}: [{', '.join(words[1:])}]}}, or "
            "they count as people without a pair",
            Alarm,
            stacklevel=3,
        )


def names_as_dates(patients: pd.Series, source: str) -> None:
    """Warn of patient ids that are dates among others, as spreadsheets make of `1-3` and `SEPT2`.

    Two ids may have become one so.
    """
    ids = pd.Series(patients.dropna().astype(str).unique(), dtype=object)
    dates = ids[ids.map(lambda name: DATE.fullmatch(name) is not None).astype(bool)]
    others = few(ids.drop(dates.index), 2)
    if len(dates) and others:
        warnings.warn(
            f"{source}: patient {few(dates)} is a date, others are not ({others}); "
            "a spreadsheet makes dates of ids such as 1-3 and SEPT2, and one date of two ids: "
            "correct them in cells of the format Text",
            Alarm,
            stacklevel=3,
        )


def plain_names(names: pd.Series) -> pd.Series:
    """Names without what spellings of one name differ in.

    Case, accents, letters that cannot be seen or look like Latin ones, leading zeros, O for 0, and
    what stands between letters and numbers: P01, p1, P-1 and PO1 are alike.
    """
    plain = names.astype(str).map(look).map(without_marks).str.casefold()
    # Each run of signs is looked at from its first one only, or long runs would take for ever.
    runs = r"(?<![\s_.-])((?<=[^\W\d])|[\s.-]*_)[\s_.-]+(?=\d)"
    plain = plain.str.replace(runs, r"\1", regex=True).str.replace(r"\s+", "", regex=True)
    plain = plain.str.replace(r"(?<=[\W_a-z])o(?=\d)", "0", regex=True)
    return plain.str.replace(r"(?<!\d)0+(?=\d)", "", regex=True)


def _in_yaml(name: str) -> str:
    """A name as YAML reads it as text, with what cannot be seen written out."""
    return name if re.fullmatch(r"[A-Za-z][A-Za-z0-9_-]*", name) else json.dumps(name)


def without_marks(text: str) -> str:
    """Letters without accents, and without marks that have no width."""
    apart = unicodedata.normalize("NFKD", text)
    return "".join(c for c in apart if unicodedata.category(c) not in ("Mn", "Cf"))


def halves_of_pairs(samples: pd.DataFrame, design: Mapping[str, Any], source: str) -> None:
    """Warn of patients of which some have the first visit alone and others the second alone.

    A misspelt id splits a pair into two such halves. Patients who left the trial early leave first
    visits alone, of which nothing is said.
    """
    if design["followup"] is None:
        return
    people = [
        set(samples["patient"][samples["visit"] == design[key]]) for key in ("baseline", "followup")
    ]
    early, late = sorted(people[0] - people[1]), sorted(people[1] - people[0])
    alike = set(plain_names(pd.Series(early))) & set(plain_names(pd.Series(late)))  # told already
    early, late = (
        [n for n in half if not {*plain_names(pd.Series([n]))} & alike] for half in (early, late)
    )
    if early and late:
        warnings.warn(
            f"{source}: patients {few(late)} have a sample at '{design['followup']}' and none at "
            f"'{design['baseline']}', {few(early)} the reverse; if two of them are one person "
            "under two names, correct the name, or the pair is lost",
            stacklevel=3,
        )
