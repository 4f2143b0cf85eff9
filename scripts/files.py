"""Writing of files so that a killed run leaves no half-written one behind, and their checksums.

Every file is written under a temporary name and renamed. Imports nothing heavy.
"""

import errno
import hashlib
import os
import re
import socket
import stat
import time
from collections.abc import Callable, Iterable
from functools import cache
from pathlib import Path
from typing import Any

from revertome.errors import PassingError

SMALL = {"below": 0}  # `suppress_below` of the job at work, for the tables that it writes


def write(path: str | Path, save: Callable[[Path], Any]) -> None:
    """Call `save` with a temporary path beside `path`, then rename it into place."""
    target = Path(path)
    target.parent.mkdir(parents=True, exist_ok=True)
    for left in _temporaries(target):
        left.unlink(missing_ok=True)
    # Jobs on two nodes may share a process number.
    mark = f"{os.getpid()}-{socket.gethostname()}"
    temporary = target.with_name(f".{target.stem}.{mark}{target.suffix}")
    try:
        save(temporary)
        # On the disk before it has its name: a node that is lost leaves the whole file or none.
        with temporary.open("rb+") as file:
            os.fsync(file.fileno())
        temporary.replace(target)
    except OSError as error:
        raise _as_exception(error, target) from error
    finally:
        temporary.unlink(missing_ok=True)


def _temporaries(target: Path) -> list[Path]:
    """Temporary files that a killed job left beside `target`, not those of a job at work."""
    form = rf"\.{re.escape(target.stem)}\.(\d+)-(.*){re.escape(target.suffix)}"
    found = ((path, re.fullmatch(form, path.name)) for path in target.parent.iterdir())
    return [path for path, match in found if match and not _at_work(path, int(match[1]), match[2])]


def _at_work(path: Path, process: int, host: str) -> bool:
    """Whether the process that writes a temporary file may still live.

    A job of a killed run may work on, on another node, where its process cannot be seen; a file
    that is being written is touched more often than once an hour.
    """
    try:
        if host != socket.gethostname():
            return time.time() - path.stat().st_mtime < 3600
        os.kill(process, 0)  # no signal, only whether one could be sent
    except (ProcessLookupError, FileNotFoundError, OverflowError):
        return False
    except PermissionError:  # of another user
        return True
    return True


REASONS = {
    errno.ENOSPC: "the disk is full; free some space",
    errno.EDQUOT: "the disk quota is used up; free some space",
    errno.EROFS: "the file system is read-only; choose another folder (--directory, or `results`)",
    errno.EACCES: "permission denied; choose another folder (--directory, or `results`)",
}


def _as_exception(error: OSError, target: Path) -> Exception:
    """Give the fault of a disk in words; HDF5 hides the error number in its message."""
    hidden = re.search(r"errno = (\d+)", str(error))
    code = error.errno or (int(hidden.group(1)) if hidden else 0)
    if code not in REASONS:
        return error
    return PassingError(
        f"{target}: cannot be written: {REASONS[code]} and give the same command again; "
        "no half-written file was kept"
    )


def write_text(text: str, path: str | Path) -> None:
    """Write UTF-8 text."""
    write(path, lambda p: p.write_text(text, encoding="utf-8"))


def write_bytes(content: bytes, path: str | Path) -> None:
    """Write bytes."""
    write(path, lambda p: p.write_bytes(content))


def sha256(path: str | Path) -> str:
    """Return the checksum of one file; a process reads a file that did not change only once."""
    about = Path(path).stat()
    return _sha256(str(path), about.st_ino, about.st_size, about.st_mtime_ns, about.st_ctime_ns)


def seen(path: str | Path) -> str | None:
    """Checksum of an ordinary file; None where there is none, empty where it cannot be read."""
    try:
        # A pipe would keep its reader waiting.
        return sha256(path) if stat.S_ISREG(Path(path).stat().st_mode) else None
    except OSError as error:
        return None if error.errno in (errno.ENOENT, errno.ENOTDIR, errno.ELOOP) else ""


@cache
def _sha256(path: str, *about: int) -> str:
    with Path(path).open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def each_file(paths: Iterable[str | Path]) -> list[Path]:
    """Files, those of a folder one by one."""
    found = [sorted(p.rglob("*")) if p.is_dir() else [p] for p in map(Path, paths)]
    return [file for files in found for file in files if not file.is_dir()]
