"""What a job leaves of its fault, and which faults a further attempt does not meet again."""

import json
import zipfile
from concurrent.futures.process import BrokenProcessPool
from dataclasses import asdict, replace
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from faults import MARKS, forget, marked
from files import SMALL
from job import SINGLE, logged
from private_codes import Private
from revertome.errors import PassingError, StudyError
from run_record import this_run, write

HOME = Path(__file__).parents[2]
LOG = "results/one/logs/intake.log"


@pytest.fixture(autouse=True)
def run(tmp_path, monkeypatch):
    """A run that works on the results of `one`."""
    monkeypatch.chdir(tmp_path)
    Path(LOG).parent.mkdir(parents=True)
    record = this_run(tmp_path)
    write(record, Path(LOG).with_name("run.json"))
    return record


def attempt(error=None, log=LOG, private=None):
    """One attempt of a job that meets an error; returns whether its work was begun."""
    begun = []
    with pytest.raises(SystemExit), logged(SimpleNamespace(log=[log], rule="intake"), private):
        begun.append(True)
        if error is not None:
            raise error
    return bool(begun)


def raised_from(error, cause):
    error.__cause__ = cause
    return error


@pytest.mark.parametrize(
    "error",
    [
        StudyError("sheet.tsv: row 3: no visit"),
        ValueError("could not convert string to float"),
        KeyError("age"),
        TypeError("unsupported operand"),
        ZeroDivisionError("division by zero"),
        UnicodeDecodeError("utf-8", b"\xff", 0, 1, "invalid start byte"),
        np.linalg.LinAlgError("Singular matrix"),
        pd.errors.ParserError("Expected 3 fields in line 4, saw 5"),
        raised_from(StudyError("sheet.tsv: cannot be read"), ValueError("no number")),
    ],
    ids=lambda error: type(error).__name__,
)
def test_a_fault_of_the_input_is_not_tried_again(error, run, capsys):
    assert attempt(error)
    fault = marked(LOG, run.key())
    assert fault.lasting
    capsys.readouterr()
    assert not attempt(), "the second attempt began its work"
    assert f"revertome: {fault.words}" in capsys.readouterr().err


@pytest.mark.parametrize(
    "error",
    [
        MemoryError(),
        np._core._exceptions._ArrayMemoryError((10**9,), np.dtype(float)),
        BrokenProcessPool("A process in the process pool was terminated abruptly"),
        pd.errors.ParserError("Error tokenizing data. C error: out of memory"),
        OSError(12, "Cannot allocate memory"),
        RuntimeError("std::bad_alloc"),
        raised_from(StudyError("values.tsv: cannot be read"), MemoryError()),
    ],
    ids=lambda error: type(error).__name__,
)
def test_want_of_memory_is_tried_again_and_told(error, run, capsys):
    assert attempt(error)
    fault = marked(LOG, run.key())
    assert not fault.lasting
    assert "`--set-resources intake:mem_mb=...`" in fault.words
    assert f"revertome: {fault.words}" in capsys.readouterr().err
    assert attempt(MemoryError()), "with more memory it is tried again"


@pytest.mark.parametrize(
    "error",
    [
        PassingError("cannot fetch https://example.org (503)"),
        OSError(116, "Stale file handle"),
        RuntimeError("can't start new thread"),
        ImportError("cannot read a library of the node"),
        EOFError(),
        zipfile.BadZipFile("truncated"),
    ],
    ids=lambda error: type(error).__name__,
)
def test_what_may_come_from_the_node_is_tried_again(error, run):
    assert attempt(error)
    assert not marked(LOG, run.key()).lasting
    assert attempt(error)


def test_a_fault_not_foreseen_names_rule_and_log_and_shows_its_traceback(run, capsys):
    attempt(ValueError("could not convert\nstring to float: 'x'"))
    assert "Traceback" in capsys.readouterr().err
    assert marked(LOG, run.key()).words == (
        "intake stopped with a fault that was not foreseen (ValueError: could not convert string "
        f"to float: 'x'); see {LOG}"
    )


