"""Records of runs: a killed one is recovered, and nothing of anybody else is touched."""

import json
import os
import subprocess
import sys
from dataclasses import asdict, replace
from pathlib import Path

import pytest

from lock_files import write_locks
from revertome.errors import StudyError
from run_record import Run, this_run
from runs import Runs

HOME = Path(__file__).parents[2]
GONE = "0"  # no process of this machine started then


@pytest.fixture
def folder(tmp_path):
    """A working folder with two lock files, an output, and the mark of a job that had begun."""
    for made in (".snakemake/locks", ".snakemake/incomplete", ".snakemake/revertome", "results"):
        (tmp_path / made).mkdir(parents=True)
    (tmp_path / ".snakemake/incomplete/cmVzdWx0cy9oYWxmLnRzdg==").write_text("{}")
    (tmp_path / ".snakemake/incomplete/.nfs0000001").write_text("")
    for name in ("0.input.lock", "1.input.lock"):
        (tmp_path / ".snakemake/locks" / name).write_text("results/half.tsv")
    (tmp_path / "results/half.tsv").write_text("half")
    return tmp_path


def lock(folder, name):
    """A lock file as a record names it."""
    found = (folder / ".snakemake/locks" / name).stat()
    return [name, found.st_ino, found.st_mtime_ns]


def record(where, name="a", **differing):
    """Write the record of a run that ended by a kill and held the first lock file."""
    run = replace(this_run(where), started=GONE, locks=[lock(where, "0.input.lock")])
    path = where / ".snakemake/revertome" / f"{name}.json"
    path.write_text(json.dumps(asdict(replace(run, **differing))))
    return path


