"""Names of points that stand clear of each other, tied to their points by lines."""

import textwrap
from collections.abc import Callable, Mapping, Sequence
from typing import Any, cast

import matplotlib
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection
from matplotlib.figure import Figure
from matplotlib.text import Text

from revertome import naming
from revertome.figures.style import pt

# Points: ground of words beyond them, gaps of a line from the ground and to its point.
GROUND, FROM, TO = 0.4, 1.0, 1.5
WORDS: dict[str, Any] = {
    "va": "center",
    "fontstyle": "italic",
    "bbox": {"fc": "white", "ec": "none", "alpha": 0.7, "pad": GROUND},
    "zorder": 6,
}


def short(name: str, most: int) -> str:
    """Return a name cut in its middle to `most` letters, so that its ends still tell it apart."""
    if len(name) <= most:
        return name
    tail = most // 3
    return f"{name[: most - tail - 1]}…{name[-tail:]}"


def apart(names: Sequence[str], cut: Callable[[str], str]) -> list[str]:
    """Return names shortened by `cut`, such that unlike names stay unlike.

    Names that the cut would make the same begin where they differ; if that does not tell them
    apart, they are numbered.
    """
    found = {name: cut(name) for name in names}
    numbered = {name: f"{name} {number}" for number, name in enumerate(found, 1)}
    for group in _alike(found):
        found |= {name: cut(text) for name, text in zip(group, _unlike(group), strict=True)}
    for group in _alike(found):
        found |= {name: cut(numbered[name]) for name in group}
    return [found[name] for name in names]


def _alike(found: Mapping[str, str]) -> list[list[str]]:
    groups: dict[str, list[str]] = {}
    for name, text in found.items():
        groups.setdefault(text, []).append(name)
    return [group for group in groups.values() if len(group) > 1]


def _unlike(names: Sequence[str]) -> list[str]:
    """Names from shortly before the place where they first differ."""
    unlike = (place for place, signs in enumerate(zip(*names, strict=False)) if len({*signs}) > 1)
    start = next(unlike, min(map(len, names))) - 2
    return [f"…{name[start:]}" if start > 1 else name for name in names]


def shorts(names: Sequence[str], most: int) -> list[str]:
    """Return names cut to `most` letters each, such that unlike names stay unlike."""
    return apart(names, lambda name: short(name, most))


def of_role(role: str, visit: object) -> str:
    """Name of a role in a key: that of healthy people, or of the visit."""
    return naming.group("healthy") if role == "healthy" else naming.visit(visit)


def filled(words: str, width: int, lines: int = 2) -> str:
    """Break words into lines of at most `width` letters; what is left after the last is cut off."""
    return "\n".join(
        textwrap.wrap(words, width, max_lines=lines, placeholder="…", break_on_hyphens=False)
    )


def name_points(ax: Axes, names: pd.DataFrame, gap: float = 7.5) -> None:
    """Name points in columns of labels, none over another, each tied to its point by a line.

    `names` has x, y (the point), label, colour, text_x (where the column of labels stands) and ha
    (its alignment). Labels of a column keep the order of their points and stand at least `gap`
    points apart. Needs the final layout (`settle`).
    """
    if names.empty:  # no gene to name
        return
    low, high = ax.get_ylim()
    height = pt(gap) / 72 / (ax.get_window_extent().height / ax.figure.dpi) * (high - low)
    told = shorts([str(label) for label in names["label"]], 14)
    texts, points = [], []
    for (text_x, ha), column in names.assign(told=told).groupby(["text_x", "ha"], sort=True):
        column = column.sort_values(["y", "label"])
        heights = spread(column["y"].to_numpy(), height, low + height / 2, high - height / 2)
        for name, y in zip(column.to_dict("records"), heights, strict=True):
            style = {"color": name["colour"], "fontsize": pt(6), "ha": ha, **WORDS}
            texts.append(ax.text(text_x, y, name["told"], **style))
            points.append((name["x"], name["y"]))
    _tie(ax, texts, np.array(points, float))


def _tie(ax: Axes, texts: Sequence[Text], points: np.ndarray) -> None:
    """Draw lines from the sides of words, clear of their ground, to near their points."""
    fig, across = cast("Figure", ax.figure), ax.transData
    usual, fig.dpi = fig.dpi, matplotlib.rcParams["savefig.dpi"]  # letters as wide as on paper
    boxes = np.array([text.get_window_extent().extents for text in texts])
    middles = (boxes[:, :2] + boxes[:, 2:]) / 2
    ends = across.transform(points)
    right = ends[:, 0] > across.transform([text.get_position() for text in texts])[:, 0]
    starts = np.column_stack([np.where(right, boxes[:, 2], boxes[:, 0]), middles[:, 1]])
    point = fig.dpi / 72
    way = ends - starts
    long = np.hypot(*way.T)
    wide, high = (boxes[:, 2:] - boxes[:, :2]).T
    inward = (way[:, 0] > 0) != right  # to a point above or under the words
    with np.errstate(divide="ignore", invalid="ignore"):
        # Where the line leaves the ground, which is GROUND beyond the words.
        leaves = np.fmin(
            (np.where(inward, wide, 0) + GROUND * point) / np.abs(way[:, 0]),
            (high / 2 + GROUND * point) / np.abs(way[:, 1]),
        )
        first, last = leaves + FROM * point / long, 1 - TO * point / long
    shown = first < last
    lines = np.stack([starts + first[:, None] * way, starts + last[:, None] * way], axis=1)[shown]
    drawn = across.inverted().transform(lines.reshape(-1, 2)).reshape(-1, 2, 2)
    fig.dpi = usual
    ax.add_collection(
        LineCollection(list(drawn), colors="#8A8A8A", linewidths=0.4, zorder=5.9, clip_on=False),
        autolim=False,
    )


def spread(y: Sequence[float], gap: float, low: float, high: float) -> np.ndarray:
    """Move sorted positions as little as possible so that they stand `gap` apart in [low, high]."""
    steps = gap * np.arange(len(y))
    blocks: list[tuple[float, int]] = []
    for value in np.asarray(y) - steps:
        blocks.append((float(value), 1))
        while len(blocks) > 1 and blocks[-2][0] > blocks[-1][0]:
            (a, m), (b, n) = blocks[-2:]
            blocks[-2:] = [((a * m + b * n) / (m + n), m + n)]
    level = np.repeat([value for value, _ in blocks], [size for _, size in blocks])
    held = np.clip(level, low, max(low, high - gap * (len(y) - 1)))
    return np.asarray(held + steps)
