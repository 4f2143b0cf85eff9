"""Compressed files and archives from elsewhere: whole, of sane size, and confined."""

import shutil
import tarfile
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path, PurePosixPath
from typing import Any

from revertome.errors import StudyError

LARGEST = 32 << 30  # bytes unpacked: 450,000 probes x 4,000 samples
RATIO = 300  # tables of numbers shrink 2 to 40 times
SPARED = 256 << 20  # bytes unpacked below which the ratio is not looked at
MOST_MEMBERS = 50_000


def check_gzip(path: Path, source: str, advice: str) -> None:
    """Read a gzip file to its end.

    Raises
    ------
    StudyError
        It is no gzip file, cut, damaged, or unpacks to more than a table ever would.
    """
    packed = path.stat().st_size
    size = 0
    try:
        with path.open("rb") as file:
            for block in unpacked(file.read):
                size += len(block)
                if size > LARGEST or (size > SPARED and size > RATIO * packed):
                    raise StudyError(
                        f"{source}: unpacks to more than {size >> 20} MB from {packed >> 10} kB, "
                        f"as no table does; {advice}"
                    )
    except zlib.error:
        raise StudyError(f"{source}: what came is no complete gzip file; {advice}") from None


def unpacked(read: Callable[[int], bytes]) -> Iterator[bytes]:
    """Unpack a gzip stream of one or more members, block by block.

    Raises
    ------
    zlib.error
        No gzip stream, or one that was cut.
    """
    unpacker: Any = zlib.decompressobj(31)
    rest = b""
    while rest := rest or read(1 << 16):
        if unpacker.eof:
            if not rest.strip(b"\0"):
                rest = b""  # padding
                continue
            unpacker = zlib.decompressobj(31)
        yield unpacker.decompress(rest, 1 << 22)
        rest = unpacker.unused_data if unpacker.eof else unpacker.unconsumed_tail
    if not unpacker.eof:
        raise zlib.error("cut")


def unpack_tar(path: Path) -> Path:
    """Unpack a tar archive (GEO's `GSE..._RAW.tar`) into a folder beside it.

    Only regular files are taken, none from outside the folder; the folder appears when it is whole.

    Raises
    ------
    StudyError
        A damaged archive, a member that points elsewhere, too many or too large.
    """
    folder = path.with_name(path.name.partition(".tar")[0])
    if folder.is_dir():
        return folder
    temporary = path.with_name(f".{folder.name}.unpacking")
    shutil.rmtree(temporary, ignore_errors=True)
    try:
        with tarfile.open(path) as archive:
            _extract(archive, temporary, path)
    except (tarfile.TarError, EOFError, zlib.error, OSError) as error:
        shutil.rmtree(temporary, ignore_errors=True)
        raise StudyError(f"{path}: no whole tar archive ({error}); fetch it again") from None
    except StudyError:
        shutil.rmtree(temporary, ignore_errors=True)
        raise
    temporary.replace(folder)
    return folder


def _extract(archive: tarfile.TarFile, folder: Path, path: Path) -> None:
    folder.mkdir(parents=True)
    size = 0
    for count, member in enumerate(archive, start=1):
        if member.isdir():
            continue
        name = PurePosixPath(member.name)
        if not member.isfile() or name.is_absolute() or ".." in name.parts:
            raise StudyError(
                f"{path}: member '{member.name}' is a link or lies outside the archive's folder; "
                "do not use this archive"
            )
        size += member.size
        if size > LARGEST or count > MOST_MEMBERS:
            raise StudyError(f"{path}: more than {size >> 20} MB or {count} files; not unpacked")
        target = folder.joinpath(*name.parts)
        target.parent.mkdir(parents=True, exist_ok=True)
        content = archive.extractfile(member)
        if content is not None:
            with target.open("wb") as file:
                shutil.copyfileobj(content, file)
