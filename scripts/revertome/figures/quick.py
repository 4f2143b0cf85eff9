"""What Matplotlib would work out again and again for one figure, remembered.

The layout of constrained figures asks each word for its extent many times, and each answer reads
tables of the font and searches for its file; nothing of it changes while a figure is drawn.
"""

import io
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

import matplotlib.ft2font
from matplotlib.backends.backend_agg import RendererAgg
from matplotlib.backends.backend_pdf import RendererPdf
from matplotlib.backends.backend_svg import RendererSVG
from matplotlib.font_manager import FontManager, FontProperties
from matplotlib.text import Text

from revertome.figures import fonts

Way = Callable[..., Any]


@contextmanager
def replaced(owner: Any, name: str, new: Callable[[Way], Way]) -> Iterator[None]:
    """Do in a way made of the usual one what `owner` does by `name`."""
    usual = getattr(owner, name)
    setattr(owner, name, new(usual))
    try:
        yield
    finally:
        setattr(owner, name, usual)


@contextmanager
def remembered() -> Iterator[None]:
    """Remember the layout of words and the files of fonts while a figure is drawn or written.

    Should Matplotlib lay out words elsewhere, it does so by its own way and takes longer.
    """
    with ExitStack() as ways:
        for owner, name, new in WAYS:
            ways.enter_context(replaced(owner, name, new))
        yield


class Held(io.BytesIO):
    """A font's file in memory; as words it is the path of the file."""

    def __init__(self, path: str) -> None:
        super().__init__(fonts.files()[path])
        self.path = path

    def __str__(self) -> str:
        return self.path


def _held(usual: Way) -> Way:
    """Fonts of the style read from memory: FreeType looks into the file for each letter."""

    def font(path: str, **options: Any) -> Any:
        return usual(Held(path) if path in fonts.files() else path, **options)

    return font


def _measured_once(usual: Way) -> Way:
    """Extents of words by the kind of renderer, whichever figure they stand in."""
    known = _extents.setdefault(usual, {})

    def measured(renderer: Any, words: str, font: FontProperties, ismath: Any) -> Any:
        key = (words, ismath, getattr(renderer, "dpi", None), *_asked(font))
        if key not in known:
            known[key] = usual(renderer, words, font, ismath)
        return known[key]

    return measured


def _laid_out_once(usual: Way) -> Way:
    """Layouts relative to the place of the words, by the kind of renderer."""
    known = _layouts.setdefault(usual, {})

    def layout(text: Any, renderer: Any) -> Any:
        if text.get_wrap():  # depends on the place, too
            return usual(text, renderer)
        words = (text.get_text(), text.get_usetex(), text.get_parse_math())
        place = (text.get_horizontalalignment(), text.get_verticalalignment())
        turn = (text.get_rotation(), text.get_rotation_mode())
        lines = (text._multialignment, text._linespacing, text.get_figure(root=True).dpi)
        measured = (type(renderer), renderer.dpi)
        key = (*words, *place, *turn, *lines, *measured, *_asked(text.get_fontproperties()))
        if key not in known:
            known[key] = usual(text, renderer)
        return known[key]

    return layout


def _found_once(usual: Way) -> Way:
    known: dict[Any, Any] = {}

    def find(manager: FontManager, font: Any, *args: Any, **options: Any) -> Any:
        if args or options:
            return usual(manager, font, *args, **options)
        key = _asked(font)
        if key not in known:
            known[key] = usual(manager, font)
        return known[key]

    return find


def _asked(font: FontProperties) -> tuple[Any, ...]:
    """All that is asked of a font."""
    return (
        tuple(font.get_family()),
        font.get_style(),
        font.get_variant(),
        font.get_weight(),
        font.get_stretch(),
        font.get_size(),
        font.get_file(),
        font.get_math_fontfamily(),
    )


_extents: dict[Way, dict[Any, Any]] = {}
_layouts: dict[Way, dict[Any, Any]] = {}
WAYS: tuple[tuple[Any, str, Callable[[Way], Way]], ...] = (
    (matplotlib.ft2font, "FT2Font", _held),
    (RendererAgg, "get_text_width_height_descent", _measured_once),
    (RendererPdf, "get_text_width_height_descent", _measured_once),
    (RendererSVG, "get_text_width_height_descent", _measured_once),
    (Text, "_get_layout", _laid_out_once),
    (FontManager, "_find_fonts_by_props", _found_once),
)