def test_the_next_run_does_not_heed_the_mark(run):
    attempt(StudyError("no visit"))
    write(replace(run, since="later"), Path(LOG).with_name("run.json"))
    assert attempt(StudyError("another"))


def test_the_mark_is_that_of_one_job(run):
    """One part of the resamples, or the same stage of another study, is another job."""
    attempt(StudyError("no visit"))
    for log in ("results/one/logs/intake_2of8.log", "results/two/logs/intake.log"):
        Path(log).parent.mkdir(parents=True, exist_ok=True)
        write(run, Path(log).with_name("run.json"))
        assert attempt(StudyError("other"), log=log)


def test_the_key_of_a_run_lasts_from_its_begin_to_its_end(run):
    assert replace(run, process=0, locks=[["0.lock", 1, 2]], jobs="name").key() == run.key()
    for field in ("host", "machine", "boot", "space", "folder", "started", "since"):
        assert replace(run, **{field: "another"}).key() != run.key()


def test_without_a_record_of_the_run_no_mark_is_left():
    """The workflow is a module of another one."""
    Path(LOG).with_name("run.json").unlink()
    attempt(StudyError("no visit"))
    assert not MARKS.exists()


def test_a_mark_that_cannot_be_written_hides_nothing(run, capsys):
    MARKS.parent.mkdir(parents=True)
    MARKS.write_text("a file in the place of the folder")
    attempt(StudyError("no visit"))
    assert "revertome: no visit" in capsys.readouterr().err
    assert attempt(StudyError("no visit"))


@pytest.mark.parametrize("text", ["", "{", "[]", '{"run": 1}', "\0"])
def test_a_damaged_mark_is_none(run, text):
    attempt(StudyError("no visit"))
    (path,) = MARKS.iterdir()
    path.write_text(text)
    assert attempt(StudyError("no visit"))


def test_marks_are_for_their_owner_alone_and_name_nobody_under_privacy(run):
    private = Private("private/s.tsv", "results", {})
    assert attempt(StudyError("patient Meier-1943 has two visits"), private=private)
    (path,) = MARKS.iterdir()
    assert path.stat().st_mode & 0o777 == 0o600
    places = [p for place in ("results", ".snakemake") for p in Path(place).rglob("*")]
    assert not any("Meier" in p.read_text() for p in places if p.is_file())
    assert "Meier" in Path("private/s.log").read_text()
    assert "patient" in json.loads(path.read_text())["words"]
    assert not attempt(private=private)


def test_marks_go_with_their_run_and_no_others(run):
    attempt(StudyError("no visit"))
    (path,) = MARKS.iterdir()
    other = MARKS / "other.json"
    other.write_text(json.dumps(asdict(marked(LOG, run.key())) | {"run": "another"}))
    forget({run.key()})
    assert not path.exists()
    assert other.exists()


@pytest.mark.parametrize("below", [0, 1, 5])
def test_files_of_single_people_do_not_outlive_a_run_that_withholds_them(below, monkeypatch):
    monkeypatch.setitem(SMALL, "below", 0)
    left = [Path("results/one") / name for name in (*SINGLE, "report.html")]
    for path in left:
        path.parent.mkdir(exist_ok=True)
        path.write_text("of an earlier run", encoding="utf-8")
    job = SimpleNamespace(log=[LOG], rule="intake", params={"suppress_below": below})
    with pytest.raises(SystemExit), logged(job):
        raise MemoryError
    assert [path.exists() for path in left] == [below < 2] * len(SINGLE) + [True]


def test_every_file_that_is_withheld_is_known_to_be():
    """Those of a rule that depend on `suppress_below`."""
    rules = "".join(path.read_text("utf-8") for path in (HOME / "workflow/rules").glob("*.smk"))
    assert all(f'result("{name}")' in rules for name in SINGLE)
    assert rules.count('[] if config["suppress_below"] > 1 else result(') == 3  # one is an input
