"""Fonts inside PDF files: the same outlines and widths, and nothing else."""

import io
import re
import zlib
from pathlib import Path

import matplotlib
import pytest
from fontTools.fontBuilder import FontBuilder
from fontTools.pens.t2CharStringPen import T2CharStringPen
from fontTools.ttLib import TTFont
from matplotlib.backends import _backend_pdf_ps
from matplotlib.font_manager import FontPath
from matplotlib.ft2font import FT2Font, LoadFlags

from revertome.figures import embedded, style
from revertome.figures.fonts import CUTS, SPARE_CUTS

VENDOR = Path(embedded.__file__).parent / "vendor"
FILES = [VENDOR / f"LiberationSans-{cut}.ttf" for cut in CUTS]
FILES += [Path(matplotlib.get_data_path(), f"fonts/ttf/DejaVuSans{cut}.ttf") for cut in SPARE_CUTS]
LETTERS = "Aé ﬁẬ½…−▲⁰ΔЖ"


def read(tables, glyphs):
    """The font of some glyphs as a file."""
    font, kept = embedded.of_glyphs(tables, glyphs)
    file = io.BytesIO()
    font.save(file, reorderTables=False)
    return file, kept


def drawn(font, glyph):
    """Outlines and width that FreeType finds."""
    found = font.load_glyph(glyph, flags=LoadFlags.NO_SCALE | LoadFlags.NO_HINTING)
    points, codes = font.get_path()
    return points.tolist(), codes.tolist(), found.horiAdvance


@pytest.mark.parametrize("file", FILES, ids=lambda path: path.stem)
def test_glyphs_are_those_of_the_font(file):
    whole = TTFont(file)
    by_letter, names = whole.getBestCmap(), whole.getGlyphOrder()
    asked = {whole.getGlyphID(by_letter[ord(sign)]) for sign in LETTERS if ord(sign) in by_letter}
    asked |= {0, 5, len(names) - 1, *range(20, len(names), 97)}
    made, kept = read(embedded._tables(str(file), 0), asked)
    composed = {
        part
        for glyph in kept
        if whole["glyf"][names[glyph]].isComposite()
        for part in whole["glyf"][names[glyph]].getComponentNames(whole["glyf"])
    }
    assert composed
    assert {whole.getGlyphID(part) for part in composed} <= {*kept}
    assert asked <= {*kept}
    old, new = FT2Font(file), FT2Font(made)
    assert new.num_glyphs == len(names)
    for glyph in kept:
        assert drawn(new, glyph) == drawn(old, glyph)
    part = TTFont(io.BytesIO(made.getvalue()))
    assert {*part.keys()} - {"GlyphOrder"} <= embedded.NEEDED | {"cvt ", "fpgm", "prep"}
    assert [part.getTableData(tag) for tag in ("fpgm", "prep")] == [
        whole.getTableData(tag) for tag in ("fpgm", "prep")
    ]
    left = {*range(len(names))} - {*kept}
    part.setGlyphOrder(names)
    assert {part["glyf"][names[glyph]].numberOfContours for glyph in left} == {0}


def test_a_pdf_embeds_those_fonts_and_says_its_letters():
    """Where this fails after an update of Matplotlib: see how it now makes its subsets.

    `embedded.glyphs_alone` relies on `_backend_pdf_ps.get_glyphs_subset` being asked for at the
    time of writing. The pictures are right without it; the files are larger and take longer.
    """
    with style.look():
        figure = style.sentence("One sentence, −1 and 2")
    pdf = style.encode(figure, "pdf")
    streams = re.findall(rb"/Length1 .*?stream\n(.*?)\nendstream", pdf, re.DOTALL)
    found = [TTFont(io.BytesIO(zlib.decompress(stream))) for stream in streams]
    assert len(found) == pdf.count(b"/FontFile2") > 0
    assert {*found[0].keys()} - {"GlyphOrder"} == embedded.NEEDED | {"cvt ", "fpgm", "prep"}
    assert b"/ToUnicode" in pdf
    usual = io.BytesIO()
    with style.look():
        figure.savefig(usual, format="pdf", metadata={"CreationDate": None})
    assert len(pdf) < len(usual.getvalue())
    assert style.encode(figure, "pdf") == pdf


def test_a_font_of_other_outlines_is_left_to_matplotlib(tmp_path):
    build = FontBuilder(1000, isTTF=False)
    build.setupGlyphOrder([".notdef", "A"])
    build.setupCharacterMap({65: "A"})
    pen = T2CharStringPen(600, None)
    pen.moveTo((0, 0))
    pen.lineTo((500, 0))
    pen.lineTo((0, 500))
    pen.closePath()
    shapes = {".notdef": pen.getCharString(), "A": pen.getCharString()}
    build.setupCFF("Shapes", {}, shapes, {})
    build.setupHorizontalMetrics({".notdef": (600, 0), "A": (600, 0)})
    build.setupHorizontalHeader(ascent=800, descent=-200)
    build.setupNameTable({"familyName": "Shapes"})
    build.setupOS2()
    build.setupPost()
    build.save(tmp_path / "shapes.otf")
    path = FontPath(str(tmp_path / "shapes.otf"), 0)
    with embedded.glyphs_alone(_backend_pdf_ps.get_glyphs_subset)(path, {1}) as found:
        assert "CFF " in found.font
