"""Dense layers as pictures inside vector files, made once for all of them.

Matplotlib makes the picture of a rasterised layer on a canvas of the whole figure, anew for each
panel and each file.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import groupby
from typing import Any

import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import RendererAgg
from matplotlib.figure import Figure

Way = Callable[..., Any]
Stand = tuple[Artist, str, Way]  # what an artist does otherwise, by the name of the method


@contextmanager
def pictured(fig: Figure, dpi: float) -> Iterator[None]:
    """Have a figure, which is final, draw pictures in the place of its rasterised artists.

    Images are scaled once, too. A file of vectors counts 72 dots an inch; pictures have `dpi`.
    """
    made = vars(fig).setdefault("pictured", {})
    if dpi not in made:
        made[dpi] = [*_pictures(fig, dpi), *_images(fig)]
    for artist, name, way in made[dpi]:
        vars(artist)[name] = way
    try:
        yield
    finally:
        for artist, name, _ in made[dpi]:
            del vars(artist)[name]


def _images(fig: Figure) -> Iterator[Stand]:
    for image in (image for ax in fig.axes for image in ax.images):
        yield image, "make_image", _scaled_once(image.make_image)


def _scaled_once(usual: Way) -> Way:
    known: dict[tuple[float, bool], Any] = {}

    def scaled(renderer: Any, magnification: float = 1.0, unsampled: bool = False) -> Any:
        key = (magnification, unsampled)
        if key not in known:
            known[key] = usual(renderer, magnification, unsampled)
        return known[key]

    return scaled


def _pictures(fig: Figure, dpi: float) -> Iterator[Stand]:
    runs = [(ax, run) for ax in fig.axes for run in _runs(ax)]
    if not runs:
        return
    width, height = fig.get_size_inches() * dpi
    renderer: Any = RendererAgg(width, height, dpi)  # type: ignore[no-untyped-call]
    usual, fig.dpi = fig.dpi, dpi
    for ax, (first, *others) in runs:
        yield first, "draw", _picture(renderer, ax, [first, *others])
        yield from ((other, "draw", _nothing) for other in others)
    fig.dpi = usual


def _nothing(_: Any) -> None:
    """Draw nothing: the artist is in the picture of those before it."""


def _runs(ax: Axes) -> Iterator[list[Artist]]:
    """Visible rasterised artists with no other drawn between them."""
    others = [artist for artist in ax.get_children() if artist is not ax.patch]  # the ground
    order = sorted(others, key=Artist.get_zorder)
    for raster, run in groupby(order, Artist.get_rasterized):
        if raster and (shown := [artist for artist in run if artist.get_visible()]):
            yield shown


def _picture(renderer: Any, ax: Axes, members: list[Artist]) -> Way:
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
    some = pixels[y, x, 3] > 0
    rows, columns = np.flatnonzero(some.any(axis=1)), np.flatnonzero(some.any(axis=0))
    if not len(rows):
        return _nothing
    x = slice(x.start + columns[0], x.start + columns[-1] + 1)
    y = slice(y.start + rows[0], y.start + rows[-1] + 1)
    point = 72 / renderer.dpi
    lower = renderer.height - y.stop  # from the edge of the figure, not of the last whole pixel
    shown = pixels[y, x][::-1].copy()

    def draw(vectors: Any) -> None:
        vectors.draw_image(vectors.new_gc(), x.start * point, lower * point, shown)

    return draw
