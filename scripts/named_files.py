"""Files and folders that a configuration names: spelled as a path, there, and able to be read.

A pipe or a device as input keeps a job waiting for ever; Snakemake takes braces for wildcards and
`~` for the name of a folder.
"""

import os
import re
import stat
from collections.abc import Iterable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from revertome.errors import StudyError
from revertome.near_names import nearest
from revertome.study_file import MOST_CHARACTERS, read
from revertome.study_words import INPUTS, OUTPUTS, paths_of
from revertome.unseen import unseen
from revertome.worksheet_name import parted

KINDS = {
    stat.S_IFIFO: "a pipe", stat.S_IFSOCK: "a socket", stat.S_IFCHR: "a device",
    stat.S_IFBLK: "a device",
}  # fmt: skip
SYSTEM = re.compile(r"/(?:dev(?!/shm/)|proc|sys)/")
SHELL = re.compile(r"~|.*\$[\w({]", re.DOTALL)
LONGEST_NAME, LONGEST_PATH = 255, 4095
BESIDE = 60  # bytes that names of temporary files and of Snakemake's records have more


def check_paths(config: Mapping[str, Any], home: Path) -> None:
    """Check how paths are spelled, before Snakemake makes anything of them.

    Parameters
    ----------
    config : mapping
        As read; what is no path yet is the schema's to tell.
    home : Path
        Folder of the workflow.

    Raises
    ------
    StudyError
        Naming the key, the path and what to write.
    """
    _refuse_braces(str(home), "the folder of the workflow")
    for key, path in paths_of(config, (*INPUTS, *OUTPUTS)).items():
        where = f"configuration: {key}"
        if path != path.strip() or "\n" in path:
            raise StudyError(f"{where}: {path!r} begins or ends with a blank, or has a line break")
        try:
            kind = Path(path).stat().st_mode
            if key in OUTPUTS and not stat.S_ISDIR(kind):
                raise StudyError(f"{where}: {path!r} is no folder; name a folder, or a new one")
        except FileNotFoundError:
            if SHELL.match(path):
                raise StudyError(
                    f"{where}: {path!r} is not there: ~ and variables are of the shell, and stay "
                    "as they are in a study file; write the whole path"
                ) from None
        except OSError as error:
            raise StudyError(
                f"{where}: {path[:100]!r}: {(error.strerror or '').lower()}; give another path"
            ) from None
        _refuse_braces(path, where)


def _refuse_braces(path: str, where: str) -> None:
    if "{" in path or "}" in path:
        raise StudyError(f"{where}: {path!r} has braces, Snakemake's sign of a wildcard; rename it")


def check_file(path: str, key: str, folder: bool = False) -> None:
    """Check that an input is a file that can be read now.

    Parameters
    ----------
    path : str
        As the study file names it, with or without a worksheet.
    key : str
        Key of the study file.
    folder : bool
        Whether a folder will do; then what is in it is checked too.

    Raises
    ------
    StudyError
        Naming the key, the path, what it is, and what to do.
    """
    file = Path(parted(path)[0])
    try:
        kind = file.stat()
    except OSError as error:
        raise StudyError(f"{_absent(file, error)}: {key}: {path}{_hint(file)}") from None
    if stat.S_ISDIR(kind.st_mode) and folder:
        _check_folder(file, key)
        return
    _refuse_kind(file, kind, key)


def _refuse_kind(file: Path, kind: os.stat_result, key: str) -> None:
    what = KINDS.get(stat.S_IFMT(kind.st_mode), "")
    if what or SYSTEM.match(f"{file.absolute()}"):
        raise StudyError(
            f"{key}: {file} is {what or 'a file of the system itself'}, which cannot be read twice;"
            " write its content to an ordinary file and name that"
        )
    if stat.S_ISDIR(kind.st_mode):
        raise StudyError(f"{key}: {file} is a folder; name a file in it")
    if not os.access(file, os.R_OK):
        raise StudyError(f"{key}: {file}: permission denied; have its owner let you read it")
    if kind.st_size == 0:
        raise StudyError(f"{key}: {file} is empty (0 bytes); name the file that was meant")


def _check_folder(folder: Path, key: str) -> None:
    """Stop at what no reader comes back from, and at names that Snakemake or a table cannot hold.

    Links to nothing and empty files are passed over.
    """
    if not os.access(folder, os.R_OK | os.X_OK):
        raise StudyError(f"{key}: {folder}: permission denied; have its owner let you read it")
    for item in sorted(folder.rglob("*")):
        with suppress(OSError):
            kind = item.stat()
            if stat.S_IFMT(kind.st_mode) in KINDS:
                _refuse_kind(item, kind, key)
            _refuse_braces(str(item), key)
            if unseen(item.name) or set("\t\r\n").intersection(item.name):
                raise StudyError(
                    f"{key}: the name {item.name!a} in {folder} has a character that cannot be "
                    "seen or is no UTF-8; rename the file"
                )


def _absent(file: Path, error: OSError) -> str:
    if isinstance(error, FileNotFoundError):
        return "a link to no file" if file.is_symlink() else "no such file"
    return (error.strerror or "cannot be read").lower()


def _hint(file: Path) -> str:
    """What may have been meant by a path that leads nowhere."""
    if "\\" in str(file):
        return "; write / where Windows writes \\"
    try:
        there = [each.name for each in file.parent.iterdir()]
    except OSError:
        there = []
    near = ", ".join(map(ascii, nearest(file.name, there)))
    more = f" (nearest in its folder: {near})" if near else ""
    return f"{more}; correct the path in the study's YAML"


def read_written(path: str | Path, key: str) -> Any:
    """Content of a YAML file that people wrote, see `revertome.study_file.read`."""
    check_file(str(path), key)
    file = Path(path)
    if file.stat().st_size > 4 * MOST_CHARACTERS:
        raise StudyError(f"{key}: {path}: {file.stat().st_size:,} bytes are no file of people")
    try:
        return read(file.read_text("utf-8-sig"), str(path))
    except UnicodeDecodeError as error:
        line = error.object.count(b"\n", 0, error.start) + 1
        raise StudyError(f"{path}: line {line} is not UTF-8; save the file as UTF-8") from None


def refuse_twice(folders: Mapping[str, str]) -> None:
    """Stop where two studies of a comparison are one folder, whatever path leads to it.

    Raises
    ------
    StudyError
        Naming both.
    """
    seen: dict[str, str] = {}
    for name, folder in folders.items():
        if (other := seen.setdefault(os.path.realpath(folder), name)) != name:
            raise StudyError(
                f"compare: {other} and {name} are one folder, {folder}; a study compared with "
                "itself says nothing: name another folder, or leave one of them out"
            )


def refuse_long_names(paths: Iterable[str]) -> None:
    """Stop where a result would have a name that no disk takes, before anything is computed.

    Raises
    ------
    StudyError
        Naming the file.
    """
    for path in paths:
        longest = max(Path(path).parts, key=lambda part: len(os.fsencode(part)), default="")
        whole = len(os.fsencode(Path(path).absolute()))
        if len(os.fsencode(longest)) + BESIDE > LONGEST_NAME or whole + BESIDE > LONGEST_PATH:
            raise StudyError(
                f"configuration: {path[:99]}...: this name of a result is too long for a disk; "
                "give shorter names to the study, its folders, contrasts and collections"
            )
