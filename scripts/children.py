"""Processes that a run started, and their end with it."""

import os
import time
from contextlib import suppress

import psutil


def end_children(patience=5.0):
    """End the processes that this one started, and theirs."""
    jobs = psutil.Process(os.getpid()).children(recursive=True)
    for job in jobs:
        with suppress(psutil.NoSuchProcess):
            job.terminate()
    end = time.monotonic() + patience
    while any(map(_alive, jobs)) and time.monotonic() < end:
        time.sleep(0.1)
    for job in filter(_alive, jobs):
        with suppress(psutil.NoSuchProcess):
            job.kill()


def _alive(process):
    try:
        return process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False
