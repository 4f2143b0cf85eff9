"""What is wrong with a picture: words cut, over others or over the edge, panels without room."""

import warnings
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import matplotlib
import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import FancyBboxPatch
from matplotlib.text import Text
from matplotlib.transforms import Bbox

from revertome.figures.style import look

PAGE = 247  # mm, of text on a page of a journal
WIDTHS = (89, 183)  # mm, of one column and of two
SMALLEST, LARGEST = 6, 8  # points of type
LEAST = 9  # mm, either side of a panel in which something can be read


@dataclass(frozen=True)
class Word:
    """A text as drawn: its corners (4, 2) and the upright frame around them, in pixels."""

    text: str
    corners: np.ndarray
    box: Any
    size: float


def drawn_words(figure: Any) -> list[Word]:
    """Every text that a figure draws, where it stands at last.

    Found at the resolution of the picture, as hinting makes other widths at a lower one; given in
    the pixels of the figure.
    """
    found: list[Word] = []
    draw_text, usual = Text.draw, figure.dpi
    with look():
        picture = float(matplotlib.rcParams["savefig.dpi"])
    size = usual / picture

    def record(self: Text, renderer: Any) -> None:
        if self.get_visible() and self.get_text().strip():
            box = Text.get_window_extent(self, renderer)
            if box.width > 0:
                corners, box = size * _corners(self, box, renderer), Bbox(size * box.get_points())
                found.append(Word(self.get_text(), corners, box, float(self.get_fontsize())))
        draw_text(self, renderer)

    with look():  # as it is written
        figure.dpi = picture
        figure.draw_without_rendering()
        Text.draw = record  # type: ignore[method-assign]
        try:
            figure.draw_without_rendering()
        finally:
            Text.draw, figure.dpi = draw_text, usual  # type: ignore[method-assign]
    return found


def _corners(text: Text, box: Any, renderer: Any) -> np.ndarray:
    """Corners of a text, turned as it is."""
    angle = np.radians(text.get_rotation())
    width, height = box.width, box.height
    if abs(np.sin(2 * angle)) > 1e-6:
        turned = text.get_rotation()
        text.set_rotation(0)
        flat = Text.get_window_extent(text, renderer)
        text.set_rotation(turned)
        width, height = flat.width, flat.height
    else:
        angle = 0.0
    half = np.array([(-1, -1), (1, -1), (1, 1), (-1, 1)]) * (width / 2, height / 2)
    turn = np.array([(np.cos(angle), np.sin(angle)), (-np.sin(angle), np.cos(angle))])
    return np.asarray(half @ turn + ((box.x0 + box.x1) / 2, (box.y0 + box.y1) / 2))


def _overlap(a: np.ndarray, b: np.ndarray) -> tuple[float, float]:
    """How deep two turned frames are in each other, along the axes of either; 0 where apart."""
    depths = []
    for frame in (a, b):
        for side in (frame[1] - frame[0], frame[3] - frame[0]):
            axis = side / (np.linalg.norm(side) or 1.0)
            one, two = a @ axis, b @ axis
            depths.append(min(one.max(), two.max()) - max(one.min(), two.min()))
    return min(depths[0::2]), min(depths[1::2])


def misplaced(figure: Any, words: Sequence[Word] | None = None) -> list[str]:
    """Words beyond the edge of a figure or over other words, as sentences."""
    words = drawn_words(figure) if words is None else words
    edge = figure.bbox
    found = [
        f"{word.text!r} beyond the edge"
        for word in words
        if min(word.box.x0, word.box.y0) < -1
        or word.box.x1 > edge.x1 + 1
        or word.box.y1 > edge.y1 + 1
    ]
    if not words:
        return found
    x0, y0, x1, y1 = np.array([word.box.extents for word in words]).T
    wide = np.minimum.outer(x1, x1) - np.maximum.outer(x0, x0)
    high = np.minimum.outer(y1, y1) - np.maximum.outer(y0, y0)
    for i, j in zip(*np.nonzero(np.triu((wide > 1) & (high > 2), 1)), strict=True):
        along, across = _overlap(words[i].corners, words[j].corners)
        if along > 1 and across > 2:
            found.append(f"{words[i].text!r} over {words[j].text!r}")
    return found


def _cut(figure: Any, words: Sequence[Word]) -> list[str]:
    """Words that leave the box they stand in."""
    found = []
    for box in figure.findobj(FancyBboxPatch):
        # Boxes of legends and labels grow with their words; those of figures stand in axes.
        if box.axes is None or box not in box.axes.patches:
            continue
        frame = box.get_window_extent()
        for word in words:
            x, y = word.corners.mean(axis=0)
            inside = frame.x0 < x < frame.x1 and frame.y0 < y < frame.y1
            if inside and (word.box.x0 < frame.x0 - 1 or word.box.x1 > frame.x1 + 1):
                found.append(f"{word.text!r} out of its box")
    return found


def _cramped(figure: Any) -> list[str]:
    """Panels with too little room to read anything in, and rows of one axis with one name."""
    found = []
    for ax in figure.findobj(Axes):
        if not ax.axison or not ax.get_visible() or ax.get_label() == "<colorbar>":
            continue
        box = ax.get_window_extent()
        width, height = (side / figure.dpi * 25.4 for side in (box.width, box.height))
        labelled = [
            [t.get_text() for t in axis.get_ticklabels() if t.get_visible() and t.get_text()]
            for axis in (ax.xaxis, ax.yaxis)
        ]
        if all(labelled) and min(width, height) < LEAST:
            found.append(f"panel of {width:.0f} x {height:.0f} mm")
        for names in labelled:
            twice = [name for name, n in Counter(names).items() if n > 1]
            found += [f"{name!r} names two rows" for name in twice[:1]]
    return found


def faults(drawing: Callable[[], Any]) -> list[str]:
    """All that is wrong with the figure that `drawing` draws, as sentences."""
    with warnings.catch_warnings(record=True) as heard:
        warnings.simplefilter("always")
        figure = drawing()
        words = drawn_words(figure)
        wrong = misplaced(figure, words) + _cut(figure, words) + _cramped(figure)
    found = [f"warned: {text}" for text in dict.fromkeys(str(each.message) for each in heard)]
    width, height = figure.get_size_inches() * 25.4
    if not WIDTHS[0] - 0.5 < width < WIDTHS[1] + 0.5 or height > PAGE:
        found.append(f"{width:.0f} x {height:.0f} mm")
    found += [
        f"type of {size:g} points"
        for size in {word.size for word in words}
        if not SMALLEST <= size <= LARGEST
    ]
    return found + wrong
