"""Identifiers that are no study's: addresses, telephone and hospital numbers, names, initials."""

import re

import pandas as pd

from revertome.handling import spaced

PERSON = re.compile(
    r"((sur|last|first|family|given|full|maiden|patient|person|subject|participant)s? ?)?names?",
    re.IGNORECASE,
)
NAMED = re.compile(
    r"\b(initials?|e ?mail|(tele)?phone|fax|ssn|social security|nhs|mrn|medical record|passport|"
    r"national id|(hospital|patient|insurance|chart|record|file) ?(no|nr|number)|address|street|"
    r"zip|zip ?code|post(al)? ?code|birth ?(date|day)|date ?of ?birth|dob)\b",
    re.IGNORECASE,
)
E_MAIL = re.compile(r"[^\s@]@[^\s@]+\.[^\s@]{2,}")
ACCESSION = re.compile(r"(?<![^\W_])(GSM|[SED]R[RSX]|SAM(N|D|EA))\d{4,}", re.IGNORECASE)
LINK = re.compile(r"\b(https?://|www\.)", re.IGNORECASE)
NUMBER = re.compile(r"(?<![\w.])\+?\d(?:[ ()/.-]{0,2}\d){6,}(?![\w.]|,\d)")
CODE = re.compile(r"[A-Za-z]{0,12}[ _.-]?\d{1,3}")
MANY = 0.6  # words for each person from which a column tells who they are, as initials do
SEVERAL = 4  # people from which that can be seen
NAMESAKES = 2  # people who may have one name, or the same initials
LONG, LARGEST = 1_000_000, 1e15
LARGE = 10_000  # whole numbers from which a number that a person keeps is the person's


def names_a_person(name: object) -> bool:
    """Whether the name of a column says that it holds names, addresses or numbers of people."""
    words = spaced(str(name)).strip()
    return bool(PERSON.fullmatch(words) or NAMED.search(words))


def direct(column: pd.Series, people: pd.Series) -> list[str]:
    """Say what in a column looks like a direct identifier, with the number of cells.

    Parameters
    ----------
    column : Series
        Text or numbers.
    people : Series
        Person of each row.

    Returns
    -------
    list of str
        Empty where nothing does.
    """
    cells = column.dropna()
    people = people[cells.index].astype(str)
    if pd.api.types.is_numeric_dtype(cells):
        return _numbers(cells.astype(float), people)
    text, found = cells.astype(str), []
    kinds = {
        "e-mail addresses": _holding(text, E_MAIL),
        "accessions of public records": _holding(text, ACCESSION),
        "addresses of pages": _holding(text, LINK),
        "telephone or hospital numbers": _holding(text, NUMBER) & (_sharing(text, people) == 1),
    }
    for what, where in kinds.items():
        if where.any():
            n = int(where.sum())
            found.append(f"{n} cell{'s' * (n > 1)} with {what}")
    if not found and _own_words(text, people):
        found.append(
            f"{text.nunique()} words for {people.nunique()} people, as names are (codes such as "
            "site3 are none)"
        )
    return found


def _holding(text: pd.Series, form: re.Pattern[str]) -> pd.Series:
    return text.map(lambda cell: form.search(cell) is not None).astype(bool)


def _sharing(cells: pd.Series, people: pd.Series) -> pd.Series:
    """People who have the value of each cell: one or two a name, several a chip or a centre."""
    return people.groupby(cells.to_numpy()).transform("nunique")


def _own_words(text: pd.Series, people: pd.Series) -> bool:
    """Whether nearly every person has a word, short codes aside, that hardly anyone else has."""
    named = text[~text.str.fullmatch(CODE)]
    owners = people[named.index]
    own = named[_sharing(named, owners) <= NAMESAKES].nunique()
    return bool(owners.nunique() >= SEVERAL and own >= MANY * owners.nunique())


def _numbers(values: pd.Series, people: pd.Series) -> list[str]:
    """Large whole numbers of which each person keeps one, unlike anybody else's.

    Where people have one row each, so that nothing is kept, numbers of seven digits or more count
    unless they were rounded, as counts of cells are.
    """
    large = values[values.abs().between(LARGE, LARGEST) & (values == values.round())]
    owners = people[large.index]
    if owners.nunique() < max(SEVERAL, MANY * people.nunique()):
        return []
    again = owners[owners.duplicated(keep=False)].nunique() >= SEVERAL
    kept = bool(large.groupby(owners.to_numpy()).nunique().eq(1).all())
    kept = kept and bool((large % 100 != 0).any())  # as counts of platelets are
    long = bool((large.abs() >= LONG).all() and (large % 10 != 0).any())
    if kept and (again or long) and (_sharing(large, owners) == 1).all():
        return [f"{len(large)} large whole numbers, one for each person"]
    return []
