"""A result folder as it was received: its manifest and tables read, what it lacks noted.

Whatever is wrong is told in one sentence that names the study and the file.
"""

import json
import os
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pandas as pd

from disk import read_table
from files import seen
from revertome.compare.parts import Part
from revertome.compare.received import held, lacking, misspelled
from revertome.errors import StudyError

UNTOLD = 200  # characters of a title
FOREIGN = {
    b"\x1f\x8b": "is packed (gzip); unpack it",
    b"PK": "is a spreadsheet or an archive (zip); save the sheet as tab-separated text",
    b"\xd0\xcf\x11\xe0": "is a spreadsheet; save the sheet as tab-separated text",
    b"\xff\xfe": "is in UTF-16; save it as UTF-8",
    b"\xfe\xff": "is in UTF-16; save it as UTF-8",
}
AGAIN = "have the folder sent again"


class Received:
    """One result folder.

    Parameters
    ----------
    name
        Of the study in the comparison.
    folder
        Its result folder.
    own
        Configuration of the study that compares, whose manifest is not yet written; else None.

    Attributes
    ----------
    config
        As run.
    left_out
        What the folder lacks or what cannot be used, in phrases.
    changed
        Files that were read and are not those of its manifest.

    Raises
    ------
    StudyError
        Where the folder holds no study.
    """

    def __init__(self, name: str, folder: Path, own: Mapping[str, Any] | None = None) -> None:
        self.name, self.folder = name, folder
        self.left_out: list[str] = []
        self.changed: list[str] = []
        with self.saying():
            if not folder.is_dir():
                raise StudyError(f"{folder} is no folder; name the result folder of a study")
            if not (folder / "differential").is_dir():
                raise StudyError(
                    f"{folder} has no folder `differential`; name the result folder of a study"
                )
        manifest = {"config": own, "results": {}} if own else self._manifest()
        self.config = dict(manifest["config"])
        self._made: Mapping[str, Any] = manifest["results"]
        if not own and not self._made:
            self.left_out.append("checksums: its manifest has none, so changes cannot be seen")

    def _manifest(self) -> Mapping[str, Any]:
        """The manifest, in the parts that are read."""
        with self.saying("manifest.json"):
            path = self.folder / "manifest.json"
            if not path.exists():
                raise StudyError(f"is not in {self.folder}; a study writes it last: let it finish")
            try:
                found = json.loads(path.read_text(encoding="utf-8-sig"))
            except (ValueError, RecursionError):
                raise StudyError(f"cannot be read as JSON; {AGAIN}") from None
            config = found.get("config") if isinstance(found, dict) else None
            if not isinstance(config, dict) or not isinstance(config.get("design"), dict):
                raise StudyError("is not of a study of this workflow: it has no config.design")
            if "intake" not in config:
                raise StudyError("is of a comparison, not of a study; name the studies themselves")
        made = found.get("results")
        return {"config": config, "results": made if isinstance(made, dict) else {}}

    @contextmanager
    def saying(self, file: str = "") -> Iterator[None]:
        """Put study and file before what is said, of the system too."""
        where = ": ".join(filter(None, ("compare", self.name, file)))
        try:
            yield
        except StudyError as error:
            raise StudyError(f"{where}: {error}") from None
        except OSError as error:
            why = (error.strerror or "it cannot be read").lower()
            raise StudyError(f"{where}: {why}; have its owner let you read it") from None

    def note(self, file: str, words: str) -> None:
        """Keep what was left out of a file."""
        self.left_out.append(f"{file}: {words}")

    def has(self, file: str, expected: bool = True) -> bool:
        """Whether a file is there.

        Noted is one that is not there and was expected, or is named by the manifest, and one that
        is not what the manifest names.
        """
        path = self.folder / file
        with self.saying(file):
            if not path.is_file():
                if os.path.lexists(path):
                    raise StudyError(f"is no file, or a link that leads nowhere; {AGAIN}")
                if expected or file in self._made:
                    self.note(file, "is not there")
                return False
            digest = seen(path)
        if self._made and self._made.get(file) != digest:
            self.changed.append(file)
        return True

    def table(self, file: str, part: Part, expected: bool = True) -> pd.DataFrame:
        """A table with the columns of its part; empty where the folder lacks it (see `has`)."""
        if not self.has(file, expected):
            return pd.DataFrame()
        with self.saying(file):
            raw = (self.folder / file).read_bytes()
            names = _header(raw)
            _refuse_ragged(raw, len(names))
            if said := misspelled(names, part.columns):
                raise StudyError(said)
            notes = lacking(names, part)
            found = pd.DataFrame()
            if set(part.needed) <= set(names):
                found, more = held(_parsed(self.folder / file, raw, part), part)
                notes += more
        for words in notes:
            self.note(file, words)
        return found if len(found) else pd.DataFrame()

    def text(self, *keys: str) -> str:
        """A word of the configuration, in one line; empty where there is none."""
        value: Any = self.config
        for key in keys:
            value = value.get(key) if isinstance(value, Mapping) else None
        line = " ".join(value.split()) if isinstance(value, str) else ""
        return line if len(line) <= UNTOLD else f"{line[: UNTOLD - 3]}..."


def _header(raw: bytes) -> list[str]:
    """Names of the columns of a table."""
    for mark, words in FOREIGN.items():
        if raw.startswith(mark):
            raise StudyError(words)
    if not raw.strip():
        raise StudyError(f"is empty; {AGAIN}")
    if b"\0" in raw:
        raise StudyError(f"is no text: it holds zero bytes; {AGAIN}")
    try:
        line = raw.decode("utf-8-sig").split("\n", 1)[0].rstrip("\r")
    except UnicodeDecodeError as error:
        at = raw.count(b"\n", 0, error.start) + 1
        raise StudyError(f"line {at} is not UTF-8; save the file as UTF-8") from None
    names = [name.strip('"') for name in line.split("\t")]
    if len(names) == 1 and (other := re.search("[,;|]", line)):
        raise StudyError(f"its columns are set apart by {other[0]!r}; save it with tabs")
    if twice := sorted({name for name in names if names.count(name) > 1}):
        raise StudyError(f"has two columns {ascii(twice[0])[:40]}; keep one of them")
    return names


def _refuse_ragged(raw: bytes, width: int) -> None:
    """Stop at a line with more or fewer columns than the header, and at a last line cut short."""
    if not raw.endswith((b"\n", b"\r")):
        raise StudyError(f"ends within a line, as a file does that was cut; {AGAIN}")
    for number, line in enumerate(raw.rstrip(b"\r\n").split(b"\n"), 1):
        if line.count(b"\t") != width - 1:
            found = line.count(b"\t") + 1
            raise StudyError(
                f"line {number} has {found} columns where the header has {width}; {AGAIN}"
            )


def _parsed(path: Path, raw: bytes, part: Part) -> pd.DataFrame:
    try:
        table = read_table(path, part.columns)
        whole = len(table) == raw.rstrip(b"\r\n").count(b"\n")
    except (pd.errors.ParserError, ValueError):
        whole = False
    if not whole:
        raise StudyError(f"is no table: a quotation mark in it is not closed, or alike; {AGAIN}")
    return table
