"""The parts of a workbook's zip file, looked over before anything unpacks them into memory."""

import io
import re
import zipfile
import zlib
from typing import Any

from revertome.errors import StudyError
from revertome.intake.unpacking import Allowance

_LARGEST = 2 << 30  # bytes unpacked: 30 million cells
_MOST_PARTS = 10_000
_LOCAL = 30  # bytes of a local header without its name and extra field
_STEP = 1 << 22
# A number of things that is said before they come, for which readers make room: each takes a byte
# at least. With room for 4 billion words the reader in Rust ends the process.
_COUNT = re.compile(rb"[Cc]ount\s*=\s*[\"'](\d+)")
_ADVICE = "open it in a spreadsheet program and save the sheet as CSV or TSV"


def names_of_parts(content: bytes, path: str) -> list[str]:
    """Names of the parts, each of which unpacks to what the file says, and to no end of it.

    Raises
    ------
    StudyError
        More than any workbook holds.
    zipfile.BadZipFile, zlib.error
        A damaged file, parts that overlap, or that are longer than they are said to be.
    """
    with zipfile.ZipFile(io.BytesIO(content)) as file:
        parts = file.infolist()
    if len(parts) > _MOST_PARTS:
        raise StudyError(f"{path}: holds {len(parts)} files, as no workbook does; {_ADVICE}")
    allowance = Allowance(len(content), path, _ADVICE, _LARGEST)
    end = 0
    for part in sorted(parts, key=lambda each: each.header_offset):
        if part.header_offset < end:
            raise zipfile.BadZipFile("parts overlap")
        end = _check(content, part, allowance)
    return [part.filename for part in parts]


def _check(content: bytes, part: zipfile.ZipInfo, allowance: Allowance) -> int:
    """Unpack a part piece by piece, keeping nothing; returns where it ends."""
    at = part.header_offset
    name, extra = (int.from_bytes(content[at + n : at + n + 2], "little") for n in (26, 28))
    start = at + _LOCAL + name + extra
    end = start + part.compress_size
    if end > len(content):
        raise zipfile.BadZipFile("cut")
    if part.compress_type == zipfile.ZIP_DEFLATED:
        size, crc = _unpacked(content[start:end], part.file_size, allowance)
    elif part.compress_type == zipfile.ZIP_STORED:
        allowance.take(part.compress_size)
        size, crc = part.compress_size, zlib.crc32(content[start:end])
        _refuse_counts(content[start:end], size)
    else:
        raise zipfile.BadZipFile("packed in a way that workbooks are not")
    if size != part.file_size or crc != part.CRC:
        raise zipfile.BadZipFile("a part is not what the file says of it")
    return end


def _unpacked(packed: bytes, most: int, allowance: Allowance) -> tuple[int, int]:
    """Size and checksum of what was packed; no count in it is beyond `most`."""
    unpacker: Any = zlib.decompressobj(-15)
    size, crc, tail = 0, 0, b""
    while not unpacker.eof:
        block = unpacker.decompress(packed, _STEP)
        packed = unpacker.unconsumed_tail
        if not block and not packed:
            break
        _refuse_counts(tail + block, most)
        tail = block[-_LOCAL:]
        size, crc = size + len(block), zlib.crc32(block, crc)
        allowance.take(len(block))
    if not unpacker.eof:
        raise zlib.error("cut")
    return size, crc


def _refuse_counts(block: bytes, most: int) -> None:
    if any(int(found[:20]) > most for found in _COUNT.findall(block)):
        raise zipfile.BadZipFile("a count beyond what the part can hold")
