"""A study's own style: what it changes, what it leaves alone, what it refuses."""

import re
import zlib
from pathlib import Path

import pandas as pd
import pytest
import yaml

import small_study
from revertome.errors import StudyError
from revertome.figures import draw, style, theme
from revertome.source_data import build

SHIPPED = Path(__file__).parents[2] / "config" / "style.yaml"


@pytest.fixture(scope="module")
def volcano():
    return build("volcano", small_study.results())


def picture(table, options, name="volcano", suffix="svg"):
    with theme.restyled(options):
        return style.encode(draw(name, table), suffix)


def test_shipped_style_is_the_default_and_complete(volcano):
    shipped = yaml.safe_load(SHIPPED.read_text("utf-8"))
    colours = {k: v for part in theme.COLOURS for k, v in part.items()}
    assert shipped["colours"] == colours
    assert {*shipped, "label"} == {"font", *theme.NUMBERS, "colours", "label"}
    assert picture(volcano, shipped) == picture(volcano, None)


def test_style_sets_width_type_colour_and_names(volcano):
    own = {"single_mm": 85, "font_size": 8.75, "label": ["GENE7", "GENE9"]}
    with theme.restyled(own | {"colours": {"healthy": "#123456"}}):
        figure = draw("volcano", volcano)
        assert figure.get_size_inches()[0] * 25.4 == pytest.approx(85)
        assert theme.ROLE["healthy"] == "#123456"
        words = {t.get_text(): t.get_fontsize() for t in figure.axes[0].texts}
        assert {w for w in words if w.startswith("GENE")} == {"GENE7", "GENE9"}
        assert words["GENE7"] == pytest.approx(6 * 1.25)
        assert figure.axes[0].xaxis.label.get_fontsize() == pytest.approx(8.75)
    assert theme.ROLE["healthy"] == "#009E73"
    assert theme.pt(6) == 6
    assert draw("volcano", volcano).get_size_inches()[0] * 25.4 == pytest.approx(89)


def test_colours_reach_the_picture():
    table = build("interferon", small_study.results())
    svg = picture(table, {"colours": {"followup": "#abcdef"}}, "interferon")
    assert b"#abcdef" in svg
    assert b"#0072b2" not in svg.lower()


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"fonts": "Arial"}, "my.yaml: unknown key 'fonts'; choose one of font, font_size"),
        ({"colours": {"helthy": "red"}}, "my.yaml: colours: unknown key 'helthy'; choose one of"),
        ({"colours": {"healthy": "#12"}}, "colours.healthy: '#12' is no colour; write one as"),
        ({"font_size": 40}, "my.yaml: font_size: 40 is not between 4 and 14"),
        ({"dpi": "high"}, "my.yaml: dpi: 'high' is no number"),
        ({"label": "MX1"}, "my.yaml: label: 'MX1' is no list of names"),
    ],
)
def test_a_wrong_style_is_named(options, message):
    with pytest.raises(StudyError, match=re.escape(message)), theme.restyled(options, "my.yaml"):
        pass


def test_words_stay_words_in_vector_files(volcano):
    """PDF embeds TrueType (type 42) fonts, never type 3; SVG keeps text as text."""
    pdf = picture(volcano, None, suffix="pdf")
    parts = [pdf]
    for part in re.findall(rb"stream\r?\n(.*?)endstream", pdf, re.S):
        try:
            parts.append(zlib.decompress(part))
        except zlib.error:
            continue
    assert b"/FontFile2" in pdf
    assert b"/CIDFontType2" in pdf or b"/Subtype /TrueType" in pdf
    assert b"/Subtype /Type3" not in pdf
    svg = picture(volcano, None).decode()
    assert ">GENE" in svg
    assert "<text" in svg


def test_panels_keep_their_room_with_the_widest_font():
    """DejaVu Sans is what remains on a machine without fonts."""
    table = build("diagnostics", small_study.results())
    told = table["element"] == "contrast"
    table.loc[told, ["n_below", "n_genes"]] = [12_345, 23_456]
    # Six contrasts, as in the standard design: four panels across.
    more = [table[told].head(1).assign(contrast=f"c{i}", order=i) for i in range(6 - told.sum())]
    with theme.restyled({"font": "DejaVu Sans"}):
        figure = draw("diagnostics", pd.concat([table, *more]))
        figure.draw_without_rendering()
    columns = figure.axes[0].get_gridspec().ncols
    assert min(ax.get_position().width for ax in figure.axes) * columns > 0.6
