"""The shipped fonts: the same picture on any machine, and a glyph for every sign."""

import hashlib
import json
import os
import subprocess
import sys
import warnings
from pathlib import Path

import matplotlib
import pytest
from fontTools.ttLib import TTFont
from matplotlib import font_manager

import small_study
from disk import write_table
from revertome.figures import draw, fonts, style, theme
from revertome.source_data import build, tidy

HOME = Path(__file__).parents[2]
VENDOR = HOME / "scripts/revertome/figures/vendor"
# Signs of the figures and of names known for people; letters of people's languages.
SIGNS = "−≥≤≠±×·→…–°⁰¹²³⁴⁵⁶⁷⁸⁹⁻µ▲▼%‰’“”"
LETTERS = "ΑΒΓΔΕΖΗΘΛΞΠΣΦΨΩαβγδεζηθικλμνξοπρστυφχψως"
LETTERS += "ÀÁÂÃÄÅÆÇÈÉÊËÌÍÎÏÐÑÒÓÔÕÖØÙÚÛÜÝÞßàáâãäåæçèéêëìíîïðñòóôõöøùúûüýþÿ"
LETTERS += "ąćęłńóśźżčďěňřšťůžőűăâîșțğışАБВГДЖЗИЙабвгджзий"
# What a machine may have in the place of the shipped fonts, before anything of ours is imported.
MACHINES = {
    "bare": "manager.ttflist = []",
    "decoys": """
serif = next(f for f in manager.ttflist if f.name == "DejaVu Serif")
for name in ("Liberation Sans", "DejaVu Sans", "Arial", "Helvetica"):
    for weight, cut in ((400, "normal"), (700, "normal"), (400, "italic"), (700, "italic")):
        decoy = dataclasses.replace(serif, name=name, weight=weight, style=cut)
        manager.ttflist.insert(0, decoy)
""",
    "stale": """
manager.ttflist = [dataclasses.replace(f, fname="/nowhere" + f.fname) for f in manager.ttflist]
""",
}
DRAW = """
import dataclasses, hashlib, json, sys
from pathlib import Path
from matplotlib import font_manager
manager = font_manager.fontManager
{machine}
sys.path.insert(0, {scripts!r})
from disk import read_table
from revertome.figures import draw
from revertome.figures.style import encode
for source in sorted(Path(sys.argv[1]).glob("*.tsv")):
    figure = draw(source.stem, read_table(source))
    for suffix in ("svg", "png", "pdf"):
        image = encode(figure, suffix)
        print(json.dumps([source.stem, suffix, hashlib.sha256(image).hexdigest()]))
"""


@pytest.fixture(scope="module")
def study():
    return small_study.results()


def drawn(folder, machine, place):
    """Digests of all pictures, drawn by a process on another machine."""
    place.mkdir()
    (place / "matplotlibrc").write_text(
        "font.size: 19\naxes.grid: True\nfont.family: serif\nsvg.fonttype: path\n"
    )
    (place / "fonts.conf").write_text("<fontconfig></fontconfig>")
    env = {
        "PATH": os.environ["PATH"],
        "HOME": str(place),
        "MPLCONFIGDIR": str(place),
        "FONTCONFIG_FILE": str(place / "fonts.conf"),
    }
    code = DRAW.format(machine=MACHINES[machine], scripts=str(HOME / "scripts"))
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", code, str(folder)],
        capture_output=True, text=True, check=False, env=env, cwd=place,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-2000:]
    return [json.loads(line) for line in done.stdout.splitlines()]


@pytest.mark.slow
def test_same_bytes_whatever_fonts_and_settings_a_machine_has(tmp_path, study):
    (tmp_path / "tables").mkdir()
    for name in ("flow", "genes", "fingerprint"):
        write_table(build(name, study), tmp_path / "tables" / f"{name}.tsv")
    found = {name: drawn(tmp_path / "tables", name, tmp_path / name) for name in MACHINES}
    assert len(found["bare"]) == 9
    assert found["decoys"] == found["bare"]
    assert found["stale"] == found["bare"]


