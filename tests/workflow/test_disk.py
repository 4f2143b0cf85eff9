"""Result files are whole or not there, and a run that was killed leaves no lock behind."""

import errno
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import disk
import files
import folder as folders
from patience import HUNG
from revertome.errors import StudyError

SCRIPTS = Path(__file__).parents[2] / "scripts"


def run(code, *arguments):
    """Run Python code that imports from the scripts' folder."""
    code = f"import sys; sys.path.insert(0, {str(SCRIPTS)!r})\n{code}"
    return subprocess.run([sys.executable, "-c", code, *arguments], capture_output=True, text=True)


def test_kill_while_writing_keeps_what_was_there_and_the_next_write_clears_up(tmp_path):
    target = tmp_path / "genes.v2.tsv"
    target.write_text("before")
    found = run(
        "import os, signal, files\n"
        "def save(path):\n"
        "    path.write_text('half')\n"
        "    os.kill(os.getpid(), signal.SIGKILL)\n"
        "files.write(sys.argv[1], save)",
        str(target),
    )
    assert found.returncode == -signal.SIGKILL
    assert target.read_text() == "before"
    (left,) = [path for path in tmp_path.iterdir() if path != target]
    assert left.read_text() == "half"
    other = tmp_path / ".genes.tsv"
    other.write_text("of another file")
    files.write_text("whole", target)
    assert target.read_text() == "whole"
    assert sorted(p.name for p in tmp_path.iterdir()) == [".genes.tsv", "genes.v2.tsv"]


def test_two_jobs_that_write_the_same_file_at_once_leave_it_whole(tmp_path):
    """One waits, half done, while the other writes all of it; then it writes its own."""
    target = tmp_path / "genes.tsv"
    slow = subprocess.Popen(
        [sys.executable, "-c",
         f"import sys; sys.path.insert(0, {str(SCRIPTS)!r})\n"
         "import files\n"
         "def save(path):\n"
         "    path.write_text('slow')\n"
         "    input()\n"
         "files.write(sys.argv[1], save)", str(target)],
        stdin=subprocess.PIPE, text=True,
    )  # fmt: skip
    until(lambda: any(tmp_path.iterdir()))
    away = tmp_path / ".genes.1-another-node.tsv"  # of a process that cannot be seen from here
    away.write_text("half")
    files.write_text("quick", target)
    assert target.read_text() == "quick"
    assert away.exists()
    slow.communicate("\n")
    assert slow.returncode == 0
    assert target.read_text() == "slow"
    os.utime(away, (0, 0))
    files.write_text("last", target)
    assert list(tmp_path.iterdir()) == [target]


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (OSError(errno.ENOSPC, "No space left on device"), "the disk is full"),
        (OSError("Can't write data (file write failed: errno = 28, error message = '...')"),
         "the disk is full"),
        (OSError(errno.EROFS, "Read-only file system"), "read-only"),
    ],
)  # fmt: skip
def test_a_fault_of_the_disk_is_told_in_words(tmp_path, error, words):
    def save(path):
        path.write_text("half")
        raise error

    with pytest.raises(StudyError, match=words):
        files.write(tmp_path / "table.tsv", save)
    assert not list(tmp_path.iterdir())


def test_a_job_over_its_memory_says_so(tmp_path):
    """512 MB of address space and a request for 4 GB."""
    found = run(
        "import resource\n"
        "from types import SimpleNamespace\n"
        "from job import logged\n"
        "import numpy\n"
        "resource.setrlimit(resource.RLIMIT_AS, (2**29, 2**29))\n"
        "with logged(SimpleNamespace(log=[sys.argv[1]])):\n"
        "    numpy.ones(2**29)",
        str(tmp_path / "a.log"),
    )
    assert found.returncode == 1
    assert "ran out of memory; request more" in (tmp_path / "a.log").read_text()
    assert "Traceback" not in found.stderr


