"""Compressed files and archives from elsewhere: whole, of sane size, and confined."""

import shutil
import tarfile
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path, PurePosixPath
from typing import Any, Self

from revertome.errors import StudyError
from revertome.intake.encoding import open_bytes
from revertome.intake.unpacking import Allowance

MOST_MEMBERS = 50_000
_KEPT_FREE = 1 << 30  # bytes of the disk that other work needs
_LONGEST_HEADER = 1 << 20  # bytes: long names, attributes of a file
_MEMBERS = {*tarfile.REGULAR_TYPES, tarfile.DIRTYPE}


def check_gzip(path: Path, source: str, advice: str) -> None:
    """Read a gzip file to its end.

    Raises
    ------
    StudyError
        It is no gzip file, cut, damaged, or unpacks to more than a table ever would.
    """
    allowance = Allowance(path.stat().st_size, source, advice)
    try:
        with path.open("rb") as file:
            for block in unpacked(file.read):
                allowance.take(len(block))
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


class _Header(tarfile.TarInfo):
    """A header that must be whole: `tarfile` takes a damaged or absent one for the end."""

    @classmethod
    def frombuf(cls, buf: bytes | bytearray, encoding: str, errors: str) -> Self:
        """Read a header; only a block of zeros is the end."""
        if len(buf) != tarfile.BLOCKSIZE:
            raise tarfile.ReadError("its end is missing")
        try:
            found = super().frombuf(buf, encoding, errors)
        except tarfile.InvalidHeaderError as error:  # type: ignore[attr-defined]
            raise tarfile.ReadError(str(error)) from None
        if found.size < 0 or (found.type not in _MEMBERS and found.size > _LONGEST_HEADER):
            raise tarfile.ReadError(f"a header of {found.size} bytes")
        return found


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
        # As a stream: nothing is sought, so that a packed archive is unpacked once.
        with (
            open_bytes(path) as file,
            tarfile.open(fileobj=file, mode="r|", tarinfo=_Header) as archive,
        ):
            _extract(archive, temporary, path)
    except (tarfile.TarError, EOFError, zlib.error, OSError, ValueError, OverflowError) as error:
        shutil.rmtree(temporary, ignore_errors=True)
        if isinstance(error, StudyError):
            raise
        raise StudyError(f"{path}: no whole tar archive ({error}); fetch it again") from None
    temporary.replace(folder)
    return folder


def _extract(archive: tarfile.TarFile, folder: Path, path: Path) -> None:
    folder.mkdir(parents=True)
    allowance = Allowance(path.stat().st_size, str(path), "do not use this archive")
    free = shutil.disk_usage(folder).free
    for count, member in enumerate(archive, start=1):
        if count > MOST_MEMBERS:
            raise StudyError(f"{path}: more than {MOST_MEMBERS} files and folders; not unpacked")
        if member.isdir():
            continue
        target = folder.joinpath(*_inside(member, path).parts)
        allowance.take(max(member.size, 0))
        if allowance.size > free - _KEPT_FREE:
            raise StudyError(
                f"{path}: unpacks to more than the {free >> 20} MB that are free in {path.parent}; "
                "make room, or set intake.cache to a folder on another disk"
            )
        target.parent.mkdir(parents=True, exist_ok=True)
        content = archive.extractfile(member)
        if content is not None:
            with target.open("xb") as file:
                shutil.copyfileobj(content, file)


def _inside(member: tarfile.TarInfo, path: Path) -> PurePosixPath:
    """The place of a member below the archive's folder."""
    name = PurePosixPath(member.name)
    plain = member.isreg() and not member.issparse()
    if not plain or name.is_absolute() or ".." in name.parts or not name.parts:
        raise StudyError(
            f"{path}: member {member.name!r} is a link or lies outside the archive's folder, or "
            "is no plain file; do not use this archive"
        )
    return name
