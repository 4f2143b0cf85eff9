"""States of jobs in SLURM, where it forgets, is silent or says what the plugin does not know."""

import os
from pathlib import Path

import pytest

import slurm_watch
from slurm_watch import Watch, accounting, forget_words, leave_word, number_of_job


@pytest.fixture
def slurm(tmp_path, monkeypatch):
    """Give a SLURM whose `squeue` prints lines, or ends with an exit status."""
    monkeypatch.chdir(tmp_path)
    programs = tmp_path / "programs"
    programs.mkdir()
    monkeypatch.setenv("PATH", str(programs), prepend=os.pathsep)

    def give(*lines, status=0, program="squeue"):
        said = "".join(f"echo '{line}'\n" for line in lines)
        (programs / program).write_text(f"#!/bin/sh\n{said}echo 'no contact' >&2\nexit {status}\n")
        (programs / program).chmod(0o755)

    give()
    return give


def word(number, well=True, name="run", task=None):
    """What a job of SLURM leaves at its end."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SLURM_JOB_NAME", name)
        patch.setenv("SLURM_JOB_ID", number)
        if task:
            patch.setenv("SLURM_ARRAY_JOB_ID", number)
            patch.setenv("SLURM_ARRAY_TASK_ID", task)
        leave_word(well)


def test_a_job_that_slurm_has_forgotten_is_what_it_said_itself(slurm):
    word("7")
    word("8", well=False)
    word("9", task="3")
    states = Watch("run", patience=60).settle({"7", "8", "9_3"}, {})
    assert states == {"7": "COMPLETED", "8": "FAILED", "9_3": "COMPLETED"}


def test_a_job_that_left_no_word_is_waited_for_and_then_failed(slurm, capsys):
    assert Watch("run", patience=60).settle({"7"}, {}) == {}
    watch = Watch("run", patience=0)
    assert watch.settle({"7"}, {}) == {"7": "FAILED"}
    watch.settle({"7"}, {})
    assert capsys.readouterr().err == (
        "revertome: SLURM no longer knows job 7, and it left no word of its end\n"
    )


def test_a_word_that_comes_late_counts(slurm):
    watch = Watch("run", patience=60)
    assert watch.settle({"7"}, {}) == {}
    word("7")
    assert watch.settle({"7"}, {}) == {"7": "COMPLETED"}


def test_the_word_of_a_job_of_another_run_does_not_count(slurm):
    """Numbers begin anew when a controller loses its state."""
    word("7", name="before")
    assert Watch("run", patience=60).settle({"7"}, {}) == {}


@pytest.mark.parametrize("said", ["RUNNING", "PENDING", "COMPLETING", "SUSPENDED", "SPECIAL_EXIT"])
def test_a_job_at_work_is_left_at_work(slurm, said):
    """Also where accounts say it has ended, or a former attempt of it left word."""
    word("7", well=False)
    slurm(f"7|{said}|None")
    watch = Watch("run", patience=0)
    assert watch.settle({"7"}, {}) == {"7": said}
    assert watch.settle({"7"}, {"7": "RUNNING"}) == {"7": said}


@pytest.mark.parametrize(
    ("said", "state"),
    [
        ("CANCELLED by 1000", "CANCELLED"),
        ("CANCELLED", "CANCELLED"),
        ("COMPLETED", "COMPLETED"),
        ("OUT_OF_MEMORY", "OUT_OF_MEMORY"),
        ("TIMEOUT", "TIMEOUT"),
    ],
)
def test_what_accounts_say_of_an_end_is_taken(slurm, said, state):
    slurm(status=1)  # and nothing else is asked
    assert Watch("run", patience=0).settle({"7"}, {"7": said}) == {"7": state}


@pytest.mark.parametrize("said", ["RUNNING", "PENDING", "", "PREEMPTED", "REVOKED"])
def test_accounts_that_lost_the_end_of_a_job_do_not_keep_it_at_work(slurm, said):
    """A `runaway` job: the database was down when it ended."""
    found = {"7": said} if said else {}
    assert Watch("run", patience=0).settle({"7"}, found)["7"] == "FAILED"
    word("7")
    assert Watch("run", patience=0).settle({"7"}, found)["7"] == "COMPLETED"


def test_a_job_put_aside_for_another_is_failed_unless_it_comes_back(slurm):
    slurm("7|PREEMPTED|None")
    patient = Watch("run", patience=60)
    assert patient.settle({"7"}, {}) == {"7": "PREEMPTED"}
    assert Watch("run", patience=0).settle({"7"}, {}) == {"7": "FAILED"}
    slurm("7|PENDING|BeginTime")
    assert patient.settle({"7"}, {}) == {"7": "PENDING"}


def test_while_slurm_does_not_answer_nothing_is_decided_but_it_is_said(slurm, capsys):
    slurm(status=1)
    watch = Watch("run", patience=0)
    assert watch.settle({"7"}, {}) == {}
    assert watch.settle({"7"}, {"7": "RUNNING"}) == {"7": "RUNNING"}
    assert capsys.readouterr().err == (
        "revertome: SLURM does not answer (no contact); waiting for it\n"
    )


def test_without_squeue_it_is_said_too(slurm, monkeypatch, tmp_path, capsys):
    monkeypatch.setenv("PATH", str(tmp_path))
    assert Watch("run", patience=0).settle({"7"}, {}) == {}
    assert "does not answer" in capsys.readouterr().err


def test_why_a_job_waits_is_said_once(slurm, capsys):
    slurm("7|PENDING|AssocGrpCpuLimit", "8|PENDING|Priority", "9|RUNNING|None")
    watch = Watch("run", patience=0)
    for _ in range(3):
        watch.settle({"7", "8", "9"}, {})
    assert capsys.readouterr().err == (
        "revertome: job 7 waits in SLURM, which says: AssocGrpCpuLimit\n"
    )


def test_words_go_with_their_run(slurm, tmp_path):
    word("7")
    word("7", name="other")
    forget_words("run")
    forget_words(None)
    forget_words("../../results")
    assert [path.name for path in Path(slurm_watch.WORDS).iterdir()] == ["other"]


def test_a_process_outside_slurm_has_no_number(monkeypatch):
    monkeypatch.delenv("SLURM_JOB_ID", raising=False)
    assert number_of_job() == ""


@pytest.mark.parametrize(("status", "answer"), [(0, True), (1, False)])
def test_whether_accounts_are_kept_is_asked(slurm, status, answer):
    slurm(status=status, program="sacct")
    assert accounting() is answer


def test_without_sacct_no_accounts_are_kept(slurm, monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))
    assert not accounting()