def test_a_job_ends_when_snakemake_is_killed(tmp_path):
    """The parent of the job starts it, says its number, and is killed."""
    job = f"import sys, time; sys.path.insert(0, {str(SCRIPTS)!r}); import job\n"
    job += "from types import SimpleNamespace\n"
    job += f"with job.logged(SimpleNamespace(log=[{str(tmp_path / 'a.log')!r}])): time.sleep(60)"
    starter = "import subprocess, sys, time\n"
    starter += "job = subprocess.Popen([sys.executable, '-c', sys.argv[1]])\n"
    starter += "print(job.pid, flush=True); time.sleep(60)"
    parent = subprocess.Popen(
        [sys.executable, "-c", starter, job], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    )
    with parent:
        number = int(parent.stdout.readline())
        until(lambda: (tmp_path / "a.log").exists())
        parent.kill()
    until(lambda: not alive(number))


def alive(number):
    """Whether a process runs (one that ended and is not waited for does not)."""
    path = Path(f"/proc/{number}/stat")
    return path.exists() and path.read_text().rpartition(")")[2].split()[0] != "Z"


def until(condition, limit=HUNG):
    """Wait for a condition; an error when it does not come true."""
    end = time.monotonic() + limit
    while not condition():
        if time.monotonic() > end:
            raise TimeoutError
        time.sleep(0.05)


def test_tables_come_back_as_they_were(tmp_path):
    table = pd.DataFrame({"gene": ["007", "1e5", "NA1"], "p": [0.1, np.nan, 1 / 3]})
    disk.write_table(table, tmp_path / "t.tsv")
    pd.testing.assert_frame_equal(disk.read_table(tmp_path / "t.tsv"), table, check_exact=True)


def test_a_killed_process_of_a_job_ends_it_with_the_sentence_on_memory(tmp_path):
    code = (
        "import os, signal, sys\n"
        "from types import SimpleNamespace\n"
        "from job import logged\n"
        "from workers import each\n"
        "def work(item):\n"
        "    if item == 1:\n"
        "        os.kill(os.getpid(), signal.SIGKILL)\n"
        "    return 10 * item\n"
        "with logged(SimpleNamespace(log=[sys.argv[1]])):\n"
        "    print(each(work, [2, 3], 2))\n"
        "    each(work, range(6), 2)\n"
    )
    done = run(code, str(tmp_path / "a.log"))
    assert done.returncode == 1
    words = (tmp_path / "a.log").read_text()
    assert "[20, 30]" in words
    assert "ran out of memory: one of its processes was killed" in words
    assert "Traceback" not in words


def test_a_results_folder_that_cannot_be_made_is_met_at_the_door(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(StudyError, match="results: .*cannot be written"):
        folders.check_results(tmp_path / "file" / "results")
    folders.check_results(tmp_path / "new" / "results")
    assert not (tmp_path / "new").exists()


def test_a_table_has_the_text_that_pandas_gives_its_numbers(tmp_path):
    rng = np.random.default_rng(1)
    bits = rng.integers(0, 2**63, 30_000, dtype=np.uint64) << np.uint64(1)
    odd = [0.0, -0.0, np.inf, -np.inf, np.nan, 5e-324, 1e-5, 1e-4, 1e15, 1e16, 1e22, 0.1, 2.0]
    table = pd.DataFrame(
        {
            "any": bits.view(np.float64),
            "usual": np.r_[odd, -np.exp(rng.normal(0, 20, 30_000 - len(odd)))],
            "whole": rng.integers(-(2**62), 2**62, 30_000),
            "single": rng.normal(size=30_000).astype(np.float32),
            "counted": pd.array([None, *range(29_999)], "Int64"),
            "kind": pd.Categorical(rng.choice(["a", "b\tc", 'said "d"'], 30_000)),
            "text": rng.choice(["x", "NA", "1e5", None], 30_000),
        }
    )
    for rows, name in ((30_000, "long"), (1, "short"), (0, "none")):
        one, other = tmp_path / f"{name}.tsv", tmp_path / f"{name}_of_pandas.tsv"
        disk.write_table(table[:rows], one)
        table[:rows].to_csv(other, sep="\t", index=False, na_rep="NA", lineterminator="\n")
        assert one.read_bytes() == other.read_bytes()
    disk.write_table(table[[]], tmp_path / "empty.tsv")
    table[[]].to_csv(tmp_path / "other.tsv", sep="\t", index=False, lineterminator="\n")
    assert (tmp_path / "empty.tsv").read_bytes() == (tmp_path / "other.tsv").read_bytes()
