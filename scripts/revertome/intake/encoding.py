"""Text files as people save them: UTF-8, UTF-16, and Windows-1252 where bytes are neither.

No byte is ever replaced: two names that differ in one letter would become one. Only how a letter is
composed, and characters that nobody can see, are made alike.
"""

import codecs
import io
import re
import unicodedata
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO, TextIO, cast

from revertome.errors import StudyError
from revertome.intake.foreign import refuse_foreign
from revertome.intake.unpacking import open_unpacked
from revertome.unseen import first_unseen, without_unseen
from revertome.worksheet_name import parted

# UTF-32 begins with the mark of UTF-16, so it is asked first.
MARKS = ((codecs.BOM_UTF32_LE, "utf-32"), (codecs.BOM_UTF32_BE, "utf-32"),
         (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))  # fmt: skip
FALLBACK = "cp1252"
LONGEST = 500_000_000  # characters of a sheet: annotations of features are the longest
SHOWN = 5  # letters that a note shows
# The no-break space of Windows-1252 beside the end of a cell, where it would be taken off. In
# encodings of DOS it is the last letter of a name (Lucá, Александра), without which it is another.
_SPACE, _HYPHEN = "\xa0", "\xad"
_AT_EDGE = re.compile(rb"(?:^|[\t,;\"'])[ \xa0]*\xa0|\xa0[ \xa0]*(?:$|[\t,;\"'\r\n])")


class PlainText(io.TextIOWrapper):
    """A text file whose letters are composed (NFC) and whose invisible characters are left out.

    `é` is one character on most machines and two on others; two spellings that look the same are
    the same.

    Attributes
    ----------
    left_out : dict
        Line in which each character that nobody sees was first, by its name.
    """

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        # Else it asks for 8 KB at a time, past the buffer of `open_unpacked`.
        self._CHUNK_SIZE = 1 << 17
        self.left_out, self.line = dict[str, int](), 0

    def readline(self, size: int = -1, /) -> str:  # type: ignore[override]
        """Next line."""
        return self._plain(super().readline(size))

    def read(self, size: int | None = -1, /) -> str:
        """All text, or so many characters."""
        return self._plain(super().read(size))

    def _plain(self, text: str) -> str:
        at, name = first_unseen(text)
        if name:
            self.left_out.setdefault(name, self.line + text.count("\n", 0, at) + 1)
        self.line += text.count("\n")
        return plain(text)

    def unseen(self) -> str:
        """Words on what was left out, if anything was."""
        said = ", ".join(f"{name} in line {line}" for name, line in self.left_out.items())
        return f"characters that cannot be seen are left out ({said})" if said else ""


@contextmanager
def saying_unseen(file: PlainText, path: str | Path) -> Iterator[PlainText]:
    """Close a file in the end, and say what was left out of it: names may differ in it alone."""
    try:
        with file:
            yield file
    except StudyError as error:
        raise StudyError(f"{error}; {file.unseen()}" if file.left_out else str(error)) from None
    if file.left_out:
        warnings.warn(
            f"{path}: {file.unseen()}; names that differ in them alone are one", stacklevel=4
        )


def plain(text: str) -> str:
    """Compose the letters of a text and leave out what cannot be seen."""
    if text.isascii():
        return text
    return unicodedata.normalize("NFC", without_unseen(text))


def read_whole(file: TextIO, path: str | Path) -> str:
    """All text of a sheet; stops where none is so long."""
    text = file.read(LONGEST + 1)
    if len(text) > LONGEST:
        raise StudyError(
            f"{path}: holds more than {LONGEST:,} characters, as no sheet does; is it the table of "
            "values?"
        )
    return text


def read_twice(text: str) -> str:
    """What a text was before it was saved as UTF-8, opened as Windows-1252 and saved again.

    Returns
    -------
    `é` of `Ã©`; empty where the text is not of that kind.
    """
    if text.isascii():
        return ""
    try:
        return text.encode(FALLBACK).decode("utf-8")
    except UnicodeError:
        return ""


