"""Figures of comparisons of 2 to 30 studies: nothing cut, covered, off the page or too small."""

import functools

import pytest

import many_trials
from revertome.figure_list import COMPARED
from revertome.figures import draw, theme
from revertome.source_data import build
from words import faults


@functools.cache
def tables_of(shape):
    return getattr(many_trials, shape)()


def found(shape, name):
    table = build(name, tables_of(shape))
    return faults(lambda: draw(name, table))


def cases(shapes):
    return [(shape.__name__, name) for shape in shapes for name in COMPARED]


@pytest.mark.parametrize(("shape", "name"), cases(many_trials.FAST))
def test_a_figure_of_a_comparison_is_readable(shape, name):
    assert found(shape, name) == []


@pytest.mark.slow
@pytest.mark.parametrize(("shape", "name"), cases(many_trials.SLOW))
def test_a_figure_of_a_harder_comparison_is_readable(shape, name):
    assert found(shape, name) == []


@pytest.mark.slow
@pytest.mark.parametrize("name", COMPARED)
def test_long_names_of_studies_in_the_widest_font(name):
    with theme.restyled({"font": "DejaVu Sans"}):
        assert found("twenty_long", name) == []
