"""Affymetrix CEL files: the intensity of every cell of an array, in any of three formats.

Versions 3 (text) and 4 (binary) are described in Affymetrix' "CEL data file format", the Command
Console format (version 1) in "Affymetrix generic data file format".
"""

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from revertome.arrays import Array
from revertome.errors import StudyError
from revertome.intake.arrays.binary import Bytes, read_bytes

ENDINGS = (".cel", ".cel.gz")
_CELL = [("mean", "f4"), ("sd", "f4"), ("pixels", "i2")]
_BRIGHTEST = 1 << 20  # scanners give 16 bits a pixel
_WIDEST_MARGIN = 32  # pixels


@dataclass(frozen=True)
class Cel:
    """An array.

    Attributes
    ----------
    columns, rows : int
        Size of the array in cells.
    intensity : (rows * columns,)
        Mean intensity of the cell at column x and row y, at position y * columns + x.
    """

    columns: int
    rows: int
    intensity: Array


def cel_files(folder: str | Path) -> dict[str, Path]:
    """Find the CEL files of a folder, by name without ending, sorted.

    Raises
    ------
    StudyError
        No such folder, no CEL file in it, or one array twice.
    """
    if not Path(folder).is_dir():
        raise StudyError(f"{folder}: no such folder; intake.matrix is the folder of CEL files")
    found: dict[str, Path] = {}
    for path in sorted(Path(folder).iterdir()):
        ending = next((e for e in ENDINGS if path.name.lower().endswith(e)), None)
        if ending is None:
            continue
        name = path.name[: -len(ending)]
        if name in found:
            raise StudyError(f"{folder}: {found[name].name} and {path.name} are one array twice")
        found[name] = path
    if not found:
        raise StudyError(f"{folder}: no file ends in .CEL or .CEL.gz")
    return found


def read_cel(path: str | Path) -> Cel:
    """Read a CEL file, plain or gzipped.

    Parameters
    ----------
    path
        File of version 3, version 4 or Command Console version 1.

    Returns
    -------
    Cel

    Raises
    ------
    StudyError
        Not a CEL file, of another version, cut, or with cells missing or not a number.
    """
    content = read_bytes(path)
    if content[:4] == b"\x40\0\0\0":
        cel = _version_4(Bytes(content, str(path), "<"))
    elif content[:2] == b"\x3b\x01":
        cel = _command_console(Bytes(content, str(path), ">"))
    elif content.lstrip()[:5] == b"[CEL]":
        cel = _version_3(content, str(path))
    else:
        raise StudyError(f"{path}: not an Affymetrix CEL file of version 3, 4 or Command Console 1")
    if cel.columns < 1 or len(cel.intensity) != cel.columns * cel.rows:
        raise StudyError(
            f"{path}: {len(cel.intensity)} cells for an array of {cel.columns} x {cel.rows}; "
            "the file is damaged"
        )
    if not np.isfinite(cel.intensity).all():
        raise StudyError(f"{path}: some cells have no intensity; the file is damaged")
    if len(cel.intensity) and not 0 <= cel.intensity.min() <= cel.intensity.max() < _BRIGHTEST:
        odd = cel.intensity[(cel.intensity < 0) | (cel.intensity >= _BRIGHTEST)]
        raise StudyError(
            f"{path}: a cell has the intensity {odd[0]:.6g}, which no scanner gives; the file is "
            "damaged, or holds no raw intensities"
        )
    return cel


def _version_4(file: Bytes) -> Cel:
    _, version, columns, rows, cells = file.numbers("5i")
    if version != 4:
        raise StudyError(f"{file.path}: binary CEL file of version {version}, expected 4")
    for _ in range(3):  # header, algorithm, its parameters
        file.text()
    # Texts of another length than stands before them shift all that follows; here it shows.
    margin, outliers, masked, grids = file.numbers("iIIi")
    if not (0 <= margin < _WIDEST_MARGIN and max(outliers, masked) <= cells and 0 <= grids < 100):
        raise StudyError(f"{file.path}: the binary CEL file is cut or damaged in its header")
    return Cel(columns, rows, file.records(_CELL, cells)["mean"].astype(np.float64))


def _version_3(content: bytes, path: str) -> Cel:
    text = content.decode("latin-1")
    keys = dict(
        line.split("=", 1) for line in text.partition("[INTENSITY]")[0].split("\n") if "=" in line
    )
    table = text.partition("[INTENSITY]")[2].partition("\n[")[0]
    body = table.partition("CellHeader=")[2].partition("\n")[2]
    try:
        columns, rows = int(keys["Cols"]), int(keys["Rows"])
        cells = np.array(body.split(), dtype=np.float64).reshape(-1, 5)
        if len(cells) != columns * rows:
            return Cel(columns, rows, cells[:, 2])
    except (KeyError, ValueError):
        raise StudyError(
            f"{path}: the text CEL file is damaged; expected Cols, Rows and five numbers a cell"
        ) from None
    x, y = cells[:, 0], cells[:, 1]
    inside = (x >= 0) & (x < columns) & (y >= 0) & (y < rows)
    intensity = np.full(len(cells), np.nan)
    at = (y[inside] * columns + x[inside]).astype(np.intp)
    intensity[at] = cells[inside, 2]
    return Cel(columns, rows, intensity)


def _command_console(file: Bytes) -> Cel:
    file.at = 2
    _, group = file.numbers("iI")
    facts = _generic_header(file)
    file.at = group
    _, data, count = file.numbers("IIi")
    for _ in range(count):
        at = file.at = data
        first, data = file.numbers("II")
        if file.wide() != "Intensity":
            if data <= at:
                raise StudyError(f"{file.path}: its data sets run in a circle; it is damaged")
            continue
        _parameters(file)
        fields = [(file.wide(), *file.numbers("bi")) for _ in range(file.number("i"))]
        cells = file.number("I")
        if [kind for _, kind, _ in fields] != [6]:  # one column of 32-bit floats
            break
        if first != file.at and first + 4 * cells != data:
            raise StudyError(f"{file.path}: its intensities are not where it says; it is damaged")
        file.at = first
        values = file.records([("mean", "f4")], cells)["mean"].astype(np.float64)
        columns = facts.get("affymetrix-cel-cols", 0)
        rows = facts.get("affymetrix-cel-rows", 0)
        return Cel(columns, rows, values)
    raise StudyError(f"{file.path}: a Command Console file without intensities of one channel")


def _generic_header(file: Bytes) -> dict[str, int]:
    """Whole-number parameters of the header; those of parent headers are read over."""
    kind = file.text()
    if kind != "affymetrix-calvin-intensity":
        raise StudyError(f"{file.path}: a Command Console file of kind '{kind}', no CEL file")
    file.text()  # identifier
    file.wide(), file.wide()  # date, locale
    return _parameters(file)


def _parameters(file: Bytes) -> dict[str, int]:
    facts = {}
    for _ in range(file.number("i")):
        name, value, kind = file.wide(), file.raw(), file.wide()
        if kind == "text/x-calvin-integer-32" and len(value) >= 4:
            facts[name] = int.from_bytes(value[:4], "big", signed=True)
    return facts
