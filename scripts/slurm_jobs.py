"""Jobs that a killed run left in SLURM."""

import os
import shutil
import subprocess
import sys
import time


def cancel_jobs(name: str, patience: float = 60.0) -> None:
    """Cancel the jobs that a killed run left in SLURM, and wait for their end.

    Left alone they would work on, and one that waits in the queue would begin by removing what it
    is to write.
    """
    if shutil.which("squeue") is None:
        return
    cancelled: set[str] = set()
    end = time.monotonic() + patience
    while (left := _jobs(name)) and time.monotonic() < end:
        if not left <= cancelled:
            cancelled |= left
            numbers = sorted(left)
            print("revertome: cancelling the jobs of an earlier run:", *numbers, file=sys.stderr)
            subprocess.run(["scancel", *numbers], capture_output=True, check=False)
        time.sleep(0.5)


def _jobs(name: str) -> set[str]:
    """Numbers of the user's jobs in SLURM, waiting or at work, of one name."""
    ask = ["squeue", "--noheader", f"--user={os.getuid()}", f"--name={name}", "--format=%i"]
    done = subprocess.run(ask, capture_output=True, text=True, check=False)
    return set(done.stdout.split())
