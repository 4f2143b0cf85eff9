"""Jobs that killed runs left in SLURM."""

import os
import subprocess
import sys
import time
from collections.abc import Collection
from contextlib import suppress

import psutil

from revertome.errors import StudyError

PATIENCE = 180.0  # SLURM kills after 30 s what does not end, where the site has not set it longer


def cancel_jobs(names: Collection[str], patience: float | None = None) -> None:
    """Cancel the jobs that killed runs left in SLURM, and wait for their end.

    A job that is cancelled removes what its group has made, as its last act. What is planned
    before that end counts on files that will be gone.

    Parameters
    ----------
    names
        Names of the jobs; those of one run share a name.
    patience
        Seconds to wait for their end.

    Raises
    ------
    StudyError
        When jobs do not end, or SLURM does not say whether there are any.
    """
    if not names:
        return
    patience = PATIENCE if patience is None else patience
    _end_submissions(names)
    cancelled: set[str] = set()
    end = time.monotonic() + patience
    while (left := _jobs(names)) != set():
        if left and not left <= cancelled:
            cancelled |= left
            numbers = sorted(left)
            print("revertome: cancelling the jobs of an earlier run:", *numbers, file=sys.stderr)
            subprocess.run(["scancel", *numbers], capture_output=True, check=False)
        if time.monotonic() >= end:
            raise StudyError(_refusal(left, patience))
        time.sleep(0.5)


def say_jobs(names: Collection[str]) -> None:
    """Say in a dry run what is still at work; nothing is cancelled."""
    left = _jobs(names) if names else set()
    if left is None:
        print(f"revertome: {NO_ANSWER}", file=sys.stderr)
    elif left:
        print(
            "revertome: jobs of an earlier run are still in SLURM:", *sorted(left),
            "(a run cancels them first; this dry run cancels nothing, and what they make or remove "
            "from now on is not in its plan)", file=sys.stderr,
        )  # fmt: skip


NO_ANSWER = (
    "an earlier run here had jobs in SLURM, and `squeue` does not say whether they have ended"
)


def _refusal(left: set[str] | None, patience: float) -> str:
    if left is None:
        return f"{NO_ANSWER}; give the same command again where and when it does"
    numbers = ", ".join(sorted(left))
    return (
        f"the jobs of an earlier run ({numbers}) have not ended {patience:.0f} s after they were "
        f"cancelled; look at them with `squeue --jobs={numbers.replace(', ', ',')}`, and give the "
        "same command again when they are gone"
    )


def _jobs(names: Collection[str]) -> set[str] | None:
    """Numbers of the user's jobs in SLURM that have not ended; None where it does not answer."""
    name = ",".join(sorted(names))
    ask = ["squeue", "--noheader", f"--user={os.getuid()}", f"--name={name}", "--format=%i"]
    try:
        done = subprocess.run(ask, capture_output=True, text=True, check=False, timeout=60)
    except (OSError, subprocess.TimeoutExpired):
        return None
    return None if done.returncode else set(done.stdout.split())


def _end_submissions(names: Collection[str]) -> None:
    """End what a killed run was about to submit: its `sbatch` lives on while SLURM is busy."""
    found = []
    for process in psutil.process_iter():
        with suppress(psutil.Error):
            line = " ".join(process.cmdline())
            if "sbatch" in line and any(name in line for name in names):
                process.kill()
                found.append(process)
    if found:
        psutil.wait_procs(found, timeout=10)
        time.sleep(2)  # for what SLURM has taken from it, so that it is listed