@pytest.fixture
def decoyed():
    """Fonts of the machine that bear the names of the shipped ones."""
    manager = font_manager.fontManager
    before = list(manager.ttflist)
    serif = next(font for font in before if font.name == "DejaVu Serif")
    manager.ttflist[:0] = [
        type(serif)(**{**vars(serif), "name": name, "weight": weight, "style": cut})
        for name in (fonts.FAMILY, fonts.SPARE)
        for weight in (400, 700)
        for cut in ("normal", "italic")
    ]
    manager._findfont_cached.cache_clear()
    fonts.register.cache_clear()
    yield
    manager.ttflist = before
    manager._findfont_cached.cache_clear()
    fonts.register.cache_clear()
    fonts.register()


def paths_of(weight, cut):
    with style.look():
        asked = font_manager.FontProperties(weight=weight, style=cut)
        return [
            Path(each.path).name for each in font_manager.fontManager._find_fonts_by_props(asked)
        ]


@pytest.mark.parametrize(
    ("weight", "cut", "file", "spare"),
    [
        ("normal", "normal", "Regular", ""),
        ("bold", "normal", "Bold", "-Bold"),
        ("normal", "italic", "Italic", "-Oblique"),
    ],
)
def test_shipped_fonts_come_before_others_of_their_names(decoyed, weight, cut, file, spare):
    assert paths_of(weight, cut) == [f"LiberationSans-{file}.ttf", f"DejaVuSans{spare}.ttf"]


def test_a_font_of_the_style_comes_before_the_shipped_ones():
    with theme.restyled({"font": ["No Such Font", "DejaVu Serif"]}):
        names = paths_of("normal", "normal")
    assert names == ["DejaVuSerif.ttf", "LiberationSans-Regular.ttf", "DejaVuSans.ttf"]


@pytest.mark.parametrize("weight", ["normal", "bold"])
@pytest.mark.parametrize("cut", ["normal", "italic"])
def test_every_sign_has_a_glyph(weight, cut):
    with style.look(), warnings.catch_warnings():
        warnings.simplefilter("error")
        figure = style.canvas(style.DOUBLE, 1)
        figure.text(0, 0.5, SIGNS + LETTERS, weight=weight, fontstyle=cut)
        for suffix in ("svg", "pdf", "png"):
            style.encode(figure, suffix)


def test_signs_in_the_sources_of_the_figures_are_shipped():
    """Whatever sign the library writes is in a shipped font."""
    spare = Path(matplotlib.get_data_path(), "fonts/ttf/DejaVuSans.ttf")
    known = {*TTFont(VENDOR / "LiberationSans-Regular.ttf").getBestCmap()}
    known |= {*TTFont(spare).getBestCmap()}
    written = {
        sign
        for path in (HOME / "scripts/revertome").rglob("*.py")
        for sign in path.read_text("utf-8")
        if ord(sign) > 127
    }
    assert {sign for sign in written if ord(sign) not in known} == set()
    assert {ord(sign) for sign in SIGNS + LETTERS} <= known


@pytest.mark.parametrize("cut", fonts.CUTS)
def test_fonts_are_as_released_with_their_licence(cut):
    file = VENDOR / f"LiberationSans-{cut}.ttf"
    assert hashlib.sha256(file.read_bytes()).hexdigest() in (VENDOR / "README.md").read_text(
        "utf-8"
    )
    names = TTFont(file)["name"]
    assert names.getDebugName(5) == "Version 2.1.5"
    assert "Open Font License" in names.getDebugName(13)
    assert "SIL OPEN FONT LICENSE Version 1.1" in (VENDOR / "LICENSE").read_text("utf-8")


def test_an_edit_of_a_font_reruns_the_figures():
    from digest import shipped

    assert VENDOR / "LiberationSans-Regular.ttf" in shipped(VENDOR.parent)


def test_an_svg_names_fonts_of_the_same_widths():
    figure = draw("flow", tidy.absent("Nothing to draw."))
    svg = style.encode(figure, "svg").decode()
    offered = "'Arial', 'Helvetica', 'Liberation Sans', 'DejaVu Sans', sans-serif"
    assert svg.count("font-family") == svg.count(f"font-family: {offered}") == 1


def test_a_figure_is_drawn_once_for_each_format(study, monkeypatch):
    figure = draw("pca", build("pca", study))
    drawn = []
    whole = type(figure).draw
    monkeypatch.setattr(
        type(figure), "draw", lambda self, renderer: drawn.append(1) or whole(self, renderer)
    )
    for suffix in ("svg", "pdf", "png"):
        style.encode(figure, suffix)
    assert len(drawn) == 3
