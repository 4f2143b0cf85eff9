"""Nothing is silently wrong: one good study, mutated in many ways, at the door.

A mutation takes a kind, a random place and a random form. One that keeps the meaning must give the
same numbers; one that breaks the study must be refused or warned of, in words that name the sample,
column, patient or file concerned.

Plausible wrong values are out of scope: 8.7 written for 8.6, two tubes exchanged, an age of 7 for 9
are values that a right study could hold, and no reader can tell. (Exchanged tubes of two patients
are looked for later, by the identity of pairs.)
"""

import json
from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from door import (  # noqa: F401
    archive_kinds,
    count_kinds,
    definition_kinds,
    gmt_kinds,
    matrix_kinds,
    name_kinds,
    sheet_kinds,
    study_file_kinds,
    text_kinds,
    visits_kinds,
    yaml_kinds,
)
from door.check import LONGEST, admit, verdict
from door.kind import KINDS, Kind, equal, pick
from door.study import Study

SEED, DRAWS = 17, 500
RIGHT = ("equal", "refused", "warned")
_GOOD: dict[str, Any] = {}


def good(study: Study, folder: Path) -> Any:
    """Data of a study that is right, kept for the next time it is asked for."""
    key = json.dumps([study.config, study.sheet.rows, study.matrix.rows])
    key += repr(sorted(study.other.items()))
    if key not in _GOOD:
        found = admit(study, folder)
        assert not found.refusal and not found.warned, (found.refusal, found.warned)
        _GOOD[key] = found
    return _GOOD[key]


def draw(number: int, folder: Path) -> tuple[str, str]:
    """Mutate the good study once; returns what was done and the verdict on it.

    Kinds come in turn, so that each has its share of the draws.
    """
    rng = np.random.default_rng([SEED, number])
    kind = list(KINDS.values())[number % len(KINDS)]
    study = pick(rng, kind.start)()
    start = study.copy()
    expected, done = kind.change(rng, study), kind.name
    if kind.keeps and rng.random() < 0.4:
        study, second = combined(rng, kind, study)
        done += f" + {second}" if second else ""
    for name in ("good", "mutated"):
        (folder / name).mkdir()
    reference = good(expected.good or start, folder / "good") if expected.same else None
    return done, verdict(admit(study, folder / "mutated"), reference, expected)


def combined(rng: np.random.Generator, kind: Kind, study: Study) -> tuple[Study, str]:
    """A second mutation that keeps the meaning, of another part of the study."""
    parts = {"text": {"yaml"}, "sheet": {"matrix", "yaml"}, "matrix": {"sheet", "yaml"},
             "yaml": {"sheet", "matrix", "text"}, "all": set()}[kind.part]  # fmt: skip
    second = pick(rng, [k for k in KINDS.values() if k.keeps and len(k.start) > 1])
    twice = study.copy()
    if second.part not in parts or second.change(rng, twice) != equal():
        return study, ""
    return twice, second.name


def judged(numbers: range, folder: Path) -> list[str]:
    """Draw mutations; what is wrong, with the number that draws it again. Prints the table."""
    wrong, table = [], Counter()
    for number in numbers:
        (folder / str(number)).mkdir()
        done, found = draw(number, folder / str(number))
        table[done.partition(" + ")[0], found.partition(":")[0]] += 1
        if found not in RIGHT:
            wrong.append(f"{number}. {done}: {found}")
    for (name, what), times in sorted(table.items()):
        print(f"{name}\t{what}\t{times}")
    return wrong


def test_the_kept_verdicts_are_of_these_kinds() -> None:
    """`many.py` was run with them, and found nothing wrong."""
    kept = pd.read_csv(Path(__file__).with_name("mutations.tsv"), sep="\t")
    assert kept["kind"].tolist() == list(KINDS)
    assert kept[list(RIGHT)].sum(axis=1).min() >= 10
    assert kept["slowest_seconds"].max() < LONGEST


def test_each_kind_once(tmp_path: Path) -> None:
    assert len(KINDS) >= 140
    wrong = judged(range(len(KINDS)), tmp_path)
    assert not wrong, "\n".join(wrong)


@pytest.mark.slow
def test_nothing_is_silently_wrong(tmp_path: Path) -> None:
    later = range(len(KINDS), DRAWS)  # the first are those of the test before
    wrong = judged(later, tmp_path)
    assert not wrong, f"{len(wrong)} of {len(later)}\n" + "\n".join(wrong)
