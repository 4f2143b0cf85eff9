"""Boxes and arrows of a flow of samples and patients, in axes measured in mm."""

from collections.abc import Sequence
from typing import Any

from matplotlib.axes import Axes
from matplotlib.patches import FancyBboxPatch

from revertome.figures.fitted import cut
from revertome.figures.style import INK, pt

LINE = 2.75  # height of a line of small type, mm
POINT = 72 / 25.4  # points in a mm
PAD = 1.1  # mm over and under the words of a box
ASCENT, DESCENT = 1.8, 0.5  # mm of type above and under its base


def box(
    ax: Axes,
    place: tuple[float, float, float, float],
    head: Sequence[str],
    text: Sequence[str],
    colour: str = INK,
) -> None:
    """Draw a box (x, y, width, height) with bold lines at its top and plain ones at its foot."""
    x, y, width, height = place
    shape = "round,pad=0,rounding_size=0.9"
    frame = FancyBboxPatch((x, y), width, height, boxstyle=shape, fc="white", ec=colour, lw=0.8)
    ax.add_patch(frame)
    room = (width - 1) * POINT
    style: dict[str, Any] = {"ha": "center", "fontsize": pt(6.5)}
    # Line by line from its own base, so that boxes side by side have their words at one height.
    for k, line in enumerate(head):
        base = y + height - PAD - ASCENT - LINE * k
        ax.text(x + width / 2, base, cut(line, room, 6.5, "bold"), weight="bold", **style)
    for k, line in enumerate(reversed(text)):
        ax.text(x + width / 2, y + PAD + DESCENT + LINE * k, cut(line, room), **style)


def arrow(ax: Axes, start: tuple[float, float], end: tuple[float, float]) -> None:
    """Draw an arrow from one point to another."""
    style = {"arrowstyle": "-|>", "lw": 0.7, "color": INK, "mutation_scale": 6}
    ax.annotate("", end, start, arrowprops=style | {"shrinkA": 0, "shrinkB": 0})
