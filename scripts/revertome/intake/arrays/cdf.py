"""Affymetrix CDF files: which cells of an array belong to which probe set."""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from revertome.errors import StudyError
from revertome.intake.arrays.binary import Bytes, read_bytes

Ints = npt.NDArray[np.intp]

_PAIRS = {"A": "T", "T": "A", "C": "G", "G": "C"}
_COMPLEMENT = np.zeros(256, dtype=np.uint8)
for _base, _other in _PAIRS.items():
    _COMPLEMENT[[ord(_base), ord(_base.lower())]] = ord(_other)
_UPPER = np.array([ord(chr(code).upper()) if code < 128 else code for code in range(256)])
_CELL = [("atom", "i4"), ("x", "u2"), ("y", "u2"), ("index", "i4"), ("probe", "u1"),
         ("target", "u1")]  # fmt: skip


@dataclass(frozen=True)
class Cdf:
    """A layout.

    Attributes
    ----------
    columns, rows : int
        Size of the array in cells.
    probe_sets : list of str
        Names, sorted.
    cells : (probes,)
        Position y * columns + x of every perfect-match probe, probe sets one after the other.
    sizes : (probe sets,)
        Number of perfect-match probes of each.
    """

    columns: int
    rows: int
    probe_sets: list[str]
    cells: Ints
    sizes: Ints


def read_cdf(path: str | Path) -> Cdf:
    """Read a CDF file, text or binary (version 1), plain or gzipped.

    A probe is a perfect match when its base at the interrogated position is the complement of the
    target's. Probe sets without one are left out.

    Raises
    ------
    StudyError
        Not a CDF file, cut or damaged, a probe set twice, or a cell outside the array.
    """
    content = read_bytes(path)
    if content[:4] == b"\x43\0\0\0":
        columns, rows, blocks = _binary(Bytes(content, str(path), "<"))
    elif content.lstrip()[:5] == b"[CDF]":
        columns, rows, blocks = _text(content, str(path))
    else:
        raise StudyError(f"{path}: not an Affymetrix CDF file, neither text nor binary")
    names = [name for name, cells in sorted(blocks.items()) if len(cells)]
    if not names:
        raise StudyError(f"{path}: no probe set with perfect-match probes")
    cells = np.concatenate([blocks[name] for name in names])
    return Cdf(columns, rows, names, cells, np.array([len(blocks[name]) for name in names]))


def _outside(path: str, columns: int, rows: int) -> StudyError:
    return StudyError(f"{path}: a cell lies outside the array of {columns} x {rows}; damaged")


def _add(blocks: dict[str, Ints], name: str, cells: Ints, path: str) -> None:
    if name in blocks:
        raise StudyError(f"{path}: probe set {name} occurs twice")
    blocks[name] = cells


def _text(content: bytes, path: str) -> tuple[int, int, dict[str, Ints]]:
    text = content.decode("latin-1").replace("\r\n", "\n")
    head = text.partition("[Chip]")[2].partition("\n[")[0]
    # Digits enough for any array; a longer number is damage, not a size.
    sizes = {key: re.search(rf"^{key}=(\d{{1,6}})\s*$", head, re.M) for key in ("Cols", "Rows")}
    if None in sizes.values():
        raise StudyError(f"{path}: the text CDF file has no section [Chip] with Cols and Rows")
    columns, rows = (int(found[1]) for found in sizes.values() if found)
    units = len(re.findall(r"^\[Unit\d+\]$", text, re.M))
    if _said("NumberOfUnits", head) not in (None, units):
        raise StudyError(
            f"{path}: says that it has {_said('NumberOfUnits', head)} units and holds {units}; it "
            "is cut or damaged: get it again"
        )
    blocks: dict[str, Ints] = {}
    for block in re.split(r"^\[Unit\d+_Block\d+\]$", text, flags=re.M)[1:]:
        block = block.partition("\n[")[0]
        name = re.search(r"^Name=(.*)$", block, re.M)
        cells = [line.split("\t") for line in re.findall(r"^Cell\d+=(.*)$", block, re.M)]
        try:
            probes = [(int(c[0]), int(c[1])) for c in cells if _matches(c[8], c[9])]
        except (IndexError, ValueError):
            name = None
        if name is None or _said("NumCells", block) not in (None, len(cells)):
            raise StudyError(f"{path}: a block of probes is cut or damaged; get the file again")
        if any(not (0 <= x < columns and 0 <= y < rows) for x, y in probes):
            raise _outside(path, columns, rows)
        kept = [y * columns + x for x, y in probes]
        _add(blocks, name[1].strip(), np.array(kept, dtype=np.intp), path)
    return columns, rows, blocks


def _said(key: str, section: str) -> int | None:
    """A number that a section states of what follows."""
    found = re.search(rf"^{key}=(\d{{1,9}})\s*$", section, re.M)
    return int(found[1]) if found else None


def _matches(probe: str, target: str) -> bool:
    return _PAIRS.get(probe.strip().upper()) == target.strip().upper()


def _binary(file: Bytes) -> tuple[int, int, dict[str, Ints]]:
    _, version, columns, rows, units, controls = file.numbers("2i2H2i")
    if version != 1:
        raise StudyError(f"{file.path}: binary CDF file of version {version}, expected 1")
    file.text()  # reference sequence
    file.text(64 * units)  # names of units; blocks have their own
    file.whole(controls)
    blocks: dict[str, Ints] = {}
    left = len(file.content)  # blocks do not overlap, so that all of them are no more than it
    for at in file.whole(units):
        file.at = at
        count = file.numbers("HBiiiiB")[3]
        for _ in range(count):
            cells = file.numbers("iiBBii")[1]
            name = file.text(64)
            start = file.at
            found = file.records(_CELL, cells)
            left -= file.at - start
            if left < 0:
                raise StudyError(f"{file.path}: probe sets overlap; the file is damaged")
            _add(blocks, name, _perfect(found, columns, rows, file.path), file.path)
    return columns, rows, blocks


def _perfect(found: npt.NDArray[Any], columns: int, rows: int, path: str) -> Ints:
    """Positions of the perfect matches among the cells of a block."""
    if (found["x"] >= columns).any() or (found["y"] >= rows).any():
        raise _outside(path, columns, rows)
    kept = found[_COMPLEMENT[found["probe"]] == _UPPER[found["target"]]]
    position: Ints = kept["y"].astype(np.intp) * columns + kept["x"]
    return position
