"""One style for all figures: canvas, words, legends and the three file formats."""

import functools
import io
import itertools
import logging
import re
import textwrap
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Literal, cast

import matplotlib
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.backends import _backend_pdf_ps
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from PIL import Image

from revertome.figures import fonts, theme
from revertome.figures.dense import pictured
from revertome.figures.embedded import glyphs_alone
from revertome.figures.quick import remembered, replaced
from revertome.figures.still import still
from revertome.figures.theme import (
    ARM,
    CLASS,
    DIVERGING,
    DOUBLE,
    GRID,
    INK,
    LABEL,
    MM,
    POINT_CLOUD,
    QUIET,
    RC,
    ROLE,
    SINGLE,
    named,
    pt,
)
from revertome.figures.vectors import written
from revertome.naming import named_as
from revertome.naming.rows import names_of

__all__ = ["ARM", "CLASS", "DIVERGING", "DOUBLE", "GRID", "INK", "LABEL", "MM", "POINT_CLOUD"]
__all__ += ["QUIET", "RC", "ROLE", "SINGLE", "named", "pt"]

COMPRESSION = 3  # of 9: four fifths of the time of the usual 6, files 5% larger

# A font of the study's style that this machine lacks is no news.
logging.getLogger("matplotlib.font_manager").setLevel(logging.ERROR)

Layout = Literal["constrained"] | None
Draw = Callable[[pd.DataFrame], Figure]


@contextmanager
def look() -> Iterator[None]:
    """Draw and write in the common style, whatever the machine's own settings and fonts are."""
    fonts.register()
    with matplotlib.rc_context(), remembered():
        # As a plain mapping: the values were checked when they were first set.
        plain: dict[str, Any] = cast("Any", matplotlib.rcParams)
        dict.update(plain, _settings(repr(RC)))
        yield


@functools.cache
def _settings(_: str) -> dict[str, Any]:
    """All settings of the common style as it is now."""
    with matplotlib.rc_context():
        matplotlib.rcdefaults()
        matplotlib.rcParams.update(RC)
        return dict(dict.items(cast("Any", matplotlib.rcParams)))


def styled(draw: Draw) -> Draw:
    """Draw in the common style; a table with an `absent` row gives its sentence instead."""

    @functools.wraps(draw)
    def drawn(table: pd.DataFrame) -> Figure:
        with look(), named_as(names_of(table)):
            reason = rows(table, "absent")
            fig = sentence(reason["text"].iloc[0]) if len(reason) else draw(table)
            settle(fig)
            still(fig)
            return fig

    return drawn


def settle(fig: Figure) -> None:
    """Fix the layout, so that labels can be placed in final coordinates.

    The layout is solved once, not once for each format in which the figure is written; a figure
    that still had a layout engine, even one of the name "none", would be drawn twice for each.
    It is solved at the resolution of the picture: at a lower one hinting makes words narrower
    than they are drawn.
    """
    engine, canvas = fig.get_layout_engine(), cast("Any", fig.canvas)
    if engine is not None:
        usual, fig.dpi = fig.dpi, float(matplotlib.rcParams["savefig.dpi"])
        engine.execute(fig)
        fig.dpi = usual
        fig.set_layout_engine(None)
    for ax in fig.axes:
        within = ax.get_axes_locator()
        ax.apply_aspect(None if within is None else within(ax, canvas.get_renderer()))


def rows(table: pd.DataFrame, element: str) -> pd.DataFrame:
    """Return the rows of one element, without the columns it does not use, counts as integers."""
    part = table[table["element"] == element].dropna(axis="columns", how="all")
    numbers = part.select_dtypes("float").dropna(axis="columns")
    whole = [name for name in numbers if (numbers[name] % 1 == 0).all()]
    return part.astype(dict.fromkeys(whole, int))


def group_colour(label: str) -> str:
    """Return the colour of a group of patients."""
    return LABEL.get(label.removesuffix("s"), INK)


def on_colour(background: Any) -> str:
    """Return ink or white, whichever is read better on a colour (RGB from 0 to 1)."""
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in background[:3]]
    luminance = sum(w * c for w, c in zip((0.2126, 0.7152, 0.0722), linear, strict=True))
    return INK if luminance > 0.19 else "white"  # equal contrast with #222222 and white


