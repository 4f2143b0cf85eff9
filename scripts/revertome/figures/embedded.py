"""Fonts inside PDF files: the glyphs that a figure shows, under the numbers they have in the font.

A PDF holds every glyph at its place under its number; the tables by which programs lay out words,
name glyphs or find them by letter serve nobody there (ISO 32000-1, 9.9: a TrueType font program of
a CIDFont needs `glyf`, `head`, `hhea`, `hmtx`, `loca` and `maxp`, and `cvt `, `fpgm` and `prep`
where its glyphs are hinted). Making them anew for each figure was a quarter of the time of all.
"""

import struct
from collections.abc import Iterable
from contextlib import AbstractContextManager, nullcontext
from functools import cache

import numpy as np
from fontTools.ttLib import TTFont
from fontTools.ttLib.tables.DefaultTable import DefaultTable
from matplotlib.backends._backend_pdf_ps import SubsetResults
from matplotlib.font_manager import FontPath

from revertome.figures.quick import Way

WHOLE = ("hhea", "maxp", "cvt ", "fpgm", "prep")  # kept as they are
NEEDED = {"glyf", "head", "hhea", "hmtx", "loca", "maxp"}

# Bits of a part of a composite glyph, and the bytes that follow its number.
WORDS, MORE = 0x1, 0x20
SCALES = {0x8: 2, 0x40: 4, 0x80: 8}


def glyphs_alone(usual: Way) -> Way:
    """Way of Matplotlib's PDF to get the part of a font that it embeds: by `of_glyphs`."""

    def part(fontfile: FontPath, glyphs: Iterable[int]) -> AbstractContextManager[SubsetResults]:
        tables = _tables(fontfile.path, fontfile.face_index)
        if not {*tables} >= NEEDED:  # outlines of another kind
            whole: AbstractContextManager[SubsetResults] = usual(fontfile, glyphs)
            return whole
        font, kept = of_glyphs(tables, glyphs)
        return nullcontext(SubsetResults(font, {glyph: glyph for glyph in kept}))

    return part


@cache
def _tables(path: str, face: int) -> dict[str, bytes]:
    with TTFont(path, fontNumber=face, lazy=True) as font:
        return {tag: font.reader[tag] for tag in font.reader.keys()}  # noqa: SIM118


def of_glyphs(tables: dict[str, bytes], glyphs: Iterable[int]) -> tuple[TTFont, list[int]]:
    """Return a TrueType font of some of the glyphs of another, numbered as there.

    Parameters
    ----------
    tables
        Bytes of the font by the tag of the table.
    glyphs
        Numbers of the glyphs to keep; those of which a composite is made are kept, and the first
        (shown for what is missing).

    Returns
    -------
    tuple
        The font, and the numbers of the glyphs kept, sorted.
    """
    places = _places(tables)
    outlines = tables["glyf"]
    kept: dict[int, bytes] = {}
    waiting = [0, *glyphs]
    while waiting:
        glyph = waiting.pop()
        if glyph not in kept:
            kept[glyph] = outlines[places[glyph] : places[glyph + 1]]
            waiting += _parts(kept[glyph])
    order = sorted(kept)
    lengths = np.zeros(len(places), int)
    lengths[np.array(order) + 1] = [len(kept[glyph]) for glyph in order]
    head = tables["head"]
    found = {tag: tables[tag] for tag in WHOLE if tag in tables} | {
        "glyf": b"".join(kept[glyph] for glyph in order),
        "head": head[:50] + b"\0\1" + head[52:],  # places of four bytes each
        "hmtx": _widths(tables, order),
        "loca": lengths.cumsum().astype(">u4").tobytes(),
    }
    font = TTFont()
    for tag, content in found.items():
        font[tag] = DefaultTable(tag)
        font[tag].data = content
    return font, order


def _places(tables: dict[str, bytes]) -> list[int]:
    """Where the outlines of each glyph begin, and the end of the last."""
    long = tables["head"][51]
    places = np.frombuffer(tables["loca"], ">u4" if long else ">u2").astype(int)
    return [int(place) for place in places * (1 if long else 2)]


def _parts(outlines: bytes) -> list[int]:
    """Numbers of the glyphs of which a glyph is composed."""
    found: list[int] = []
    if not outlines or struct.unpack_from(">h", outlines)[0] >= 0:
        return found
    place, bits = 10, MORE
    while bits & MORE:
        bits, glyph = struct.unpack_from(">HH", outlines, place)
        found.append(glyph)
        place += 4 + (4 if bits & WORDS else 2) + sum(n for bit, n in SCALES.items() if bits & bit)
    return found


def _widths(tables: dict[str, bytes], glyphs: list[int]) -> bytes:
    """Widths of the glyphs kept; zeros for the others, which take no room when compressed.

    The last of the full entries is the width of all glyphs after it.
    """
    full = struct.unpack_from(">H", tables["hhea"], 34)[0]
    widths, kept = tables["hmtx"], bytearray(len(tables["hmtx"]))
    for glyph in (*glyphs, full - 1):
        start, size = (4 * glyph, 4) if glyph < full else (4 * full + 2 * (glyph - full), 2)
        kept[start : start + size] = widths[start : start + size]
    return bytes(kept)
