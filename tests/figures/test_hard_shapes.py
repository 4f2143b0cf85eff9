"""Every figure of studies of hard shapes: nothing cut, covered, off the page or too small."""

import functools

import pytest

import hard_studies
from revertome import naming
from revertome.figure_list import FIGURES
from revertome.figures import draw, theme
from revertome.source_data import build
from words import faults


@functools.cache
def study_of(shape):
    return getattr(hard_studies, shape)()


def found(shape, name):
    study = study_of(shape)
    with naming.named_as(study.get("labels_of"), study["design"]):
        table = build(name, study)
    return faults(lambda: draw(name, table))


def cases(shapes):
    return [(shape.__name__, name) for shape in shapes for name in FIGURES]


@pytest.mark.parametrize(("shape", "name"), cases(hard_studies.FAST))
def test_a_figure_of_a_hard_shape_is_readable(shape, name):
    assert found(shape, name) == []


@pytest.mark.slow
@pytest.mark.parametrize(("shape", "name"), cases(hard_studies.SLOW))
def test_a_figure_of_a_harder_shape_is_readable(shape, name):
    assert found(shape, name) == []


@pytest.mark.slow
@pytest.mark.parametrize("name", FIGURES)
def test_long_names_in_the_widest_font(name):
    """A font of the study's own style, wider than the shipped one."""
    with theme.restyled({"font": "DejaVu Sans"}):
        assert found("long_names", name) == []


def test_names_of_points_stay_apart():
    """Genes of sixty letters that differ in their middle only."""
    study = study_of("long_names")
    figure = draw("trajectory_plane", build("trajectory_plane", study))
    for ax in figure.axes[:2]:
        named = [text.get_text() for text in ax.texts if "…" in text.get_text()]
        assert len(named) == len(set(named)) > 5
