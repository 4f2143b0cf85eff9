"""The working folder of a run: can it be written, and does a killed run still hold its lock?"""

import fcntl
import os
import shutil
import tempfile
from base64 import urlsafe_b64decode
from pathlib import Path

from revertome.errors import StudyError

HELD: list[int] = []  # open for the life of the process; the kernel lets go when it dies


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
