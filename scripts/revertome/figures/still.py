"""A figure that is final: what would be found anew for each file is fixed.

Every time a figure is drawn, Matplotlib chooses ticks, writes their labels and looks for the place
of the name of each axis, several times an axis; and each mark of a tick is an artist of its own.
"""

from collections.abc import Sequence
from typing import Any

import matplotlib
import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.axis import Axis, Tick
from matplotlib.backends.backend_agg import RendererAgg
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.text import Text
from matplotlib.ticker import FixedFormatter, FixedLocator
from matplotlib.transforms import Transform

CLOSE = 1e-10  # of the width of an axis: a tick so near its end is drawn


def still(fig: Figure) -> None:
    """Fix the ticks, draw their marks together and name each axis where PNG has its name."""
    usual, fig.dpi = fig.dpi, float(matplotlib.rcParams["savefig.dpi"])
    measure: Any = RendererAgg(1, 1, fig.dpi)  # type: ignore[no-untyped-call]
    for ax in fig.axes:
        for axis in (ax.xaxis, ax.yaxis):
            if ax.axison and axis.get_visible():
                _still(ax, axis, measure, fig.dpi_scale_trans)
    fig.dpi = usual


def _still(ax: Axes, axis: Axis, measure: Any, inches: Transform) -> None:
    places, form = axis.get_majorticklocs(), axis.get_major_formatter()
    fixed = FixedFormatter(form.format_ticks(list(places)))
    fixed.set_offset_string(form.get_offset())
    axis.set_major_locator(FixedLocator(list(places)))
    axis.set_major_formatter(fixed)
    if axis.label.get_text():
        axis.get_tightbbox(measure)  # puts all in its place
        dots = axis.label.get_transform().transform(axis.label.get_position())
        x, y = (float(place) for place in dots / measure.dpi)
        axis.set_label_coords(x, y, inches)
    else:
        axis.get_ticklabels()
    parts: list[Artist] = []
    for ticks, found in (
        (axis.get_major_ticks(), places),
        (axis.get_minor_ticks(), axis.get_minorticklocs()),
    ):
        shown = _in_view(axis, found)
        _together(ax, axis, ticks, found[shown])
        parts += [
            part for tick, seen in zip(ticks, shown, strict=True) if seen for part in _parts(tick)
        ]
    if not fixed.get_offset():
        vars(axis)["draw"] = _drawing([*parts, axis.label])


def _in_view(axis: Axis, places: np.ndarray) -> np.ndarray:
    scale = axis.get_transform()
    low, high = sorted(scale.transform(axis.get_view_interval()))
    at, edge = scale.transform(places), CLOSE * (high - low)
    return np.asarray((at >= low - edge) & (at <= high + edge))


def _together(ax: Axes, axis: Axis, ticks: Sequence[Tick], places: np.ndarray) -> None:
    """Draw the marks of ticks, which are alike, as one line of markers."""
    if len(ticks) < 2 or not (line := ticks[0].tick1line).get_visible():
        return
    for tick in ticks:
        tick.tick1line.set_visible(False)
    if not line.get_markersize():
        return
    marks = Line2D([], [])
    marks.update_from(line)
    marks.set_visible(True)
    flat = np.zeros(len(places))
    marks.set_data(*((places, flat) if axis is ax.xaxis else (flat, places)))
    marks.set_zorder(axis.get_zorder())
    ax.add_artist(marks)
    marks.set_clip_on(False)


def _parts(tick: Tick) -> list[Artist]:
    every = (tick.gridline, tick.tick1line, tick.tick2line, tick.label1, tick.label2)
    return [part for part in every if part.get_visible()]


def _drawing(parts: Sequence[Artist]) -> Any:
    shown = [part for part in parts if not isinstance(part, Text) or part.get_text()]

    def draw(renderer: Any) -> None:
        renderer.open_group("matplotlib.axis")
        for part in shown:
            part.draw(renderer)
        renderer.close_group("matplotlib.axis")

    return draw
