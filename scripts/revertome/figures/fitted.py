"""Words that keep to their room, measured in the type they are drawn in.

Names of studies, modules and variables have any length; whatever font is found is wider or narrower
than another. So room is measured, never counted in letters.
"""

import functools
from collections.abc import Iterable, Sequence
from typing import NamedTuple

import matplotlib
from matplotlib.axes import Axes
from matplotlib.font_manager import FontProperties
from matplotlib.textpath import text_to_path

from revertome.figures import labels
from revertome.figures.labels import short
from revertome.figures.style import pt

INCH = 72.0  # points
SCREEN = 1.05  # letters of whole pixels, on a screen, over those of a printer
LEADING = 1.25  # line height over type size
LEVEL = 4  # lines of a level name


def wide(text: str, size: float = 6.5, weight: str = "normal") -> float:
    """Return the width of one line of words in points, at a nominal type size."""
    fonts = (*matplotlib.rcParams["font.family"],)
    return _wide(text, pt(size), weight, fonts)


@functools.lru_cache(maxsize=8192)
def _wide(text: str, size: float, weight: str, fonts: tuple[str, ...]) -> float:
    font = FontProperties(family=list(fonts), size=size, weight=weight)
    found, _, _ = text_to_path.get_text_width_height_descent(text, font, ismath=False)
    return SCREEN * float(found)


def cut(text: str, room: float, size: float = 6.5, weight: str = "normal") -> str:
    """Return words cut in their middle until they fit into `room` points."""
    most = len(text)
    while most > 3 and wide(short(text, most), size, weight) > room:
        most -= 1
    return short(text, most)


def apart(names: Sequence[str], room: float, size: float = 6.5) -> list[str]:
    """Return names cut to `room` points, no two different ones alike."""
    return labels.apart(names, lambda name: cut(name, room, size))


def lines(
    text: str, room: float, size: float = 6.5, most: int | None = None, weight: str = "normal"
) -> list[str]:
    """Return words in lines of at most `room` points; of more than `most` lines the last is cut.

    A word that is wider than a line is broken.
    """
    found: list[str] = []
    for word in text.split():
        joined = f"{found[-1]} {word}" if found else word
        if found and wide(joined, size, weight) <= room:
            found[-1] = joined
            continue
        found.append(word)
        while wide(found[-1], size, weight) > room and len(found[-1]) > 1:
            fits = next(
                n for n in range(len(found[-1]) - 1, 0, -1)
                if n == 1 or wide(found[-1][:n], size, weight) <= room
            )  # fmt: skip
            found[-1:] = [found[-1][:fits], found[-1][fits:]]
    if most is not None and len(found) > most:
        found = [*found[: most - 1], cut(" ".join(found[most - 1 :]), room, size, weight)]
    return found or [""]


def columns(legend: Iterable[str], room: float, size: float = 6.5, most: int = 6) -> int:
    """Return how many entries of a legend stand side by side in `room` points."""
    widest = max((wide(text, size) for text in legend), default=0.0)
    return max(1, min(most, int(room // (widest + pt(24)))))


class Names(NamedTuple):
    """Names of the columns of a grid: words, whether they are turned, and their height in mm."""

    words: list[str]
    turned: bool
    height: float

    def put(self, ax: Axes) -> None:
        """Write them under the columns."""
        rotation = 90 if self.turned else 0
        ax.set_xticks(range(len(self.words)), self.words, rotation=rotation, linespacing=1.0)


def column_names(words: Sequence[str], step: float) -> Names:
    """Fit the names of columns `step` points apart: level in lines, or turned where too narrow.

    Turned names have no more lines than stand side by side in a column, so that none meets
    another.
    """
    room = step - pt(3)
    line = pt(6.5 * LEADING)
    level = [lines(word, room) for word in words]
    whole = all(wide(part) <= room for word in words for part in word.split())
    if whole and max(map(len, level), default=1) <= LEVEL:
        tall = max(map(len, level), default=1) * line
        return Names(["\n".join(part) for part in level], turned=False, height=tall / INCH * 25.4)
    side = int(min(3, max(1, room // line)))
    long = pt(78 if side > 2 else 115)
    fits = apart(words, long * (side if side == 1 else 0.85 * side))
    turned = ["\n".join(lines(word, long, most=side)) for word in fits]
    tall = max(wide(part) for word in turned for part in word.split("\n"))
    return Names(turned, turned=True, height=tall / INCH * 25.4)


def p_words(p: float) -> str:
    """Write what follows the name of a p-value, with the digits that captions give it."""
    if p < 1e-4:
        return "< 0.0001"
    return f"= {p:.2g}" if p < 0.1 else f"= {p:.2f}"
