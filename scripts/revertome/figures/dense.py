"""Dense layers as pictures inside vector files, made once for all of them.

Matplotlib makes the picture of a rasterised layer on a canvas of the whole figure, anew for each
panel and each file.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from itertools import groupby
from typing import Any, NamedTuple
from weakref import WeakKeyDictionary

import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import RendererAgg
from matplotlib.figure import Figure


class Picture(NamedTuple):
    """Pixels of a run of rasterised artists, upside down; left and lower edge in points."""

    members: list[Artist]
    pixels: np.ndarray
    left: float
    lower: float

    def draw(self, renderer: Any) -> None:
        """Draw it in the place of the first of its artists."""
        if self.pixels.size:
            renderer.draw_image(renderer.new_gc(), self.left, self.lower, self.pixels)


_made: WeakKeyDictionary[Figure, tuple[float, list[Picture]]] = WeakKeyDictionary()


@contextmanager
def pictured(fig: Figure, dpi: float) -> Iterator[None]:
    """Have a figure, which is final, draw pictures in the place of its rasterised artists.

    A file of vectors counts 72 dots an inch; the pictures have `dpi`.
    """
    if _made.get(fig, (None,))[0] != dpi:
        _made[fig] = dpi, _pictures(fig, dpi)
    members = []
    for picture in _made[fig][1]:
        first, *others = picture.members
        vars(first)["draw"] = picture.draw
        for member in others:
            vars(member)["draw"] = _nothing
        members += picture.members
    try:
        yield
    finally:
        for member in members:
            del vars(member)["draw"]


def _nothing(_: Any) -> None:
    """Draw nothing: the artist is in the picture of those before it."""


def _pictures(fig: Figure, dpi: float) -> list[Picture]:
    runs = [(ax, run) for ax in fig.axes for run in _runs(ax)]
    if not runs:
        return []
    width, height = fig.get_size_inches() * dpi
    renderer = RendererAgg(width, height, dpi)
    usual, fig.dpi = fig.dpi, dpi
    try:
        return [_picture(renderer, ax, run) for ax, run in runs]
    finally:
        fig.dpi = usual


def _runs(ax: Axes) -> Iterator[list[Artist]]:
    """Visible rasterised artists with no other drawn between them."""
    order = sorted(ax.get_children(), key=Artist.get_zorder)
    for raster, run in groupby(order, Artist.get_rasterized):
        if raster and (shown := [artist for artist in run if artist.get_visible()]):
            yield shown


def _picture(renderer: RendererAgg, ax: Axes, members: list[Artist]) -> Picture:
    renderer.clear()
    for member in members:
        member.draw(renderer)
    pixels = np.asarray(renderer.buffer_rgba())
    height, width = pixels.shape[:2]
    x, y = slice(0, width), slice(0, height)
    if all(member.get_clip_on() for member in members):  # nothing shows beyond the panel
        box = ax.get_window_extent()
        x = slice(max(int(box.x0) - 1, 0), int(box.x1) + 2)
        y = slice(max(height - int(box.y1) - 2, 0), max(height - int(box.y0) + 1, 0))
    shown = pixels[y, x, 3] > 0
    rows, columns = shown.any(axis=1).nonzero()[0], shown.any(axis=0).nonzero()[0]
    if not len(rows):
        return Picture(members, pixels[:0], 0, 0)
    x = slice(x.start + columns[0], x.start + columns[-1] + 1)
    y = slice(y.start + rows[0], y.start + rows[-1] + 1)
    point = 72 / renderer.dpi
    lower = renderer.height - y.stop  # from the edge of the figure, not of the last whole pixel
    return Picture(members, pixels[y, x][::-1].copy(), x.start * point, lower * point)
