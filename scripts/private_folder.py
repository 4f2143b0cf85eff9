"""The folder of identifiers: for its owner alone, and in no repository."""

import os
import stat
from contextlib import suppress
from pathlib import Path
from typing import TextIO

from revertome.errors import StudyError

OWN = {".tsv", ".log"}  # what this workflow writes there
HEADER = ("kind", "identifier", "code")


def check_private(folder: Path, results: Path) -> None:
    """Meet a folder that would not keep identifiers to its owner at the door; changes nothing.

    Raises
    ------
    StudyError
        Naming what is wrong with it and what to do.
    """
    there = [path for path in (folder.resolve(), *folder.resolve().parents) if path.exists()]
    # By what they are and not by their names: a file system may take `Results` for `results`.
    if results.exists() and any(path.samefile(results) for path in there):
        raise StudyError(
            "configuration: private: it lies in the results folder, which is handed on; name a "
            "folder outside"
        )
    if not folder.exists():
        return
    if not folder.is_dir():
        raise StudyError("configuration: private: it is a file; name a folder")
    found = folder.stat()
    if os.geteuid() not in (0, found.st_uid):
        raise StudyError(
            "configuration: private: the folder is another user's; name one of your own"
        )
    if stat.S_IMODE(found.st_mode) & 0o077 and not _is_ours(folder):
        raise StudyError(
            "configuration: private: others have access to this folder, and it holds more than "
            "tables of codes; take it from them (`chmod 700` on the folder), or name a folder "
            "that does not exist yet"
        )
    links = [path for path in folder.iterdir() if path.suffix in OWN and path.is_symlink()]
    if links:
        raise StudyError(
            "configuration: private: the folder holds a link in place of a table of codes or a "
            "log; put the file itself there"
        )


def _is_ours(folder: Path) -> bool:
    """Whether nothing is in a folder but what this workflow writes there."""
    return all(map(_is_own, folder.iterdir()))


def _is_own(path: Path) -> bool:
    """Whether a file is a table of codes, a log or the list of what git ignores."""
    if path.suffix != ".tsv":
        return path.is_file() and (path.suffix in OWN or path.name == ".gitignore")
    try:
        with path.open(encoding="utf-8") as file:
            return file.readline().rstrip("\n") in ("", "\t".join(HEADER))
    except (OSError, UnicodeDecodeError):
        return not path.exists()  # one that was being written beside this


def private_folder(folder: Path, results: Path) -> None:
    """Make the folder, or take rights from others where it holds nothing but our own files.

    Raises
    ------
    StudyError
        Where it would not keep identifiers to its owner.
    """
    check_private(folder, results)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        folder.chmod(0o700)
        for path in filter(_is_own, folder.iterdir()):
            with suppress(FileNotFoundError):  # of another study, renamed by now
                path.chmod(0o600)
        if not (folder / ".gitignore").exists():
            with open_private(folder / ".gitignore") as file:
                file.write("# Identifiers of people: in no repository.\n*\n")
    except OSError as error:
        raise StudyError(
            f"configuration: private: the folder cannot be written ({error.strerror}); name another"
        ) from error
    if stat.S_IMODE(folder.stat().st_mode) & 0o077:
        raise StudyError(
            "configuration: private: on this file system every user can read the folder; name one "
            "on another"
        )


def open_private(path: Path) -> TextIO:
    """Open a file for writing that its owner alone can read, whatever the umask; no link."""
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW, 0o600)
    os.fchmod(handle, 0o600)
    return os.fdopen(handle, "w", buffering=1, encoding="utf-8", newline="")
