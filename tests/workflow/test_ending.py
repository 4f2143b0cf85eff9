"""The last words of a failed run: whose job, why, and what to do."""

import json
import os
import re
from dataclasses import asdict
from pathlib import Path

import pytest

from ending import SHOWN, Ending, Failure, last_words
from faults import Fault, _mark

OOM = "slurmstepd-n1: error: StepId=6.batch exceeded memory limit (93 > 41), being killed"


@pytest.fixture(autouse=True)
def place(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return tmp_path


def log(name, study="one"):
    return f"results/{study}/logs/{name}.log"


def begun(*paths):
    """Logs in the order in which their jobs began."""
    for time, path in enumerate(map(Path, paths)):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("words")
        os.utime(path, (time, time))


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (OOM, "quality ran out of memory; .*`--set-resources quality:mem_mb=...`"),
        ("slurmstepd: error: Detected 1 oom_kill event in StepId=6.batch.", "quality:mem_mb"),
        ("SLURM-job '6' failed, SLURM status is: 'OUT_OF_MEMORY'.", "quality:mem_mb"),
        ("error: *** JOB 6 ON n1 CANCELLED AT 2026-01-01T00:00:00 DUE TO TIME LIMIT ***",
         "quality:runtime"),
        ("SLURM-job '6' failed, SLURM status is: 'TIMEOUT'.", "quality:runtime"),
        ("SLURM-job '6' failed, SLURM status is: 'NODE_FAIL'.", "lost its node"),
        ("error: *** JOB 6 ON n1 CANCELLED AT 2026-01-01T00:00:00 ***", "was cancelled in SLURM"),
        ("SLURM no longer knows job 6, and it left no word of its end", "it was killed"),
        ("SLURM sbatch failed. The error message was 'sbatch: error: invalid partition: x'.\n",
         "SLURM did not take the job of intake, quality: sbatch: error: invalid partition: x"),
        ("SLURM did not take the job: The given account me appears to be invalid.",
         "of intake, quality: The given account me appears"),
        ("Job submission failed with exception: [Errno 2] no sbatch", "Errno 2. no sbatch"),
        ("CalledProcessError: Command 'python' died with <Signals.SIGKILL: 9>.", "fewer `--cores`"),
        ("Output a.tsv has older modification time (10:00:00) than input b.tsv (11:00:00).",
         "clock was set back.*`touch FILE`"),
        ("nothing known", "quality failed without a word of its own; look in .*quality.log"),
    ],
)  # fmt: skip
def test_a_job_without_a_word_of_its_own_ends_with_what_to_do(words, told):
    begun(log("intake"), log("quality"))
    steps = [("intake", log("intake")), ("quality", log("quality"))]
    lines = last_words([Failure(steps, words)], "run", [], several=False)
    assert len(lines) == 1
    assert re.search(told, lines[0]), lines[0]
    assert lines[0].startswith("revertome: ")


def test_a_group_that_has_not_begun_is_named_by_its_first_step():
    begun(log("quality"), log("intake"))
    for path in (log("quality"), log("intake")):  # as Snakemake makes them when a group fails
        Path(path).write_text("")
    steps = [("intake", log("intake")), ("quality", log("quality"))]
    (line,) = last_words([Failure(steps, OOM)], "run", [], several=False)
    assert "the job of intake ran out of memory" in line


def test_on_one_machine_snakemakes_own_log_is_read(place):
    (place / "run.log").write_text("CalledProcessError: died with <Signals.SIGKILL: 9>.")
    lines = last_words(
        [Failure([("intake", log("intake"))])], "run", ["run.log", "none.log"], False
    )
    assert "fewer `--cores`" in lines[0]


def test_the_words_of_the_job_itself_come_first_and_once():
    for part in (1, 2):
        _mark(Fault("run", log(f"resamples_{part}of2"), "sheet.tsv: row 3: no visit", lasting=True))
    failures = [Failure([("resamples", log(f"resamples_{part}of2"))], OOM) for part in (1, 2)]
    lines = last_words(failures, "run", [], several=False)
    assert lines == ["revertome: sheet.tsv: row 3: no visit"]


def test_each_study_has_its_name():
    for study in ("one", "two"):
        _mark(Fault("run", log("intake", study), "no column 'age'", lasting=True))
    failures = [Failure([(f"{s}_intake", log("intake", s))]) for s in ("one", "two")]
    assert last_words(failures, "run", [], several=True) == [
        "revertome: one: no column 'age'",
        "revertome: two: no column 'age'",
    ]


def test_words_of_another_run_are_not_repeated():
    _mark(Fault("before", log("intake"), "no column 'age'", lasting=True))
    lines = last_words([Failure([("intake", log("intake"))])], "run", [], several=False)
    assert "age" not in lines[0]


def test_a_hundred_studies_do_not_flood_the_terminal():
    failures = [Failure([(f"s{i}_intake", log("intake", f"s{i}"))]) for i in range(100)]
    lines = last_words(failures, "run", [], several=True)
    assert len(lines) == SHOWN + 1
    assert lines[-1] == "revertome: and 80 more; see the logs"


def test_what_was_heard_last_of_a_job_counts(capsys):
    ending = Ending("run", several=False)
    ending.hear("a job", "SLURM status is: 'NODE_FAIL'")
    ending.hear("a job", OOM)
    ending.failed("a job", [("intake", log("intake"))])
    ending.close([], "the run ended")
    ending.say()
    assert "ran out of memory" in capsys.readouterr().err.splitlines()[-1]


def test_a_run_that_was_stopped_says_so_whatever_became_of_its_jobs(capsys):
    ending = Ending("run", several=False)
    ending.failed("a job", [("intake", log("intake"))])
    ending.stopped = "SIGTERM"
    ending.close([], "the run ended")
    ending.say()
    assert capsys.readouterr().err == (
        "\nrevertome: the run was stopped (SIGTERM); what was finished is kept, and the same "
        "command goes on from there\n"
    )


def test_where_no_job_failed_the_reason_is_said_once(capsys):
    ending = Ending("run", several=False)
    ending.close([], "")
    ending.say()
    assert capsys.readouterr().err == ""
    ending.close([], "the run ended")
    ending.say()
    assert capsys.readouterr().err == "\nrevertome: the run ended\n"


def test_a_run_that_went_well_says_nothing(capsys):
    Ending("run", several=False).say()
    assert capsys.readouterr().err == ""


def test_a_mark_is_json_of_its_fields(place):
    fault = Fault("run", log("intake"), "words", lasting=False)
    _mark(fault)
    (path,) = (place / ".snakemake/revertome/faults").iterdir()
    assert json.loads(path.read_text()) == asdict(fault)
    assert path.stat().st_mode & 0o777 == 0o600
