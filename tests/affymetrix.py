"""Small Affymetrix arrays, written in every format that is read.

`python tests/affymetrix.py folder` writes the arrays behind tests/intake/reference/rma.R.
"""

import struct
import sys
from pathlib import Path

import numpy as np

SIDE = 56  # cells a side
SIZES = (11, 11, 11, 16, 8, 1)  # probe pairs of probe sets, in turn
SETS = 140
PAIR = {"A": "T", "T": "A", "C": "G", "G": "C"}


def layout():
    """Probe sets, each a list of (x, y of the perfect match, x, y of the mismatch, base)."""
    rng = np.random.default_rng(11)
    free = iter(rng.permutation(SIDE * SIDE).tolist())
    sets = {}
    for i in range(SETS):
        pairs = []
        for _ in range(SIZES[i % len(SIZES)]):
            pm, mm = next(free), next(free)
            pairs.append((pm % SIDE, pm // SIDE, mm % SIDE, mm // SIDE, "ACGT"[rng.integers(4)]))
        sets[f"{1000 + 7 * i}_at"] = pairs
    return sets


def arrays(n=5):
    """Intensities of n arrays, 32-bit floats: background, and signal that differs by set."""
    rng = np.random.default_rng(12)
    x = rng.normal(90, 15, (n, SIDE * SIDE))
    for pairs in layout().values():
        level = np.exp(rng.normal(5, 1.3)) * np.exp(rng.normal(0, 0.4, n))
        for px, py, mx, my, _ in pairs:
            affinity = np.exp(rng.normal(0, 0.7))
            x[:, py * SIDE + px] += level * affinity * np.exp(rng.normal(0, 0.15, n))
            x[:, my * SIDE + mx] += 0.3 * level * affinity
    x *= np.exp(rng.normal(0, 0.3, n))[:, None]
    return np.maximum(x, 1).astype(np.float32)


def cells_of(pairs):
    """Cells of a probe set: atom, x, y, probe base, target base."""
    for atom, (px, py, mx, my, base) in enumerate(pairs):
        yield atom, px, py, base, PAIR[base]
        yield atom, mx, my, base, base


def cdf_text(name="revertest"):
    lines = ["[CDF]", "Version=GC3.0", "", "[Chip]", f"Name={name}", f"Rows={SIDE}", f"Cols={SIDE}"]
    lines += [f"NumberOfUnits={SETS}", f"MaxUnit={SETS}", "NumQCUnits=0", "ChipReference=", ""]
    for number, (probe_set, pairs) in enumerate(layout().items(), start=1):
        n = len(pairs)
        counts = [f"NumAtoms={n}", f"NumCells={2 * n}"]
        lines += [f"[Unit{number}]", "Name=NONE", "Direction=2", *counts, f"UnitNumber={number}"]
        lines += ["UnitType=3", "NumberBlocks=1", "", f"[Unit{number}_Block1]"]
        lines += [f"Name={probe_set}", "BlockNumber=1", *counts, "StartPosition=0"]
        lines += [f"StopPosition={n - 1}"]
        lines.append(
            "CellHeader=X\tY\tPROBE\tFEAT\tQUAL\tEXPOS\tPOS\tCBASE\tPBASE\tTBASE\tATOM\tINDEX"
            "\tCODONIND\tCODON\tREGIONTYPE\tREGION"
        )
        for i, (atom, x, y, probe, target) in enumerate(cells_of(pairs), start=1):
            lines.append(
                f"Cell{i}={x}\t{y}\tN\tcontrol\t{probe_set}\t{atom}\t13\t{target}\t{probe}\t"
                f"{target}\t{atom}\t{y * SIDE + x}\t-1\t-1\t99\t "
            )
        lines.append("")
    return "\r\n".join(lines).encode()


def cdf_binary():
    sets = layout()
    head = struct.pack("<2i2H2i", 67, 1, SIDE, SIDE, SETS, 0) + struct.pack("<i", 0)
    head += b"".join(b"NONE".ljust(64, b"\0") for _ in sets)
    units, places, at = b"", [], len(head) + 4 * SETS
    for number, (name, pairs) in enumerate(sets.items()):
        n = len(pairs)
        unit = struct.pack("<HBiiiiB", 1, 2, n, 1, 2 * n, number, 2)
        unit += struct.pack("<iiBBii", n, 2 * n, 2, 2, 0, n - 1) + name.encode().ljust(64, b"\0")
        for atom, x, y, probe, target in cells_of(pairs):
            bases = probe.lower().encode() + target.lower().encode()
            unit += struct.pack("<iHHi", atom, x, y, atom) + bases
        places.append(at + len(units))
        units += unit
    return head + struct.pack(f"<{SETS}i", *places) + units


HEADER = (
    f"Cols={SIDE}\nRows={SIDE}\nTotalX={SIDE}\nTotalY={SIDE}\nOffsetX=0\nOffsetY=0\n"
    f"GridCornerUL=0 0\nGridCornerUR={SIDE} 0\nGridCornerLR={SIDE} {SIDE}\nGridCornerLL=0 {SIDE}\n"
    "Axis-invertX=0\nAxisInvertY=0\nswapXY=0\n"
    "DatHeader=[0..65534]  one:CLS=60 RWS=60 XIN=3 YIN=3 VE=17 2.0 01/02/03 10:11:12    "
    "\x14  \x14 revertest.1sq \x14  \x14  \x14  \x14  \x14  \x14  \x14  \x14  \x14 6\n"
    "Algorithm=Percentile\nAlgorithmParameters=Percentile:75;CellMargin:2;OutlierHigh:1.500;"
    "OutlierLow:1.004\n"
)


def cel_text(intensity):
    """CEL version 3; intensities with enough digits to be the same 32-bit floats."""
    lines = ["[CEL]", "Version=3", "", "[HEADER]", HEADER, "[INTENSITY]"]
    lines += [f"NumberCells={len(intensity)}", "CellHeader=X\tY\tMEAN\tSTDV\tNPIXELS"]
    lines += [
        f"{i % SIDE:3d}\t{i // SIDE:3d}\t{float(value)!r}\t2.0\t 16"
        for i, value in enumerate(intensity)
    ]
    lines += ["", "[MASKS]", "NumberCells=0", "CellHeader=X\tY", ""]
    lines += ["[OUTLIERS]", "NumberCells=0", "CellHeader=X\tY", ""]
    lines += ["[MODIFIED]", "NumberCells=0", "CellHeader=X\tY\tORIGMEAN", ""]
    return "\n".join(lines).encode("latin-1")


def cel_binary(intensity):
    """CEL version 4."""
    words = [HEADER.encode("latin-1"), b"Percentile", b"Percentile:75;CellMargin:2"]
    head = struct.pack("<5i", 64, 4, SIDE, SIDE, len(intensity))
    head += b"".join(struct.pack("<i", len(word)) + word for word in words)
    head += struct.pack("<iIIi", 2, 0, 0, 0)
    return head + b"".join(struct.pack("<ffh", value, 2, 16) for value in intensity)


def _wide(text):
    return struct.pack(">i", len(text)) + text.encode("utf-16-be")


def _parameter(name, value):
    """A parameter of the Command Console format: whole number or text."""
    if isinstance(value, int):
        raw, kind = struct.pack(">i", value).ljust(16, b"\0"), "text/x-calvin-integer-32"
    else:
        raw, kind = value.encode("utf-16-be").ljust(16, b"\0"), "text/plain"
    return _wide(name) + struct.pack(">i", len(raw)) + raw + _wide(kind)


def _generic_header(kind, facts, parents=()):
    name = b"0000065535-0000000001"
    header = struct.pack(">i", len(kind)) + kind + struct.pack(">i", len(name)) + name
    header += _wide("2011-01-02T03:04:05Z") + _wide("en-US") + struct.pack(">i", len(facts))
    header += b"".join(_parameter(*fact) for fact in facts.items())
    return header + struct.pack(">i", len(parents)) + b"".join(parents)


def cel_command_console(intensity):
    """CEL of the Command Console, version 1: intensities, then deviations."""
    facts = {
        "affymetrix-array-type": "revertest", "affymetrix-cel-rows": SIDE,
        "affymetrix-cel-cols": SIDE, "affymetrix-algorithm-name": "Percentile",
    }  # fmt: skip
    scan = {
        "affymetrix-array-type": "revertest", "affymetrix-cel-rows": 1,
        "affymetrix-dat-header": HEADER.split("DatHeader=")[1].split("\n")[0],
    }  # fmt: skip
    parent = _generic_header(b"affymetrix-calvin-scan-acquisition", scan)
    header = _generic_header(b"affymetrix-calvin-intensity", facts, [parent])
    group_at = 2 + 8 + len(header)
    group_head = 12 + len(_wide("Default Group"))
    at, sets = group_at + group_head, b""
    columns = (
        ("Intensity", ">f", 6, intensity), ("StdDev", ">f", 6, np.full(len(intensity), 2.0)),
        ("Pixel", ">h", 2, np.full(len(intensity), 16)), ("Outlier", ">h", 2, []),
        ("Mask", ">h", 2, []),
    )  # fmt: skip
    for word, form, code, values in columns:
        body = _wide(word) + struct.pack(">iI", 0, 1) + _wide(word)
        body += struct.pack(">biI", code, struct.calcsize(form), len(values))
        data = b"".join(struct.pack(form, value) for value in values)
        first = at + 8 + len(body)
        sets += struct.pack(">II", first, first + len(data)) + body + data
        at = first + len(data)
    group = struct.pack(">IIi", at, group_at + group_head, len(columns)) + _wide("Default Group")
    return struct.pack(">BBiI", 59, 1, 1, group_at) + header + group + sets


if __name__ == "__main__":
    folder = Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "text.cdf").write_bytes(cdf_text())
    (folder / "binary.cdf").write_bytes(cdf_binary())
    for i, array in enumerate(arrays()):
        for word, form in (("text", cel_text), ("binary", cel_binary),
                           ("console", cel_command_console)):  # fmt: skip
            (folder / f"{word}{i}.CEL").write_bytes(form(array))
