"""Kinds of mutations: a name, the study it starts from, and what a study so changed must get."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from door.study import Study, counts, microarray

Rng = np.random.Generator


@dataclass(frozen=True)
class Expected:
    """What a mutated study must get.

    Attributes
    ----------
    same
        The numbers of the good study are right.
    stop
        A refusal in words is right.
    names
        What a refusal or a warning must contain; of a tuple, one.
    good
        Study whose numbers are right, where it is not the one the mutation started from.
    more
        There may be more columns than in the good study.
    late
        For what shows after the intake: takes its data, gives the words of a later stage.
    """

    same: bool = False
    stop: bool = True
    names: tuple[tuple[str, ...], ...] = ()
    good: Study | None = None
    more: bool = False
    late: Callable[[Any], str] | None = None


def equal(good: Study | None = None) -> Expected:
    """The same numbers, whatever is noted on the way."""
    return Expected(same=True, stop=False, good=good)


def equal_or_told(*names: str | tuple[str, ...]) -> Expected:
    """The same numbers, or words that hold the names."""
    return Expected(same=True, names=_tuples(names))


def told(*names: str | tuple[str, ...], late: Callable[[Any], str] | None = None) -> Expected:
    """Refused or warned of, in words that hold the names; of a tuple, one of them."""
    return Expected(names=_tuples(names), late=late)


def _tuples(names: tuple[str | tuple[str, ...], ...]) -> tuple[tuple[str, ...], ...]:
    return tuple((name,) if isinstance(name, str) else name for name in names)


Change = Callable[[Rng, Study], Expected]


@dataclass(frozen=True)
class Kind:
    """A kind of mutation.

    Attributes
    ----------
    name
        What is done.
    keeps
        The meaning stays: the study must give equal numbers.
    part
        sheet, matrix, yaml: what is changed. Two that keep the meaning are combined when they
        change different parts; `all` is combined with none.
    change
        Takes a generator and a study, which it changes.
    start
        Good studies to start from; one is drawn.
    """

    name: str
    keeps: bool
    part: str
    change: Change
    start: tuple[Callable[[], Study], ...]


KINDS: dict[str, Kind] = {}


def kind(
    name: str, part: str, *, keeps: bool = False, only: Callable[[], Study] | None = None
) -> Callable[[Change], Change]:
    """Register a function as a kind."""

    def register(change: Change) -> Change:
        start = (microarray, counts) if only is None else (only,)
        KINDS[name] = Kind(name, keeps, part, change, start)
        return change

    return register


def pick(rng: Rng, items: Any) -> Any:
    """One of the items."""
    return items[int(rng.integers(len(items)))]


def place(rng: Rng, study: Study) -> tuple[int, int]:
    """Row and column of a value of the matrix."""
    rows = study.matrix.rows
    return int(rng.integers(1, len(rows))), int(rng.integers(1, len(rows[0])))


def of_patients(study: Study) -> list[int]:
    """Rows of the sheet that are of patients."""
    groups = study.sheet.get("group")
    return [i for i, group in enumerate(groups, start=1) if group == "patient"]