def arm_colours(arms: Iterable[str]) -> dict[str, str]:
    """Return the colour of each arm, the same in every figure of a study: by order of their names.

    Beyond those of the style they begin again.
    """
    names = sorted({str(arm) for arm in arms})
    return dict(zip(names, itertools.cycle(ARM.values()), strict=False))


def canvas(width: float, height: float, layout: Layout = "constrained") -> Figure:
    """Return an empty figure that can be measured before it is saved.

    `width` is SINGLE or DOUBLE; `height`, in inches, grows with the type.
    """
    fig = Figure(figsize=(theme.width(width), pt(height)), layout=layout)
    FigureCanvasAgg(fig)
    return fig


def sentence(text: str) -> Figure:
    """Return a figure that says in words why there is nothing to draw."""
    fig = canvas(SINGLE, 25 * MM, None)
    fig.text(0.5, 0.5, textwrap.fill(text, 60), ha="center", va="center", color=QUIET)
    return fig


def say(ax: Axes, text: str, width: int = 40) -> None:
    """Turn a panel into a plain sentence."""
    ax.set_axis_off()
    ax.text(
        0.5,
        0.5,
        textwrap.fill(text, width),
        ha="center",
        va="center",
        color=QUIET,
        transform=ax.transAxes,
    )


def panel(ax: Axes, letter: str, title: str = "", colour: str = INK) -> None:
    """Head a panel with its bold letter and a title."""
    place: dict[str, Any] = {"xycoords": "axes fraction", "textcoords": "offset points"}
    ax.annotate(letter, (0, 1), (0, 4), weight="bold", fontsize=pt(8), **place)
    ax.annotate(title, (0, 1), (10 if letter else 0, 4), color=colour, **place)


def legend(ax: Axes, handles: Sequence[Line2D], **options: Any) -> None:
    """Add a compact legend."""
    ax.legend(handles=list(handles), borderaxespad=0.2, labelspacing=0.35, **options)


def dot(colour: str, label: str, marker: str = "o", **options: Any) -> Line2D:
    """Return the legend entry of a marker."""
    settings: dict[str, Any] = {
        "markerfacecolor": colour,
        "markeredgecolor": colour,
        "markersize": 4,
    } | options
    return Line2D([], [], linestyle="", marker=marker, label=label, **settings)


def encode(fig: Figure, form: str) -> bytes:
    """Return the figure as the bytes of a file (`svg`, `pdf` or `png`), the same every time."""
    return encoded(fig, [form])[form]


def encoded(fig: Figure, forms: Iterable[str]) -> dict[str, bytes]:
    """Return the bytes of several files, by format: each is the same as alone."""
    asked = [*forms]
    vectors = [form for form in ("svg", "pdf") if form in asked]
    with look(), replaced(_backend_pdf_ps, "get_glyphs_subset", glyphs_alone):
        dpi = float(matplotlib.rcParams["savefig.dpi"])
        found = {"png": _png(fig, dpi)} if "png" in asked else {}
        if vectors:
            with pictured(fig, dpi):
                found |= written(fig, vectors, dpi)
    if "svg" in found:
        found["svg"] = fonts.offered(_numbered(found["svg"]))
    return {form: found[form] for form in asked}


def _png(fig: Figure, dpi: float) -> bytes:
    """Pixels of an opaque figure without the opacity of each."""
    width, height = int(fig.get_figwidth() * dpi), int(fig.get_figheight() * dpi)
    drawn, buffer = io.BytesIO(), io.BytesIO()
    fig.savefig(drawn, format="raw", dpi=dpi)
    picture = Image.frombytes("RGB", (width, height), drawn.getbuffer(), "raw", "RGBX")
    picture.save(buffer, "png", dpi=(dpi, dpi), compress_level=COMPRESSION)
    return buffer.getvalue()


def _numbered(svg: bytes) -> bytes:
    """Number the clipping areas of an SVG.

    Their names are digests of positions before rounding, whose last digits the layout solver
    leaves to chance.
    """
    names = list(dict.fromkeys(re.findall(rb"url\(#(p[0-9a-f]{10})\)", svg)))
    numbers = {name: b"clip%d" % i for i, name in enumerate(names, 1)}
    return re.sub(rb"\bp[0-9a-f]{10}\b", lambda m: numbers.get(m[0], m[0]), svg)