def open_bytes(path: str | Path) -> BinaryIO:
    """Open a plain or gzipped file, told by its first bytes.

    Raises
    ------
    StudyError
        When it is absent or cannot be read; while reading, when it unpacks to too much.
    """
    file_path, _ = parted(path)
    try:
        with Path(file_path).open("rb") as file:
            zipped = file.read(2) == b"\x1f\x8b"
    except OSError as error:
        raise StudyError(
            f"{path}: {error.strerror}; paths in the study file are relative to the working "
            "directory"
        ) from None
    return open_unpacked(file_path, path) if zipped else Path(file_path).open("rb")


def encoding_of(path: str | Path) -> str:
    """Encoding by the byte-order mark; UTF-8 without one.

    Raises
    ------
    StudyError
        When the file is an object of R or another program's, or begins with zero
        bytes, which no text in UTF-8 or Windows-1252 has.
    """
    with open_bytes(path) as file:
        head = file.read(512)
    for mark, name in MARKS:
        if head.startswith(mark):
            return name
    refuse_foreign(path, head)
    if b"\0" in head[:64]:
        raise StudyError(
            f"{path}: is no text in UTF-8 (it holds zero bytes, as a binary file does, or UTF-16 "
            "without a byte-order mark); save it as UTF-8"
        )
    return "utf-8-sig"


class Fallback:
    """Decodes the bytes of one file that are no UTF-8 as Windows-1252, and remembers them.

    Attributes
    ----------
    errors : str
        Name of the handler, for `open`.
    letters : list of str
        What the bytes were decoded to.
    """

    def __init__(self, path: str | Path) -> None:
        self.path, self.letters = path, list[str]()
        self.errors = f"revertome {path}"
        codecs.register_error(self.errors, cast(Callable[..., tuple[str, int]], self._decode))

    def _decode(self, error: UnicodeDecodeError) -> tuple[str, int]:
        wrong = error.object[error.start : error.end]
        if error.encoding.startswith(("utf-16", "utf-32", "utf16", "utf32")):
            raise StudyError(f"{self.path}: ends within a character of its {error.encoding}")
        try:
            letters = wrong.decode(FALLBACK)
        except UnicodeDecodeError as unknown:
            byte = wrong[unknown.start]
            line = self._line(re.compile(re.escape(bytes([byte]))))
            raise StudyError(
                f"{self.path}: line {line} holds the byte 0x{byte:02x}, which "
                "is neither UTF-8 nor Windows-1252; save the file as UTF-8 text"
            ) from None
        if _HYPHEN in letters:
            line = self._line(re.compile(_HYPHEN.encode(FALLBACK)))
            raise StudyError(
                f"{self.path}: line {line} holds the byte 0xad, which nobody sees in Windows-1252 "
                "and is a letter in other encodings; save the file as UTF-8 text"
            )
        self.letters.append(letters)
        return letters, error.end

    def note(self) -> None:
        """Warn of what was assumed, if anything was.

        Raises
        ------
        StudyError
            When a byte that may be a letter would be taken for the space around a cell.
        """
        if not self.letters:
            return
        if _SPACE in "".join(self.letters) and (line := self._line(_AT_EDGE)):
            raise StudyError(
                f"{self.path}: line {line} holds the byte 0xa0 at the end of a cell, which is a "
                "space in Windows-1252 and a letter in other encodings (á of DOS); save the file "
                "as UTF-8 text"
            )
        seen = ", ".join(dict.fromkeys("".join(self.letters)))
        shown = seen if len(seen) <= 3 * SHOWN else f"{seen[: 3 * SHOWN - 2]} and others"
        warnings.warn(
            f"{self.path}: is not all UTF-8; what is not was read as Windows-1252 ({shown}, from "
            f"line {self._line()} on). Another one-byte encoding would fit as well: check the "
            "letters, or save the file as UTF-8",
            stacklevel=4,
        )

    def _line(self, found: re.Pattern[bytes] = re.compile(b"")) -> int:
        """First line that is no UTF-8, and holds these bytes; 0 if there is none."""
        with open_bytes(self.path) as file:
            for number, line in enumerate(file, 1):
                if found.search(line) and "\ufffd" in line.decode("utf-8", "replace"):
                    return number
        return 0
