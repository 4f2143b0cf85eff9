"""The working folder of a run: can it be written, and does a killed run still hold its lock?"""

import fcntl
import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from base64 import urlsafe_b64decode
from pathlib import Path

from revertome.errors import StudyError

HELD: list[int] = []  # open for the life of the process; the kernel lets go when it dies
ALONE: list[int] = []  # of these, where no other run lived


def claim(folder: Path = Path()) -> bool:
    """Clear away what a killed run left in Snakemake's own folder, if no run lives here.

    Snakemake locks a folder by files, and marks by files the jobs that have begun; a killed run
    leaves both behind, and whether it still lives cannot be seen from them. A lock of the kernel
    can: it ends with its process. Where no run of this workflow lives, old lock files mean
    nothing, and the outputs of jobs that had begun are removed, so that the jobs are done again.
    Where one lives, or the file system knows no locks, nothing is touched and Snakemake says
    what to do.

    Parameters
    ----------
    folder : Path
        Working folder of the run.

    Returns
    -------
    bool
        Whether anything was cleared away.

    Raises
    ------
    StudyError
        When the folder cannot be written.
    """
    if HELD:
        return False
    state = folder / ".snakemake"
    try:
        state.mkdir(exist_ok=True)
        handle = os.open(state / "revertome.lock", os.O_RDWR | os.O_CREAT, 0o666)
    except OSError as error:
        raise StudyError(
            f"{folder.resolve()}: cannot be written ({error.strerror}); run in a folder that can, "
            "or name one with --directory"
        ) from error
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        ALONE.append(handle)
        cleared = _clear(folder, state)
    except BlockingIOError:
        cleared = False
    except OSError:  # a file system without locks
        os.close(handle)
        return False
    # Shared, so that runs of different studies in one folder see each other.
    fcntl.flock(handle, fcntl.LOCK_SH)
    HELD.append(handle)
    return cleared


def _clear(folder: Path, state: Path) -> bool:
    """Remove locks, marks of unfinished jobs and the outputs so marked."""
    found = [path for path in (state / "locks", state / "incomplete") if any(path.glob("**/*"))]
    for mark in (state / "incomplete").rglob("*"):
        if mark.is_file():
            # The name of a mark is its output's path in base64, long ones in folders named @...
            code = "".join(p.removeprefix("@") for p in mark.relative_to(state).parts[1:])
            (folder / urlsafe_b64decode(code).decode()).unlink(missing_ok=True)
    for path in found:
        shutil.rmtree(path)
    return bool(found)


def begin(folder: Path = Path()) -> None:
    """Note that this run gives jobs; cancel those that a run which did not end left in SLURM."""
    here = socket.gethostname().encode()
    for handle in HELD:
        # Some file systems keep a lock to one machine: a run begun on another may live.
        if handle in ALONE and os.pread(handle, 300, 0) == here:
            _cancel_jobs(folder)
        os.ftruncate(handle, 0)
        os.pwrite(handle, here, 0)


def finish() -> None:
    """Note that this run has ended, and its jobs with it."""
    for handle in HELD:
        os.ftruncate(handle, 0)


def _cancel_jobs(folder: Path, patience: float = 60.0) -> None:
    """Cancel the jobs that a killed run left in SLURM, and wait for their end.

    Known by their working folder and by the comment that Snakemake gives its jobs. Left alone they
    would work on, and one that waits in the queue would begin by removing what it is to write.
    """
    if shutil.which("squeue") is None:
        return
    cancelled: set[str] = set()
    end = time.monotonic() + patience
    while (left := _jobs(folder)) and time.monotonic() < end:
        if not left <= cancelled:
            cancelled |= left
            names = sorted(left)
            print("revertome: cancelling the jobs of an earlier run:", *names, file=sys.stderr)
            subprocess.run(["scancel", *names], capture_output=True, check=False)
        time.sleep(0.5)


def _jobs(folder: Path) -> set[str]:
    """Numbers of the user's jobs in SLURM, waiting or at work, that Snakemake gave from here."""
    ask = ["squeue", "--noheader", f"--user={os.getuid()}", "--format=%i|%k|%Z"]
    lines = subprocess.run(ask, capture_output=True, text=True, check=False).stdout.splitlines()
    rows = [line.split("|", 2) for line in lines if line.count("|") >= 2]
    return {
        number
        for number, comment, place in rows
        if comment.startswith("rule_") and Path(place).resolve() == folder.resolve()
    }


# What SLURM says of a job that needed more than it had asked for, and what to ask for.
MORE = {
    r"memory limit|OUT_OF_MEMORY|oom.kill": ("memory", "mem_mb"),
    r"DUE TO TIME LIMIT|'TIMEOUT'": ("time", "runtime"),
}


def advice(logs: list[str]) -> list[str]:
    """What to do about a failed run, by Snakemake's logs of it; empty where nothing can be said."""
    there = [path for path in map(Path, logs) if path.is_file()]
    words = "".join(path.read_text(encoding="utf-8", errors="replace") for path in there)
    return [
        f"revertome: a job ran out of {what}; where two further attempts, with twice as much each, "
        f"did not help, request more (`--set-resources RULE:{name}=...`, RULE as named above) and "
        "give the same command again"
        for sign, (what, name) in MORE.items()
        if re.search(sign, words)
    ]


def check_results(folder: Path) -> None:
    """Meet a results folder that cannot be written at the door.

    Raises
    ------
    StudyError
        Naming the folder and the reason.
    """
    there = next(path for path in (folder, *folder.absolute().parents) if path.exists())
    try:
        with tempfile.TemporaryFile(dir=there):
            pass
    except OSError as error:
        raise StudyError(
            f"configuration: results: {folder}: cannot be written ({error.strerror}); "
            "name another folder"
        ) from error
