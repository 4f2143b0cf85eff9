"""Checksums of a cache folder, kept as `sha256sum` writes and checks them."""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from revertome.errors import StudyError

MANIFEST = "SHA256SUMS"


def sha256(path: Path) -> str:
    """Hexadecimal sha256 of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def check(path: Path, stated: str | None = None) -> str:
    """Compare a cached file with its recorded checksum, and with the stated one.

    A file that is not recorded yet (put there by hand) is recorded.

    Returns
    -------
    Its sha256.

    Raises
    ------
    StudyError
        The file is not the one recorded or stated.
    """
    found = sha256(path)
    if stated and found != stated.lower():
        raise StudyError(
            f"{path}: its sha256 is {found}, intake.sha256 says {stated.lower()}; it is another "
            "version or damaged: remove it to fetch it again, or correct intake.sha256"
        )
    known = _read(path.parent).get(path.name)
    if known is None:
        with suppress(OSError), locked(path.parent):
            record(path, found)
    elif known != found:
        raise StudyError(
            f"{path}: its sha256 is {found}, {path.parent / MANIFEST} has {known}; it was changed "
            f"or damaged: remove it to fetch it again, or its line in {MANIFEST} to keep it"
        )
    return found


def record(path: Path, found: str) -> None:
    """Write a file's checksum into the manifest of its folder, which is locked."""
    sums = {**_read(path.parent), path.name: found}
    text = "".join(f"{value}  {name}\n" for name, value in sorted(sums.items()))
    temporary = path.parent / f".{MANIFEST}.new"
    temporary.write_text(text, encoding="utf-8")
    temporary.replace(path.parent / MANIFEST)


def _read(folder: Path) -> dict[str, str]:
    manifest = folder / MANIFEST
    if not manifest.is_file():
        return {}
    lines = manifest.read_text(encoding="utf-8").splitlines()
    pairs = [line.split(maxsplit=1) for line in lines if line.strip()]
    return {pair[1].removeprefix("*"): pair[0] for pair in pairs if len(pair) == 2}


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Hold a cache folder, so that studies that run at once fetch a file once."""
    import fcntl

    folder.mkdir(parents=True, exist_ok=True)
    with (folder / ".lock").open("w") as file:
        with suppress(OSError):  # a file system without locks
            fcntl.flock(file, fcntl.LOCK_EX)
        yield
