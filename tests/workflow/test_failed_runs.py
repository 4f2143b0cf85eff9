"""What a run that was killed left in SLURM is cancelled; what a failed run says at its end."""

import fcntl
import os

import pytest

import folder as folders

SQUEUE = """\
#!/bin/sh
[ "$*" = "--noheader --user={user} --format=%i|%k|%Z" ] || exit 1
[ -e {folder}/cancelled ] || echo '11|rule_data_intake|{folder}
12|rule_differential|{folder}'
echo '13|rule_data_intake|{folder}/another
14|(null)|{folder}'
"""


@pytest.fixture
def queue(tmp_path, monkeypatch):
    """A queue of four jobs, two of them of a run in `folder`, and the file that `scancel` fills."""
    folder, programs = tmp_path / "folder", tmp_path / "bin"
    for made in (folder, programs):
        made.mkdir()
    cancelled = folder / "cancelled"
    words = SQUEUE.format(user=os.getuid(), folder=folder)
    (programs / "squeue").write_text(words)
    (programs / "scancel").write_text(f'#!/bin/sh\necho "$*" >> {cancelled}\n')
    for path in programs.iterdir():
        path.chmod(0o755)
    monkeypatch.setenv("PATH", str(programs), prepend=os.pathsep)
    monkeypatch.setattr(folders, "HELD", [])
    monkeypatch.setattr(folders, "ALONE", [])
    folders.claim(folder)
    folders.begin(folder)
    assert not cancelled.exists()  # nobody was here before
    yield folder, cancelled
    die()


def die():
    """What the kernel does when a run is killed."""
    while folders.HELD:
        os.close(folders.HELD.pop())
    folders.ALONE.clear()


def test_jobs_of_a_killed_run_are_cancelled_and_no_others(queue, capsys):
    folder, cancelled = queue
    die()
    folders.claim(folder)
    die()  # of a dry run, which does not begin
    folders.claim(folder)
    assert not cancelled.exists()
    folders.begin(folder)
    assert cancelled.read_text() == "11 12\n"
    assert "cancelling the jobs of an earlier run: 11 12" in capsys.readouterr().err


def test_jobs_of_a_run_that_ended_are_left_alone(queue):
    folder, cancelled = queue
    folders.finish()
    die()
    folders.claim(folder)
    folders.begin(folder)
    assert not cancelled.exists()


def test_jobs_of_a_run_that_lives_are_left_alone(queue):
    folder, cancelled = queue
    die()
    with (folder / ".snakemake/revertome.lock").open() as living:
        fcntl.flock(living, fcntl.LOCK_SH)
        folders.claim(folder)
        folders.begin(folder)
    assert not cancelled.exists()


def test_jobs_of_a_run_begun_on_another_machine_are_left_alone(queue):
    """Its lock may be one that only the machine of the run can see."""
    folder, cancelled = queue
    die()
    (folder / ".snakemake/revertome.lock").write_text("another")
    folders.claim(folder)
    folders.begin(folder)
    assert not cancelled.exists()


@pytest.mark.parametrize(
    ("words", "resource"),
    [
        ("slurmstepd-n1: error: StepId=6.batch exceeded memory limit (93 > 41), being killed",
         "mem_mb"),
        ("slurmstepd: error: Detected 1 oom_kill event in StepId=6.batch.", "mem_mb"),
        ("SLURM-job '6' failed, SLURM status is: 'OUT_OF_MEMORY'.", "mem_mb"),
        ("error: *** JOB 6 ON n1 CANCELLED AT 2026-01-01T00:00:00 DUE TO TIME LIMIT ***",
         "runtime"),
        ("SLURM-job '6' failed, SLURM status is: 'TIMEOUT'.", "runtime"),
    ],
)  # fmt: skip
def test_a_job_that_needed_more_ends_with_what_to_ask_for(tmp_path, words, resource):
    log = tmp_path / "run.log"
    log.write_text(f"Error in group data\n{words}\n")
    (line,) = folders.advice([str(log)])
    assert f"`--set-resources RULE:{resource}=...`" in line


def test_other_faults_get_no_advice(tmp_path):
    log = tmp_path / "run.log"
    log.write_text("slurmstepd: error: *** JOB 6 ON n1 CANCELLED AT 2026-01-01T00:00:00 ***")
    assert folders.advice([str(log)]) == []
    assert folders.advice([str(tmp_path / "none.log")]) == []
