"""What is worked out once for a figure and its files changes nothing of what is seen."""

import gc
import io
import re
import weakref
from contextlib import nullcontext

import matplotlib.artist
import matplotlib.ft2font
import numpy as np
import pandas as pd
import pytest
from matplotlib.backends import _backend_pdf_ps
from matplotlib.font_manager import FontProperties, fontManager, get_font

import pictures
import small_study
from revertome.figures import dense, draw, embedded, fonts, labels, quick, strands, style, theme
from revertome.source_data import build

FORMATS = ("svg", "pdf", "png")


@pytest.fixture(scope="module")
def study():
    return small_study.results()


def cloud(colour="#D55E00", between=0.5):
    """Two panels of rasterised dots, with a line between two layers of the second."""
    fig = style.canvas(style.SINGLE, 2)
    x = np.random.default_rng(1).normal(size=(400, 2))
    for layer, ax in enumerate(fig.subplots(1, 2)):
        ax.scatter(*x.T, s=3, c=colour, rasterized=True)
        ax.plot([-3, 3], [0, 0], zorder=between)
        ax.scatter(*-x.T[::-1], s=3 + layer, c="#0072B2", alpha=0.4, zorder=2, rasterized=True)
    style.settle(fig)
    return fig


def files(fig):
    return style.encoded(fig, FORMATS)


@pytest.mark.parametrize("between", [0.5, 1.5, 2])
def test_pictures_are_those_matplotlib_makes(monkeypatch, between):
    with style.look():
        found = files(cloud(between=between))
        monkeypatch.setattr(style, "pictured", lambda fig, dpi: nullcontext())
        usual = files(cloud(between=between))
    assert found == usual
    assert found["svg"].count(b"<image") == (2 if between == 0.5 else 4)


def test_pictures_are_made_once_for_both_files_and_go_with_the_figure(monkeypatch):
    made = []
    monkeypatch.setattr(
        dense, "_picture", lambda *args, usual=dense._picture: made.append(1) or usual(*args)
    )
    with style.look():
        fig = cloud()
        files(fig)
    assert len(made) == 2
    assert not any("draw" in vars(artist) for artist in fig.findobj())
    gone = weakref.ref(fig)
    del fig
    gc.collect()
    assert gone() is None


@pytest.mark.parametrize("name", ["association", "course", "heatmap", "tipping", "variances"])
def test_a_still_figure_looks_as_before(name, study, monkeypatch):
    table = build(name, study)
    found = style.encode(draw(name, table), "png")
    monkeypatch.setattr(style, "still", lambda fig: None)
    assert style.encode(draw(name, table), "png") == found


@pytest.mark.parametrize("name", ["genes", "fingerprint"])
def test_files_are_the_same_without_memory(name, study, monkeypatch):
    """Each way that is replaced exists, and gives what the usual one gives."""
    assert all(callable(getattr(owner, way)) for owner, way, _ in quick.WAYS)
    table = build(name, study)
    found = files(draw(name, table))
    monkeypatch.setattr(quick, "WAYS", ())
    assert files(draw(name, table)) == found


def usual_file(fig, form, **metadata):
    """A file as Matplotlib writes it in a drawing of its own."""
    buffer = io.BytesIO()
    fonts_of_pdf = quick.replaced(_backend_pdf_ps, "get_glyphs_subset", embedded.glyphs_alone)
    with style.look(), fonts_of_pdf, dense.pictured(fig, 300):
        fig.savefig(buffer, format=form, metadata=metadata)
    return buffer.getvalue()


@pytest.mark.parametrize("name", ["contrasts", "flow", "heatmap"])
def test_svg_and_pdf_of_one_drawing_are_those_of_two(name, study):
    fig = draw(name, build(name, study))
    found = files(fig)
    assert found == {form: style.encode(fig, form) for form in FORMATS}
    assert found["pdf"] == usual_file(fig, "pdf", CreationDate=None)
    svg = fonts.offered(style._numbered(usual_file(fig, "svg", Date=None))).decode()
    numbers = re.compile(r"(?<![\w#])-?\d+\.\d+")
    mine = found["svg"].decode()
    assert numbers.sub("", mine) == numbers.sub("", svg)
    places = [np.array(numbers.findall(text), float) for text in (mine, svg)]
    np.testing.assert_allclose(*places, atol=0.02)  # words are measured as for PDF


def test_a_layer_that_is_no_part_of_the_axes_is_a_picture_too():
    with style.look():
        fig = cloud()
        inset = fig.axes[0].inset_axes((0.5, 0.5, 0.4, 0.4))
        inset.scatter(range(50), range(50), rasterized=True)
        assert files(fig)["svg"].count(b"<image") == 3


def test_names_of_axes_stay_where_png_has_them(study):
    fig = draw("trajectory_plane", build("trajectory_plane", study))
    places = []
    for dpi in (72, 300):
        fig.dpi = dpi
        labels_of = [axis.label for ax in fig.axes for axis in (ax.xaxis, ax.yaxis)]
        shown = [label for label in labels_of if label.get_text()]
        places.append([lab.get_transform().transform(lab.get_position()) / dpi for lab in shown])
    assert len(places[0]) >= 2
    np.testing.assert_allclose(*places, atol=1e-9)


