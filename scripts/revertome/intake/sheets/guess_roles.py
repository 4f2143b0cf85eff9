"""Which field of a series is likely which role: by its name, its values and its structure."""

import re
from dataclasses import dataclass

import pandas as pd

from revertome.intake.columns import SEX
from revertome.intake.sheets.guess_clinic import kind_of

NAMES = {
    "patient": r"subject|patient|donor|individual|participant|person|child|\bcase\b|\bid\b",
    "visit": r"visit|time|\bday|week|month|\bpre\b|\bpost\b|before|after|sampling",
    "group": r"disease|diagnos|group|condition|phenotype|health|status|\bstate\b",
    "arm": r"\barm\b|treatment|therapy|drug|agent|\bdose|intervention|randomi",
    "sex": r"\bsex\b|gender",
    "age": r"^age\b",
    "batch": r"batch|chip|plate|\brun\b|scan|hybridi[sz]ation|array date|lane",
}
HEALTHY = re.compile(  # `_` parts words too
    r"(?<![a-z\d])(healthy|control|controls|normal|hc|none|unaffected|nc)(?![a-z\d])", re.IGNORECASE
)
BEFORE = re.compile(
    r"\b(before|baseline|base|untreated|enrol\w*|screening|first)\b|pre|"
    r"^(v|visit ?|day ?|d|week ?|w|month ?|m|t)?0*[01]$",
    re.IGNORECASE,
)
# What a field is by its values; a field of no name in `NAMES` may still be it.
ROLES = tuple(NAMES)


@dataclass(frozen=True)
class Guess:
    """A field for a role, with a pattern where only part of it is the value."""

    field: str
    pattern: str = ""
    score: float = 0.0


def guesses(table: pd.DataFrame) -> dict[str, list[Guess]]:
    """Likely fields of every role, best first.

    Parameters
    ----------
    table
        Fields of the series, text, one row a sample.
    """
    found: dict[str, list[Guess]] = {role: [] for role in ROLES}
    for name in table.columns:
        column = table[name].dropna().astype(str)
        if column.empty:
            continue
        for role in ROLES:
            score = _score(role, name, column, len(table))
            if score > 0:
                found[role].append(Guess(name, "", score))
    if not found["patient"] and "title" in table:
        found["patient"] += _from_title(table["title"].dropna().astype(str))
    if not found["visit"] and "title" in table:
        found["visit"] += _words(table["title"].dropna().astype(str))
    if not found["group"] and "title" in table:
        found["group"] += _healthy(table["title"].dropna().astype(str))
    for role, listed in found.items():
        found[role] = sorted(listed, key=lambda g: (-g.score, g.field))
    if found["patient"]:
        people = given(table, found["patient"][0])
        found["visit"].sort(key=lambda guess: not _moves(given(table, guess), people))
    return found


def given(table: pd.DataFrame, guess: Guess) -> pd.Series:
    """What a guessed field gives, missing where its pattern finds nothing."""
    column = table[guess.field].astype(object)
    return column.str.extract(guess.pattern, expand=False) if guess.pattern else column


def _moves(column: pd.Series, people: pd.Series) -> bool:
    """Whether a person has two values of it; how many visits people have is no visit."""
    seen = pd.DataFrame({"person": people, "value": column}).dropna().drop_duplicates()
    return bool(seen["person"].duplicated().any())


def _score(role: str, name: str, column: pd.Series, samples: int) -> float:
    values = column.nunique()
    named = 2.0 if re.search(NAMES[role], name, re.IGNORECASE) else 0.0
    administrative = name in ("title", "geo_accession", "platform_id", "description", "type")
    share = len(column) / samples
    if role == "sex":
        sexes = column.str.lower().isin({*SEX, "unknown", "u"}).all()
        return (named + 2) * share if sexes else 0.0
    clinical = kind_of(name) and not (role == "group" and column.map(HEALTHY.search).notna().any())
    if not named or administrative or clinical:
        return 0.0
    if role == "age":
        years = pd.to_numeric(column.str.extract(r"^([\d.]+)", expand=False), errors="coerce")
        return named * share if years.notna().mean() > 0.5 else 0.0
    if role == "patient":
        repeated = float(column.duplicated(keep=False).mean())
        return named * share + repeated if values > max(2, samples / 12) else 0.0
    if values < 2 or values > max(3, samples / 2):
        return 0.0
    if role == "group" and pd.to_numeric(column, errors="coerce").notna().all():
        return 0.0
    bonus = float(role == "group" and column.map(HEALTHY.search).notna().any())
    return float(named * share + bonus + 1 / values)


def _from_title(titles: pd.Series) -> list[Guess]:
    """The part of the title that several, but not most, samples share."""
    best: list[Guess] = []
    for mark in "_ ,-.":
        parts = titles.str.split(mark)
        for n in range(min(int(parts.str.len().min()), 8)):
            part = parts.str[n].str.strip()
            repeated = part.duplicated(keep=False).mean()
            ids = part.str.contains(r"\d", na=False).mean() > 0.8
            if ids and max(2, titles.size / 12) < part.nunique() < titles.size and repeated > 0.4:
                pattern = rf"^(?:[^{mark}]*[{mark}]){{{n}}} *([^{mark}]+)"
                best.append(Guess("title", pattern, float(repeated)))
    return best


def _words(titles: pd.Series) -> list[Guess]:
    """Words of time in the title."""
    pattern = (
        r"(?i)(?<![a-z\d])(pre|post|before|after|baseline|enrollment|follow-?up|"
        r"(?:day|week|month|visit|v|d|w|m) ?\d+)(?![a-z\d])"
    )
    found = titles.str.extract(pattern, expand=False)
    share = float(found.notna().mean())
    return (
        [Guess("title", pattern, share)] if len(found.dropna().unique()) > 1 and share > 0.3 else []
    )


def _healthy(titles: pd.Series) -> list[Guess]:
    """The word for healthy people in the titles of some samples."""
    share = float(titles.map(HEALTHY.search).notna().mean())
    return [Guess("title", rf"(?i){HEALTHY.pattern}", share)] if 0 < share < 1 else []
