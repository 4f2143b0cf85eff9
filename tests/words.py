"""Where the words of a figure stand."""

from typing import Any

import matplotlib
from matplotlib.text import Text

from revertome.figures.style import RC


def misplaced(figure: Any) -> list[str]:
    """Words beyond the edge of a figure or over other words, as sentences."""
    drawn: list[tuple[str, Any]] = []
    draw_text = Text.draw

    def record(self: Text, renderer: Any) -> None:
        if self.get_visible() and self.get_text().strip():
            drawn.append((self.get_text(), Text.get_window_extent(self, renderer)))
        draw_text(self, renderer)

    # Words are set in the type of the figures, which is found when they are drawn.
    with matplotlib.rc_context(RC):
        figure.draw_without_rendering()
    Text.draw = record  # type: ignore[method-assign]
    try:
        with matplotlib.rc_context(RC):
            figure.draw_without_rendering()
    finally:
        Text.draw = draw_text  # type: ignore[method-assign]
    boxes = [(text, box) for text, box in drawn if box.width > 0]
    edge = figure.bbox
    found = [
        f"{text!r} beyond the edge"
        for text, box in boxes
        if min(box.x0, box.y0) < -1 or box.x1 > edge.x1 + 1 or box.y1 > edge.y1 + 1
    ]
    for i, (text, a) in enumerate(boxes):
        for other, b in boxes[i + 1 :]:
            wide = min(a.x1, b.x1) - max(a.x0, b.x0)
            high = min(a.y1, b.y1) - max(a.y0, b.y0)
            if wide > 1 and high > 2:
                found.append(f"{text!r} over {other!r}")
    return found