def everything(folder):
    """Every file with its content."""
    return {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_a_killed_run_of_this_folder_gives_up_its_own_lock_and_nothing_else(folder, capsys):
    record(folder)
    before = everything(folder)
    assert Runs(folder, []).recover(act=True)
    gone = before.keys() - everything(folder).keys()
    assert gone == {folder / ".snakemake/locks/0.input.lock"}
    assert "an earlier run here was stopped" in capsys.readouterr().err


def test_a_dry_run_removes_nothing_but_plans_what_is_to_be_made_again(folder):
    record(folder)
    before = everything(folder)
    assert Runs(folder, []).recover(act=False)
    assert everything(folder) == before


@pytest.mark.parametrize(
    "differing",
    [
        {"host": "another"},
        {"machine": "another"},
        {"folder": "/another/folder"},
        {"host": "another", "process": os.getpid()},
        {"started": "alive"},
    ],
    ids=["host", "machine", "copied folder", "process of the same number elsewhere", "living"],
)
def test_what_is_not_seen_to_have_ended_here_is_left_alone(folder, differing):
    if differing.get("started") == "alive":
        here = this_run(folder)
        differing = {"process": here.process, "started": here.started}
    record(folder, **differing)
    before = everything(folder)
    assert not Runs(folder, []).recover(act=True)
    assert everything(folder) == before


def test_without_a_record_nothing_is_removed(folder):
    before = everything(folder)
    assert not Runs(folder, []).recover(act=True)
    assert everything(folder) == before


@pytest.mark.parametrize("text", ["", "{", "[]", '{"host": 1}', "\0", '"text"'])
def test_a_damaged_record_is_no_record(folder, text):
    (folder / ".snakemake/revertome/a.json").write_text(text)
    before = everything(folder)
    assert not Runs(folder, []).recover(act=True)
    assert everything(folder) == before


def test_a_lock_file_of_another_run_under_the_same_name_stays(folder):
    """The lock was removed by hand (`--unlock`) and another workflow took the name."""
    record(folder)
    path = folder / ".snakemake/locks/0.input.lock"
    path.rename(folder / "kept")  # so that the inode is not given again
    path.write_text("results/of/another")
    Runs(folder, []).recover(act=True)
    assert path.read_text() == "results/of/another"


def test_a_record_cannot_name_a_file_outside_the_folder_of_locks(folder):
    precious = folder / "precious"
    precious.write_text("text")
    found = precious.stat()
    record(folder, locks=[["../../precious", found.st_ino, found.st_mtime_ns]])
    Runs(folder, []).recover(act=True)
    assert precious.read_text() == "text"


def test_a_lock_that_is_a_link_is_not_followed(folder):
    precious = folder / "precious"
    precious.write_text("text")
    link = folder / ".snakemake/locks/2.input.lock"
    link.symlink_to(precious)
    found = precious.stat()
    record(folder, locks=[["2.input.lock", found.st_ino, found.st_mtime_ns]])
    Runs(folder, []).recover(act=True)
    assert link.is_symlink() and precious.read_text() == "text"


def test_a_machine_that_was_started_anew_runs_nothing_of_before(folder):
    here = this_run(folder)
    record(folder, boot="earlier", process=here.process, started=here.started)
    assert Runs(folder, []).recover(act=True) is bool(here.machine)


def test_in_a_container_of_its_own_the_lock_of_the_kernel_tells(folder):
    """Numbers of another container's processes say nothing; who holds the record does."""
    path = record(folder, space="pid:[1]")
    code = (
        "import fcntl, sys; f = open(sys.argv[1]); fcntl.flock(f, fcntl.LOCK_EX); print(flush=True)"
    )
    code += "; sys.stdin.read()"
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    with subprocess.Popen([sys.executable, "-c", code, path], **pipes) as living:
        living.stdout.readline()
        assert not Runs(folder, []).recover(act=True)
        living.stdin.close()
    assert Runs(folder, []).recover(act=True)


def test_the_record_of_a_run_is_held_while_it_lives_and_goes_when_it_went_well(folder):
    run = Runs(folder, [])
    run.begin()
    run.lock("results/half.tsv\n", folder / ".snakemake/locks/2.input.lock")
    (known,) = Runs(folder, []).others.values()
    assert known.locks == [lock(folder, "2.input.lock")]
    assert not Runs(folder, []).ended
    run.end(well=True)
    assert not list((folder / ".snakemake/revertome").iterdir())


def test_records_of_killed_runs_stay_until_nothing_begun_is_left(folder):
    kept = record(folder)
    run = Runs(folder, [])
    run.begin()
    run.end(well=True)
    assert kept.exists()
    for mark in (folder / ".snakemake/incomplete").iterdir():
        mark.unlink()
    run = Runs(folder, [])
    run.begin()
    run.end(well=True)
    assert not kept.exists()


class Snakemake:
    """The part of Snakemake that locks a folder: one file is read, one is made."""

    def __init__(self, folder):
        self._lockdir, self._lockfile = str(folder / ".snakemake/locks"), {}
        Path(self._lockdir).mkdir(exist_ok=True)

    def lock(self, run, read="results/half.tsv", made="results/whole.tsv"):
        write_locks(self, run, "input", [read])
        write_locks(self, run, "output", [made])


@pytest.mark.parametrize("moment", ["write_text", "replace", "fsync"])
@pytest.mark.parametrize("number", range(1, 6))
def test_a_run_killed_anywhere_while_it_locks_is_recovered(folder, monkeypatch, moment, number):
    """The process ends before the nth of the calls that write; what it leaves bars nobody."""
    for path in (folder / ".snakemake/locks").iterdir():
        path.unlink()
    code = (
        "import os, sys, pathlib\n"
        "sys.path[:0] = sys.argv[4:]\n"
        "from runs import Runs\nfrom workflow.test_killed_runs import Snakemake\n"
        "place = os if sys.argv[2] == 'fsync' else pathlib.Path\n"
        "name, left = sys.argv[2], [int(sys.argv[3])]\n"
        "whole = getattr(place, name)\n"
        "def counted(*given, **named):\n"
        "    left[0] -= 1\n"
        "    return os._exit(9) if not left[0] else whole(*given, **named)\n"
        "setattr(place, name, counted)\n"
        "folder = pathlib.Path(sys.argv[1])\n"
        "run = Runs(folder, [])\nrun.begin()\nSnakemake(folder).lock(run)\nos._exit(9)\n"
    )
    paths = [str(HOME / "scripts"), str(HOME / "tests")]
    line = [sys.executable, "-c", code, folder, moment, str(number), *paths]
    assert subprocess.run(line, capture_output=True).returncode == 9
    run = Runs(folder, [])
    run.recover(act=True)
    run.begin()
    assert list((folder / ".snakemake/locks").iterdir()) == []
    Snakemake(folder).lock(run)


def test_of_two_runs_that_lock_at_once_one_gives_way_and_is_told_of_the_other(folder):
    """Both have seen that nothing was locked; only those that make other files go on."""
    from snakemake.exceptions import LockException

    one, two, three = Runs(folder, []), Runs(folder, []), Runs(folder, [])
    for run in (one, two, three):
        run.begin()
    Snakemake(folder).lock(one)
    with pytest.raises(LockException):
        Snakemake(folder).lock(two)
    assert "another run makes the same files" in two.advice(locked=True)
    late = Snakemake(folder)
    with pytest.raises(LockException):
        late.lock(three, read="results/whole.tsv", made="results/more.tsv")
    late._delete_locks()
    left = sorted(path.name for path in (folder / ".snakemake/locks").iterdir())
    assert {"0.output.lock", "2.input.lock"} <= set(left)
    Snakemake(folder).lock(three, read="results/other.tsv", made="results/more.tsv")


def claim(folder, **differing):
    """Record in the results that a run of another folder writes them."""
    path = folder / "results/study/logs/run.json"
    path.parent.mkdir(parents=True)
    run = replace(this_run(folder), folder="/elsewhere", **differing)
    path.write_text(json.dumps(asdict(run)))
    return path


def test_results_that_a_living_run_of_another_folder_writes_are_refused(folder):
    path = claim(folder)
    run = Runs(folder, ["results/study"])
    with pytest.raises(StudyError, match="another run writes the same results .*/elsewhere"):
        run.recover(act=True)
    assert json.loads(path.read_text())["folder"] == "/elsewhere"
    run.recover(act=False)  # a dry run writes nothing and may plan


@pytest.mark.parametrize("differing", [{"process": 0}, {"started": GONE}], ids=["ended", "killed"])
def test_results_that_another_folder_made_since_are_not_made_again_unasked(folder, differing):
    record(folder)
    claim(folder, **differing)
    run = Runs(folder, ["results/study"])
    assert not run.recover(act=True)
    assert "a run in /elsewhere has made since" in run.advice(locked=False)


def test_sentences_on_a_locked_folder(folder):
    assert "no record" in Runs(folder, []).advice(locked=True)
    record(folder, host="node7", process=41)
    assert "process 41 on node7" in Runs(folder, []).advice(locked=True)
    here = this_run(folder)
    record(folder, "b", process=here.process, started=here.started)
    for locked in (True, False):  # its marks are seen before its locks
        words = Runs(folder, []).advice(locked=locked)
        assert "another run makes the same files" in words and "unlock" not in words


SQUEUE = """\
#!/bin/sh
[ "$*" = "--noheader --user={user} --name=ours --format=%i" ] || exit 0
[ -e {folder}/cancelled ] || printf '11\\n12\\n'
"""


@pytest.fixture
def queue(folder, tmp_path, monkeypatch):
    """A queue with two jobs of the name `ours`, and the file that `scancel` fills."""
    programs, cancelled = tmp_path / "bin", folder / "cancelled"
    programs.mkdir()
    (programs / "squeue").write_text(SQUEUE.format(user=os.getuid(), folder=folder))
    (programs / "scancel").write_text(f'#!/bin/sh\necho "$*" >> {cancelled}\n')
    for path in programs.iterdir():
        path.chmod(0o755)
    monkeypatch.setenv("PATH", str(programs), prepend=os.pathsep)
    return cancelled


def test_jobs_of_a_killed_run_are_cancelled_and_no_others(folder, queue, capsys):
    record(folder, jobs="ours")
    Runs(folder, []).recover(act=False)
    assert not queue.exists()
    Runs(folder, []).recover(act=True)
    assert queue.read_text() == "11 12\n"
    assert "cancelling the jobs of an earlier run: 11 12" in capsys.readouterr().err


@pytest.mark.parametrize("differing", [{"jobs": None}, {"jobs": "theirs"}, {"host": "another"}])
def test_jobs_of_other_runs_are_left_alone(folder, queue, differing):
    record(folder, **{"jobs": "ours"} | differing)
    Runs(folder, []).recover(act=True)
    assert not queue.exists()


def test_a_process_number_given_anew_is_another_process(folder):
    here = this_run(folder)
    old = replace(here, started=str(int(here.started) - 1))
    assert isinstance(old, Run)
    assert old.has_ended(here)
    assert not here.has_ended(here)


def test_jobs_of_several_killed_runs_are_cancelled_at_once(folder, tmp_path, monkeypatch, capsys):
    """Also those of a run in another folder that was killed while it wrote the same results."""
    asked = fake_slurm(tmp_path, monkeypatch, f"[ -e {tmp_path}/scancel ] || echo 11; exit 0")
    record(folder, "a", jobs="one")
    record(folder, "b", jobs="two")
    claim = replace(this_run(folder), started=GONE, folder="/elsewhere", jobs="three")
    (folder / "results/s/logs").mkdir(parents=True)
    (folder / "results/s/logs/run.json").write_text(json.dumps(asdict(claim)))
    Runs(folder, ["results/s"]).recover(act=True)
    assert "--name=one,three,two" in asked("squeue")
    assert asked("scancel").split() == ["11"]


def fake_slurm(place, monkeypatch, squeue):
    """A SLURM whose `squeue` is a line of shell; returns what a program was given."""
    programs = place / "programs"
    programs.mkdir()
    for name, line in (("squeue", squeue), ("scancel", "true")):
        (programs / name).write_text(f'#!/bin/sh\necho "$*" >> {place}/{name}\n{line}\n')
        (programs / name).chmod(0o755)
    monkeypatch.setenv("PATH", str(programs), prepend=os.pathsep)
    return lambda name: (place / name).read_text() if (place / name).exists() else ""


def test_a_run_does_not_go_on_beside_a_job_that_does_not_end(folder, tmp_path, monkeypatch):
    """As one that hangs in its file system, which SLURM shows as COMPLETING for a long time."""
    asked = fake_slurm(tmp_path, monkeypatch, "echo 11; echo 12")
    monkeypatch.setattr("slurm_jobs.PATIENCE", 0.1)
    record(folder, jobs="ours")
    with pytest.raises(StudyError, match=r"\(11, 12\) have not ended .* `squeue --jobs=11,12`"):
        Runs(folder, []).recover(act=True)
    assert asked("scancel") == "11 12\n"
    assert (folder / ".snakemake/locks/0.input.lock").exists(), "it is as it was for the next time"
    assert list((folder / ".snakemake/revertome").glob("*.json"))


@pytest.mark.parametrize("squeue", ["echo Unable to contact >&2; exit 1", None])
def test_a_run_does_not_go_on_where_slurm_does_not_answer(folder, tmp_path, monkeypatch, squeue):
    if squeue is None:  # nor is it on the path
        monkeypatch.setenv("PATH", str(tmp_path))
    else:
        fake_slurm(tmp_path, monkeypatch, squeue)
    monkeypatch.setattr("slurm_jobs.PATIENCE", 0.1)
    record(folder, jobs="ours")
    with pytest.raises(StudyError, match="`squeue` does not say whether they have ended; give"):
        Runs(folder, []).recover(act=True)


def test_a_short_silence_of_slurm_is_waited_for(folder, tmp_path, monkeypatch):
    flag = tmp_path / "asked"
    fake_slurm(tmp_path, monkeypatch, f"[ -e {flag} ] || {{ touch {flag}; exit 1; }}")
    record(folder, jobs="ours")
    assert Runs(folder, []).recover(act=True)


def test_a_dry_run_says_what_is_at_work_and_cancels_nothing(folder, tmp_path, monkeypatch, capsys):
    asked = fake_slurm(tmp_path, monkeypatch, "echo 11; echo 12")
    record(folder, jobs="ours")
    Runs(folder, []).recover(act=False)
    assert "jobs of an earlier run are still in SLURM: 11 12" in capsys.readouterr().err
    assert asked("scancel") == ""


def test_a_submission_of_a_killed_run_that_still_waits_for_slurm_is_ended(
    folder, tmp_path, monkeypatch
):
    """Its `sbatch` lives on while the controller is busy, and would submit after the plan."""
    fake_slurm(tmp_path, monkeypatch, "true")
    slow = ["sh", "-c", "sleep 60; true", "sbatch", "--job-name=ours"]
    other = ["sh", "-c", "sleep 60; true", "sbatch", "--job-name=theirs"]
    with subprocess.Popen(slow) as ours, subprocess.Popen(other) as theirs:
        record(folder, jobs="ours")
        Runs(folder, []).recover(act=True)
        assert ours.poll() is not None
        assert theirs.poll() is None
        theirs.kill()


def test_marks_and_words_of_a_killed_run_go_with_it(folder, tmp_path, monkeypatch):
    fake_slurm(tmp_path, monkeypatch, "true")
    word = folder / ".snakemake/revertome/jobs/ours/11"
    other = folder / ".snakemake/revertome/jobs/theirs/11"
    for path in (word, other):
        path.parent.mkdir(parents=True)
        path.write_text("COMPLETED")
    record(folder, jobs="ours")
    Runs(folder, []).recover(act=True)
    assert not word.exists()
    assert other.exists()