def test_ways_are_the_usual_ones_again():
    before = [getattr(owner, way) for owner, way, _ in quick.WAYS]
    with style.look():
        within = [getattr(owner, way) for owner, way, _ in quick.WAYS]
    assert [getattr(owner, way) for owner, way, _ in quick.WAYS] == before
    assert all(way is not usual for way, usual in zip(within, before, strict=True))
    assert "linewidth" in matplotlib.artist.kwdoc(matplotlib.lines.Line2D)


def test_fonts_are_read_from_memory():
    """Should Matplotlib open fonts by another way, files would be read letter by letter."""
    with style.look():
        paths = fontManager._find_fonts_by_props(FontProperties(family=[fonts.FAMILY]))
        matplotlib.font_manager._get_font.cache_clear()
        font = get_font(paths)
    assert isinstance(font.fname, quick.Held)
    assert str(font.fname) in fonts.files()


def test_values_of_people_are_means_by_place():
    table = pd.DataFrame(
        {
            "patient": ["b", "a", "a", "b", "c", "d", "a"],
            "visit": ["v2", "v1", "v1", "v1", "v9", "v1", "v3"],
            "value": [3.0, 1.0, 2.0, 5.0, 7.0, np.nan, 4.0],
        }
    )
    found = strands.by_person(table, "visit", "value", ["v1", "v2", "v3"])
    np.testing.assert_array_equal(found, [[1.5, np.nan, 4.0], [5.0, 3.0, np.nan]])
    assert strands.by_person(table.head(0), "visit", "value", ["v1"]).shape == (0, 1)
    wide = table.pivot_table(index="patient", columns="visit", values="value")
    np.testing.assert_array_equal(found, wide.reindex(columns=["v1", "v2", "v3"]).loc[["a", "b"]])


def test_bars_stand_on_zero():
    with style.look():
        fig = style.canvas(style.SINGLE, 1)
        ax = fig.subplots()
        strands.histogram(ax, [0, 1], [1, 3], [10, 20], color="#7A8FA6")
        boxes = [path.get_extents().extents.tolist() for path in ax.collections[0].get_paths()]
        assert boxes == [[0, 0, 1, 10], [1, 0, 3, 20]]
        assert ax.get_ylim() == (0, pytest.approx(21))


def test_lines_of_names_begin_clear_of_words_and_end_before_points():
    with style.look():
        fig = style.canvas(style.SINGLE, 3, None)
        ax = fig.add_axes((0, 0, 1, 1), xlim=(0, 1), ylim=(0, 1))
        names = pd.DataFrame(
            {"x": [0.6, 0.3, 0.02], "y": [0.9, 0.5, 0.1], "label": ["FAR", "LEVEL", "UNDER"]}
        ).assign(colour="k", text_x=0.01, ha="left")
        labels.name_points(ax, names)
        (lines,) = ax.collections
        fig.dpi = 300
        assert len(lines.get_paths()) == 2  # a point under its own name needs no line
        for text, point in zip(("FAR", "LEVEL"), names[["x", "y"]].to_numpy()[:2], strict=True):
            box = next(t for t in ax.texts if t.get_text() == text).get_window_extent()
            goal = ax.transData.transform(point)
            near = min(lines.get_paths(), key=lambda p: np.hypot(*(p.vertices[1] - point)))
            start, end = ax.transData.transform(near.vertices)
            assert np.hypot(*(goal - end)) == pytest.approx(labels.TO * 300 / 72)
            gap = labels.GROUND * 300 / 72
            way = (goal - start) / np.hypot(*(goal - start))
            middle = np.array([box.x1, (box.y0 + box.y1) / 2])
            off = start - middle
            assert abs(way[0] * off[1] - way[1] * off[0]) < 1e-6
            assert start[0] >= box.x1 + gap * 0.9


def test_garbage_is_looked_for_as_before_after_a_figure():
    before = gc.get_threshold()
    with pictures.seldom_collected():
        assert gc.get_threshold() != before
    assert gc.get_threshold() == before


@pytest.mark.parametrize("dpi", [150, 300, 600])
@pytest.mark.parametrize(
    "words", ["anakinra | placebo (Fisher)", "illi.lilli, fillil: 1,111/1,111"]
)
def test_words_beside_a_panel_are_on_the_page_of_the_picture(words, dpi):
    """At the resolution in which they are drawn; hinting makes them narrower at a lower one."""
    with theme.restyled({"dpi": dpi}), style.look():
        fig = style.canvas(style.DOUBLE, 2)
        ax = fig.subplots()
        ax.text(1.02, 0.5, words, fontsize=6, transform=ax.transAxes)
        ax.set_yticks([0, 1], [words, "b"])
        style.settle(fig)
        fig.dpi = dpi
        box = ax.get_tightbbox(fig.canvas.get_renderer())
    assert 0 <= box.x0 < box.x1 <= fig.bbox.x1
