"""What stands in an .xlsx beside the values: errors, formulas, formats, what is hidden."""

import io
import posixpath
import re
import zipfile
import zlib
from dataclasses import dataclass, field
from xml.etree import ElementTree

Cell = tuple[int, int]  # row and column, from 0
# A cut part, one that is not there or no XML, a number that is none, a way of packing unknown.
FAULTS = (zipfile.BadZipFile, zlib.error, EOFError, LookupError, StopIteration,
           ElementTree.ParseError, ValueError, RuntimeError)  # fmt: skip
_PLACE = re.compile(r"([A-Z]+)(\d+)")
_COLUMNS = 16384  # that a worksheet may have
_PERCENT = 9, 10  # built-in formats, 0% and 0.00%


@dataclass
class Marks:
    """What the values of a worksheet do not say.

    Attributes
    ----------
    errors
        Words of the cells that hold an error.
    unsaved
        Formulas without a value, as programs write them that do not calculate.
    formats
        Formats of the cells whose number is shown as more than a number.
    rows, columns
        The hidden ones.
    far
        The last row and the last column in which a cell holds something.
    """

    errors: dict[Cell, str] = field(default_factory=dict)
    unsaved: list[Cell] = field(default_factory=list)
    formats: dict[Cell, str] = field(default_factory=dict)
    rows: set[int] = field(default_factory=set)
    columns: set[int] = field(default_factory=set)
    far: Cell = (-1, -1)


def read_marks(content: bytes, worksheet: str) -> Marks | None:
    """Read the marks of a worksheet; None where the file is damaged."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as file:
            part = _part(file, worksheet)
            return _marks(file.read(part), _formats(file)) if part else None
    except FAULTS:
        return None


def _part(file: zipfile.ZipFile, worksheet: str) -> str:
    book = ElementTree.fromstring(file.read("xl/workbook.xml"))
    targets = {
        link.get("Id"): link.get("Target", "")
        for link in ElementTree.fromstring(file.read("xl/_rels/workbook.xml.rels"))
    }
    for entry in book.iter():
        if _local(entry.tag) == "sheet" and entry.get("name") == worksheet:
            link = next(value for key, value in entry.attrib.items() if key.endswith("}id"))
            return posixpath.normpath(posixpath.join("/xl", targets[link])).lstrip("/")
    return ""


def _formats(file: zipfile.ZipFile) -> list[str]:
    """Format of each style of cells; empty where it shows a number as it is, or as a date."""
    if "xl/styles.xml" not in file.namelist():
        return []
    codes, styles = {str(n): "0%" for n in _PERCENT}, list[str]()
    for entry in ElementTree.fromstring(file.read("xl/styles.xml")).iter():
        if _local(entry.tag) == "numFmt":
            codes[entry.get("numFmtId", "")] = entry.get("formatCode", "")
        elif _local(entry.tag) == "cellXfs":
            styles = [xf.get("numFmtId", "0") for xf in entry]
    return [codes.get(number, "") for number in styles]


def _marks(sheet: bytes, formats: list[str]) -> Marks:
    marks, row, column = Marks(), -1, -1
    for event, entry in ElementTree.iterparse(io.BytesIO(sheet), ("start", "end")):
        name = _local(entry.tag)
        if event == "start" and name == "row":
            row, column = int(entry.get("r", row + 2)) - 1, -1
            if _hidden(entry, "ht"):
                marks.rows.add(row)
        elif event == "start" and name == "col" and _hidden(entry, "width"):
            first, last = int(entry.get("min", "1")), int(entry.get("max", "1"))
            marks.columns |= set(range(first - 1, min(last, _COLUMNS)))
        elif event == "end" and name == "c":
            row, column = _place(entry.get("r"), (row, column + 1))
            _mark(marks, (row, column), entry, formats)
        elif event == "end" and name == "row":
            entry.clear()
    return marks


def _mark(marks: Marks, at: Cell, entry: ElementTree.Element, formats: list[str]) -> None:
    parts = {_local(part.tag): part.text or "" for part in entry}
    if parts:
        marks.far = (max(at[0], marks.far[0]), max(at[1], marks.far[1]))
    if entry.get("t") == "e":
        marks.errors[at] = parts.get("v", "#N/A")
    elif "f" in parts and not parts.get("v") and entry.get("t") != "str":  # an empty text is one
        marks.unsaved.append(at)
    style = int(entry.get("s", "0"))
    if style < len(formats) and formats[style]:
        marks.formats[at] = formats[style]


def _place(named: str | None, after: Cell) -> Cell:
    if named is None:
        return after
    found = _PLACE.fullmatch(named.upper())
    if not found:
        raise ValueError(f"no place of a cell: {named}")
    column = 0
    for letter in found[1]:
        column = 26 * column + ord(letter) - ord("A") + 1
    return int(found[2]) - 1, column - 1


def _hidden(entry: ElementTree.Element, size: str) -> bool:
    return entry.get("hidden") in ("1", "true") or entry.get(size) == "0"


def _local(tag: str) -> str:
    return tag.rpartition("}")[2]
