"""SVG and PDF written in one drawing of a figure.

Both count 72 dots an inch, and what Matplotlib works out before it writes a line or a word (ticks,
places, colours) is the same for both.
"""

import codecs
import io
from collections.abc import Collection
from typing import Any

from matplotlib.backend_bases import RendererBase
from matplotlib.backends import backend_mixed, backend_pdf, backend_svg
from matplotlib.figure import Figure

MIXED: Any = backend_mixed  # none of the three has types
PDF: Any = backend_pdf
SVG: Any = backend_svg
POINTS = 72  # an inch, in both


class Together(RendererBase):
    """Draws with all of `parts` what it is told to draw; words are measured as for PDF."""

    def __init__(self, size: tuple[float, float], measure: Any, parts: Collection[Any]) -> None:
        super().__init__()
        self.size, self.dpi, self.measure, self.parts = size, POINTS, measure, parts
        for name in ("new_gc", "get_image_magnification", "option_image_nocomposite"):
            vars(self)[name] = getattr(measure, name)
        for name in ("open_group", "close_group", "draw_path", "draw_markers", "draw_image"):
            vars(self)[name] = self._with_all(name)
        for name in ("draw_path_collection", "draw_quad_mesh", "draw_gouraud_triangles"):
            vars(self)[name] = self._with_all(name)

    def _with_all(self, name: str) -> Any:
        ways = [getattr(part, name) for part in self.parts]

        def draw(*args: Any, **options: Any) -> None:
            for way in ways:
                way(*args, **options)

        return draw

    def draw_text(self, gc: Any, x: float, y: float, *words: Any, **options: Any) -> None:
        """Write words at a height that is counted from below."""
        for part in self.parts:
            part.draw_text(gc, x, self.size[1] - y if part.flipy() else y, *words, **options)

    def get_text_width_height_descent(self, s: str, prop: Any, ismath: Any) -> Any:
        """Return the extents of words."""
        return self.measure.get_text_width_height_descent(s, prop, ismath)

    def get_canvas_width_height(self) -> tuple[float, float]:
        """Return the size of the figure."""
        return self.size

    def flipy(self) -> bool:
        """Heights are counted from below."""
        return False


def written(fig: Figure, forms: Collection[str], dpi: float) -> dict[str, bytes]:
    """Return the files of a figure that is final, of `svg` and `pdf` those asked for.

    Rasterised layers have `dpi`. The files bear no date.
    """
    width, height = (float(inches) for inches in fig.get_size_inches())
    size = width * POINTS, height * POINTS
    buffers = {"svg": io.BytesIO(), "pdf": io.BytesIO()}
    file = PDF.PdfFile(buffers["pdf"], metadata={"CreationDate": None})
    file.newPage(width, height)
    pdf = PDF.RendererPdf(file, dpi, height, width)
    parts: dict[str, Any] = {"pdf": pdf}
    if "svg" in forms:
        text = codecs.getwriter("utf-8")(buffers["svg"])
        parts["svg"] = SVG.RendererSVG(*size, text, image_dpi=dpi, metadata={"Date": None})
    usual, fig.dpi = fig.dpi, POINTS
    both = Together(size, pdf, [parts[form] for form in forms])
    fig.draw(MIXED.MixedModeRenderer(fig, width, height, dpi, both))
    fig.dpi = usual
    for form in forms:
        parts[form].finalize()
    if "pdf" in forms:
        file.finalize()
        file.close()
    return {form: buffers[form].getvalue() for form in forms}
