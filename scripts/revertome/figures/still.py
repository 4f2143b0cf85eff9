"""A figure that is final: what would be found anew for each file is fixed.

Every time a figure is drawn, Matplotlib chooses ticks, writes their labels and looks for the place
of the name of each axis, also where there is none, several times an axis; and each mark of a tick
is an artist of its own.
"""

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.axis import Axis, Tick
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import FixedFormatter, FixedLocator

CLOSE = 1e-10  # of the width of an axis: a tick so near its end is drawn


def still(fig: Figure) -> None:
    """Fix the ticks and draw their marks together; the picture stays as it is."""
    for ax in fig.axes:
        for axis in (ax.xaxis, ax.yaxis):
            if ax.axison and axis.get_visible():
                _still(ax, axis)


def _still(ax: Axes, axis: Axis) -> None:
    places, form = axis.get_majorticklocs(), axis.get_major_formatter()
    fixed = FixedFormatter(form.format_ticks(list(places)))
    fixed.set_offset_string(form.get_offset())
    axis.set_major_locator(FixedLocator(list(places)))
    axis.set_major_formatter(fixed)
    ticks = axis.get_major_ticks(), axis.get_minor_ticks()
    if not axis.label.get_text():
        axis.set_label_coords(0, 0)
    elif not any(label.get_text() for label in axis.get_ticklabels(which="both")):
        return  # the marks have a say in the place of the name
    for some, found in zip(ticks, (places, axis.get_minorticklocs()), strict=True):
        _together(ax, axis, some, found)


def _together(ax: Axes, axis: Axis, ticks: Sequence[Tick], places: np.ndarray) -> None:
    """Draw the marks of ticks, which are alike, as one line of markers."""
    if len(ticks) < 2 or not (line := ticks[0].tick1line).get_visible():
        return
    for tick in ticks:
        tick.tick1line.set_visible(False)
    if not line.get_markersize():
        return
    scale = axis.get_transform()
    low, high = sorted(scale.transform(axis.get_view_interval()))
    at, edge = scale.transform(places), CLOSE * (high - low)
    shown = places[(at >= low - edge) & (at <= high + edge)]
    marks = Line2D([], [])
    marks.update_from(line)
    marks.set_visible(True)
    flat = np.zeros(len(shown))
    marks.set_data(*((shown, flat) if axis is ax.xaxis else (flat, shown)))
    marks.set_zorder(axis.get_zorder())
    ax.add_artist(marks)
    marks.set_clip_on(False)
