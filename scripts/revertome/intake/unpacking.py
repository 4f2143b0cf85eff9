"""What may come out of a packed file: a small one that unpacks without end would fill the machine.

The size is counted while it comes, since what an archive says of itself may be wrong.
"""

import gzip
import io
from pathlib import Path
from typing import Any, BinaryIO

from revertome.errors import StudyError

LARGEST = 32 << 30  # bytes unpacked: 450,000 probes x 4,000 samples
RATIO = 300  # tables of numbers shrink 2 to 40 times
SPARED = 256 << 20  # bytes unpacked below which the ratio is not looked at
FETCH = "fetch it again, or unpack it and see what it is"


class Allowance:
    """Bytes that may come out of one packed file.

    Parameters
    ----------
    packed : int
        Its size.
    source, advice : str
        Its name and what to do, for the message.
    largest : int, optional
        Bytes beyond which no file of its kind goes.
    """

    def __init__(self, packed: int, source: str, advice: str = FETCH, largest: int = 0) -> None:
        self.packed, self.source, self.advice = packed, source, advice
        self.largest, self.size = largest or LARGEST, 0

    def take(self, size: int) -> None:
        """Count what came out.

        Raises
        ------
        StudyError
            More than a file of its size and kind holds.
        """
        self.size += size
        if self.size > self.largest or (self.size > SPARED and self.size > RATIO * self.packed):
            raise StudyError(
                f"{self.source}: unpacks to more than {self.size >> 20} MB from "
                f"{self.packed >> 10} kB, as no table does; {self.advice}"
            )


class _Unpacked(io.RawIOBase):
    """The contents of a gzip file, as far as its allowance goes."""

    def __init__(self, path: str | Path, allowance: Allowance) -> None:
        self.file = gzip.open(path, "rb")  # noqa: SIM115 (closed by `close`)
        self.allowance = allowance

    def readable(self) -> bool:
        """Reads only."""
        return True

    def readinto(self, buffer: Any, /) -> int:
        """Next bytes."""
        size = self.file.readinto(buffer)
        self.allowance.take(size)
        return size

    def close(self) -> None:
        """Close the file."""
        self.file.close()
        super().close()


def open_unpacked(path: str | Path, source: str | Path, largest: int = 0) -> BinaryIO:
    """Open a gzip file; reading stops in words where it unpacks to more than any file would.

    Parameters
    ----------
    path
        The file.
    source
        What to call it in messages.
    largest
        Bytes beyond which no file of its kind goes; those of a table of values by default.
    """
    allowance = Allowance(Path(path).stat().st_size, str(source), largest=largest)
    return io.BufferedReader(_Unpacked(path, allowance), 1 << 17)
