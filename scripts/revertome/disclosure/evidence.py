"""How many cells of a column name a person: by their words, or by going with the person's id."""

import numpy as np
import pandas as pd

from revertome.disclosure.names import Names
from revertome.disclosure.spelling import LONG_NUMBER

CHANCE = 1e-4  # probability of so many agreements by chance below which they are none
CHANCE_OF_ALL = 0.01  # the same where every person agrees, as in studies of four people
FEWEST = 3  # persons whose short identifier must agree before it is evidence
SHARED = 3  # people who have a word in common: it may be a word of another series
LARGEST = 1e15  # beyond it digits of a number are lost
MEMBERS = 4  # digits from which most values being ids of the study is evidence


def identifying(column: pd.Series, people: pd.Series, names: Names) -> int:
    """Count the cells of a column in which a person is named.

    Text: an identifier that tells a person (a code such as P01, a name of three letters or more,
    a number of five digits or more) counts wherever it stands as a whole, in any spelling. A word
    that is a code of three signs or plain letters and nothing else counts as another series' (D1 a
    day, and a donor) where three people or more have it and not the person of that name.

    Numbers, and identifiers such as 7 and A: they count where most of them go with the row's own
    person, and more than chance allows (p < 0.0001 by exchanging people, 0.01 where all agree).
    Ages of patients who are numbered 1 to 24 agree with some of the numbers, as chance has it. A
    number of five digits that is the person's own counts alone, and so does a column of which half
    are numbers of people.

    Parameters
    ----------
    column : Series
        Text or numbers.
    people : Series
        Person of each row.
    names : Names

    Returns
    -------
    int
    """
    there = column.notna().to_numpy()
    cells, people = column[there], people[there].astype(str)
    if not len(cells):
        return 0
    if pd.api.types.is_numeric_dtype(cells):
        return _numbers(cells.astype(float), people, names)
    text = cells.astype(str)
    found = {cell: names.told(cell) for cell in text.unique()}
    shared = text[text.map(names.is_short_name)]
    groups = people[shared.index].groupby(shared.to_numpy()).agg(set)
    common = groups[groups.map(len) >= SHARED]
    if any(not found[cell] & who for cell, who in common.items()):
        found |= {cell: set() for cell in common.index}
    telling = int(text.map(found).map(bool).sum())
    if telling:
        return telling
    weak = {cell: names.weakly(cell) for cell in text.unique()}
    return _agreement(text.map(weak), people)


def _numbers(values: pd.Series, people: pd.Series, names: Names) -> int:
    possible = values.between(0, LARGEST) & (values == values.round())
    whole = values[possible].astype("int64")
    owners: dict[int, set[str]] = {}
    for person, mine in names.numbers.items():
        for number in mine:
            owners.setdefault(number, set()).add(person)
    found = whole.map(lambda value: owners.get(int(value), set()))
    people = people[whole.index]
    own = pd.Series([p in who for p, who in zip(people, found, strict=True)], whole.index)
    alone = own & (whole >= 10 ** (LONG_NUMBER - 1))
    if alone.any():
        return int(found.map(bool).sum())
    members = int((found.map(bool) & (whole >= 10 ** (MEMBERS - 1))).sum())
    shared = values.nunique() * SHARED <= people.nunique()  # as years are, beside ids such as 2019
    if members >= 2 and members * 2 >= len(values) and not shared:
        return members
    return _agreement(found, people)


def _agreement(found: pd.Series, people: pd.Series) -> int:
    """Count the cells that hold an identifier of the row's own person, unless chance gives as many.

    `found` has the persons named in each cell. For each person, chance is the share of all people
    whose identifier is in one of this person's cells.
    """
    everyone = set(people)
    named = found.groupby(people.to_numpy()).agg(lambda cells: set().union(*cells) & everyone)
    agree = sum(person in who for person, who in named.items())
    # Patients numbered by age agree beyond chance, but most of their ages are others' numbers.
    few = agree < max(FEWEST, sum(map(bool, named)) / 2)
    chance = CHANCE_OF_ALL if agree == len(named) else CHANCE
    if few or _at_least(agree, [len(who) / len(everyone) for who in named]) > chance:
        return 0
    return sum(person in who for person, who in zip(people, found, strict=True))


def _at_least(count: int, chances: list[float]) -> float:
    """Probability of at least so many of independent events (Poisson-binomial)."""
    mass = np.zeros(count + 1)
    mass[0] = 1.0
    for p in chances:
        last = mass[count] + mass[count - 1] * p if count else 1.0
        mass[1:] = mass[1:] * (1 - p) + mass[:-1] * p
        mass[0] *= 1 - p
        mass[count] = last
    return float(mass[count])
