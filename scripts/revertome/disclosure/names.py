"""Everything that names the people of a study, to be looked for in words and numbers."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from itertools import chain

from revertome.disclosure.spelling import (
    LONG_NUMBER,
    Runs,
    is_known_within_words,
    is_telling,
    runs,
    spellings,
)

WORDS = 3  # words up to which a patient's name is one; a title that holds it has more
FEW = 3  # people (and a third of all) that may share a part of an id which still tells them
SHORT = 3  # letters and digits up to which a code may be another series' code as well


@dataclass
class Names:
    """Everything that names a person of the study, and who it is.

    Attributes
    ----------
    telling
        Person by identifier, where the identifier tells the person wherever it stands.
    weak
        Persons by identifier that is short, such as 7 or A, and by part of an id that few share.
    numbers
        Numbers in the identifiers of each person.
    """

    telling: dict[Runs, str] = field(default_factory=dict)
    weak: dict[Runs, set[str]] = field(default_factory=dict)
    numbers: dict[str, set[int]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Prepare what is looked for."""
        self._sizes = sorted({len(found) for found in self.telling})
        self._inner = {"".join(found) for found in self.telling if is_known_within_words(found)}
        self._lengths = sorted({len(one) for one in self._inner})

    def told(self, text: str) -> set[str]:
        """Persons whose identifier is in the text as a whole, in whatever spelling."""
        who: set[str] = set()
        for found in spellings(text):
            for size in self._sizes:
                for start in range(len(found) - size + 1):
                    part = found[start : start + size]
                    if part in self.telling:
                        who.add(self.telling[part])
            # Who it is does not matter here: no group of samples has such a word for its name.
            who |= self._within(f" {''.join(found)} ")
        return who

    def _within(self, joined: str) -> set[str]:
        """Long identifiers within a word; those with a number at an end, with the whole number."""
        return {
            part
            for size in self._lengths
            for start in range(1, len(joined) - size)
            if (part := joined[start : start + size]) in self._inner
            and not (part[0].isdigit() and joined[start - 1].isdigit())
            and not (part[-1].isdigit() and joined[start + size].isdigit())
        }

    def weakly(self, text: str) -> set[str]:
        """Persons whose short identifier is among the words of the text."""
        found = runs(text)
        return {
            who
            for size in {len(one) for one in self.weak}
            for start in range(len(found) - size + 1)
            for who in self.weak.get(found[start : start + size], ())
        }

    def is_short_name(self, text: str) -> bool:
        """Whether the text is nothing but a short code, or a word, that names someone."""
        plain = "".join(runs(text))
        named = any(found in self.telling for found in spellings(text))
        return named and (len(plain) <= SHORT or plain.isalpha())


def names_of(
    patients: Mapping[str, Iterable[str]],
    samples: Mapping[str, Iterable[str]],
    visits: Iterable[str] = (),
    files: Mapping[str, Iterable[str]] | None = None,
) -> Names:
    """Identifiers by person: whole ones, and the parts of ids that one person has, or few.

    Parameters
    ----------
    patients, samples : mapping
        Spellings of the patient, and ids of the samples, by person.
    visits : iterable of str
        Names of visits, which are a part of sample ids and no person's.
    files : mapping, optional
        Further names of the samples by person, which count as a whole alone.
    """
    people = {**(files or {}), **patients, **samples}
    whole: dict[Runs, set[str]] = {}
    numbers: dict[str, set[int]] = {}
    parts: dict[str, set[int]] = {}
    for person in people:
        every = (found.get(person, ()) for found in (patients, samples, files or {}))
        for name in set(chain.from_iterable(every)):
            for found in spellings(name):
                whole.setdefault(found, set()).add(person)
            digits = [one for one in runs(name) if one.isdigit()]
            parts.setdefault(person, set()).update(map(int, digits))
            written = "".join(re.findall(r"\d+", name))  # 01-003 is 1003, and 13 where zeros go
            whole_numbers = {int(one) for one in (written, "".join(digits)) if one}
            numbers.setdefault(person, set()).update(whole_numbers)
    times = {runs(visit) for visit in visits}
    most = min(FEW, len({**patients, **samples}) / FEW)
    own, weak = _parts(patients, samples, times, most)
    times_held = Counter(chain(*parts.values()))  # the number of a site tells nobody
    for person, held in parts.items():
        numbers.setdefault(person, set()).update(n for n in held if times_held[n] <= most)
    telling: dict[Runs, str] = {}
    for found, who in [*own.items(), *whole.items()]:
        if found and is_telling(found):
            telling[found] = min(who)
        elif found:
            weak.setdefault(found, set()).update(who)
    return Names(telling, weak, numbers)


def _parts(
    patients: Mapping[str, Iterable[str]],
    samples: Mapping[str, Iterable[str]],
    times: set[Runs],
    most: float,
) -> tuple[dict[Runs, set[str]], dict[Runs, set[str]]]:
    """Persons by part of an id: parts that name one person, and others that at most `most` share.

    A part of sample ids names a person where all samples of that person have it, and nobody else's.
    """
    parts: dict[Runs, set[str]] = {}
    loose: set[Runs] = set()
    for person in {**patients, **samples}:
        names = set(samples.get(person, ()))
        pieces = [_pieces(name) for name in names]
        spelled = [_pieces(name) for name in patients.get(person, ())]
        mine = set().union(*(found for found in spelled if len(found) <= WORDS))
        for piece in mine.union(*pieces):
            parts.setdefault(piece, set()).add(person)
            if piece not in mine and not all(piece in one for one in pieces):
                loose.add(piece)
            if piece in times and len(names) == 1:
                loose.add(piece)
    own = {
        piece: who
        for piece, who in parts.items()
        if len(who) == 1 and piece not in loose and _is_name(piece)
    }
    few = {
        piece: set(who)
        for piece, who in parts.items()
        if piece not in own and piece not in times and len(who) <= most
    }
    return own, few


def _pieces(name: str) -> set[Runs]:
    return {runs(piece) for piece in re.split(r"[\W_]+", name)} - {()}


def _is_name(piece: Runs) -> bool:
    """Whether a part of an identifier can name its person: S01, a surname, a long number."""
    letters = sum(len(one) for one in piece if one.isalpha())
    return len(piece) > 1 or letters >= SHORT + 1 or (not letters and len(piece[0]) >= LONG_NUMBER)
