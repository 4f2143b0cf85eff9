"""Whole files as bytes, and the numbers and words in them."""

import struct
import zlib
from pathlib import Path
from typing import Any

import numpy as np

from revertome.errors import StudyError
from revertome.intake.encoding import open_bytes

LARGEST = 2 << 30  # bytes: text layouts of exon arrays have a half


def read_bytes(path: str | Path) -> bytes:
    """Read a plain or gzipped file (told by its first bytes).

    Raises
    ------
    StudyError
        The file is absent, unreadable, a gzip file that was cut or damaged, or larger than any
        array or layout.
    """
    try:
        with open_bytes(path) as file:
            content = file.read(LARGEST + 1)
    except (EOFError, OSError, zlib.error):
        raise StudyError(f"{path}: the gzip file is cut or damaged; fetch it again") from None
    if len(content) > LARGEST:
        raise StudyError(
            f"{path}: holds more than {LARGEST >> 20} MB, as no array or layout does; is it "
            "another file?"
        )
    return content


class Bytes:
    """A position in a file, moved on by what is read.

    Parameters
    ----------
    content : bytes
        The whole file.
    path : str
        Its name, for messages.
    order : str
        Byte order, `<` or `>`.
    """

    def __init__(self, content: bytes, path: str, order: str) -> None:
        self.content, self.path, self.order, self.at = content, path, order, 0

    def _move(self, size: int) -> int:
        """Step over `size` bytes; returns where they begin."""
        start, self.at = self.at, self.at + size
        if size < 0 or start < 0 or self.at > len(self.content):
            raise StudyError(
                f"{self.path}: the file is cut or damaged (byte {max(start, 0)} of "
                f"{len(self.content)}); get it again"
            )
        return start

    def numbers(self, form: str) -> tuple[Any, ...]:
        """Read numbers by a `struct` format, unpadded."""
        form = self.order + form
        return struct.unpack_from(form, self.content, self._move(struct.calcsize(form)))

    def whole(self, count: int) -> list[int]:
        """Read so many whole numbers of 32 bits, signed."""
        return [int(n) for n in self.records([("n", "i4")], count)["n"]]

    def number(self, form: str) -> int:
        """Read one whole number."""
        return int(self.numbers(form)[0])

    def text(self, size: int | None = None) -> str:
        """Read text of `size` bytes, or of a size that stands before it; ends at a zero byte."""
        size = self.number("i") if size is None else size
        start = self._move(size)
        return self.content[start : start + size].partition(b"\0")[0].decode("latin-1")

    def wide(self) -> str:
        """Read UTF-16 text that stands after the number of its characters."""
        size = 2 * self.number("i")
        start = self._move(size)
        encoding = "utf-16-be" if self.order == ">" else "utf-16-le"
        return self.content[start : start + size].decode(encoding, "replace").partition("\0")[0]

    def raw(self) -> bytes:
        """Read bytes that stand after their number."""
        size = self.number("i")
        start = self._move(size)
        return self.content[start : start + size]

    def records(self, fields: list[tuple[str, str]], count: int) -> np.ndarray[Any, Any]:
        """Read `count` records of packed fields (name, NumPy type)."""
        kind = np.dtype([(name, self.order + form) for name, form in fields])
        start = self._move(kind.itemsize * count)
        return np.frombuffer(self.content, kind, count, start)
