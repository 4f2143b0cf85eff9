"""Patterns of the study file: what is none, and what finds no end, ends in words."""

import time

import pandas as pd
import pytest

from revertome.errors import StudyError
from revertome.intake.sheets import pattern as module
from revertome.intake.sheets.fields import assign_roles
from revertome.intake.sheets.pattern import extracted

KEY = "intake.fields.patient.pattern"


@pytest.mark.parametrize(
    ("pattern", "cell"),
    [("(a+)+$", "a" * 40 + "!"), ("((?:a|aa)+)$", "a" * 80 + "!"), (r"^((?:\d+)*)x", "1" * 60),
     (r"(\w*)*$", "P" * 60 + "-"), ("((?:a|a)*)b", "a" * 50), (r"(x+x+)+y", "x" * 40),
     (r"((?:[^,]*,?)*)#", "a,b" * 30), (r"(.*.*.*.*.*.*=)", "x" * 900)],
)  # fmt: skip
def test_a_pattern_without_end_ends_and_is_named(monkeypatch, pattern, cell):
    monkeypatch.setattr(module, "SECONDS", 0.3)
    fields = {"patient": {"field": "id", "pattern": pattern}}
    table = pd.DataFrame({"id": ["P1", cell]}, dtype=object)
    begun = time.process_time()
    with pytest.raises(StudyError) as raised:
        assign_roles(table, fields, [], [], "s.tsv")
    assert time.process_time() - begun < 3
    told = str(raised.value)
    assert told.startswith(f"{KEY} '{pattern}': found no end") and "0.3 seconds" in told


@pytest.mark.parametrize(
    ("pattern", "words"),
    [("(", "is no regular expression: missing )"), ("*(a)", "nothing to repeat"),
     ("(a{99999999999999999999})", "is no regular expression: the repetition number is too large"),
     ("(" * 9000 + ")" * 9000, "is no regular expression: "), ("(?<=a*)(b)", "fixed-width"),
     ("a", "has 0 groups"), ("(a)(b)", "has 2 groups"), (r"(a)\2", "invalid group reference")],
    ids=lambda value: value[:20],
)  # fmt: skip
def test_what_is_no_pattern_is_named(pattern, words):
    with pytest.raises(StudyError) as raised:
        extracted(pd.Series(["a"], dtype=object), pattern, KEY)
    assert str(raised.value).startswith(KEY) and words in str(raised.value)
    assert len(str(raised.value)) < 500


def test_others_are_taken_as_python_takes_them_and_the_timer_is_off_again():
    column = pd.Series(["SLE-121 V1", "x" * 100_000, None], dtype=object)
    found = extracted(column, r"(?i)^(?=s)([a-z]+-\d+)\b", KEY)
    assert found.tolist()[0] == "SLE-121" and found.isna().tolist() == [False, True, True]
    assert module.signal.getitimer(module.signal.ITIMER_VIRTUAL) == (0, 0)
