"""The look shared by all figures, and a study's own look laid over it.

Figures read the mutable parts (`ROLE`, `LABEL`, `CLASS`, `RC`) and the functions here at the time
they draw, so that a style given for one run restyles every figure and no number.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from matplotlib.colors import is_color_like

from revertome.errors import StudyError
from revertome.figures.fonts import FAMILY, SPARE

MM = 1 / 25.4
SINGLE, DOUBLE = 89 * MM, 183 * MM  # column widths, inches
POINT_CLOUD = 5000  # more points than this are drawn as one picture inside the vector file

# Okabe & Ito (2008) for visits and response, Tol's muted scheme for classes: both keep their
# differences under the common forms of colour blindness.
ROLE = {"healthy": "#009E73", "baseline": "#D55E00", "followup": "#0072B2"}
LABEL = {
    "responder": "#332288",
    "nonresponder": "#E69F00",
    "treated": "#332288",
    "unlabelled": "#888888",
}
CLASS: dict[str, str] = {
    "reverted": "#117733",
    "induced": "#AA4499",
    "partial": "#44AADD",
    "exacerbated": "#882255",
    "persistent": "#B8860B",
    "unresolved": "#999999",
    "unchanged": "#D4D4D4",
}
# Unlike the colours of visits and of groups, and unlike each other, under the same forms of colour
# blindness (distances are tested), so that a line of an arm is not taken for a visit.
ARM = {
    f"arm{i}": colour
    for i, colour in enumerate(
        ("#6B4226", "#33BBEE", "#CC79A7", "#2D5A5A", "#9E2A5B", "#BBBBBB"), 1
    )
}
INK, QUIET, GRID = "#222222", "#666666", "#E3E3E3"
DIVERGING = "RdBu_r"

RC: Any = {
    "font.family": [FAMILY, SPARE],  # a sign that the first lacks is taken from the next
    "text.parse_math": False,  # names of genes and visits are never formulas
    **{name: 7 for name in ("font.size", "axes.titlesize", "axes.labelsize")},
    **{name: 6.5 for name in ("xtick.labelsize", "ytick.labelsize", "legend.fontsize")},
    "legend.frameon": False,
    "legend.handletextpad": 0.4,
    "axes.titley": 1.0,
    "axes.linewidth": 0.6,
    "xtick.major.width": 0.6,
    "ytick.major.width": 0.6,
    "xtick.major.size": 2.5,
    "ytick.major.size": 2.5,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.edgecolor": INK,
    "axes.labelcolor": INK,
    "text.color": INK,
    "xtick.color": INK,
    "ytick.color": INK,
    "axes.axisbelow": True,
    "axes.unicode_minus": True,
    "figure.constrained_layout.h_pad": 0.02,
    "figure.constrained_layout.w_pad": 0.02,
    "figure.dpi": 100,
    "savefig.dpi": 300,
    "pdf.fonttype": 42,
    "svg.fonttype": "none",
    "svg.hashsalt": "revertome",
}
SIZES: tuple[str, ...] = ("font.size", "axes.titlesize", "axes.labelsize")
SIZES += ("xtick.labelsize", "ytick.labelsize", "legend.fontsize")
COLOURS = (ROLE, LABEL, CLASS, ARM)
LAYOUT: dict[str, Any] = {"size": 7.0, "single": 89.0, "double": 183.0, "label": None}
NUMBERS = {"font_size": (4, 14), "single_mm": (50, 130), "double_mm": (100, 300), "dpi": (72, 1200)}


def pt(size: float) -> float:
    """Return a type size, in points, scaled as the base size of the style is."""
    return float(size * LAYOUT["size"] / 7)


def width(nominal: float) -> float:
    """Return the width of a figure drawn for one or two columns, in inches, as styled."""
    styled = {SINGLE: LAYOUT["single"] * MM, DOUBLE: LAYOUT["double"] * MM}
    return float(styled.get(nominal, nominal))


def named(genes: Any, chosen: Any) -> Any:
    """Return which genes to name: those of the style where it has any, else those `chosen`."""
    return chosen if LAYOUT["label"] is None else genes.where(genes.isin(LAYOUT["label"]))


@contextmanager
def restyled(options: Mapping[str, Any] | None, source: str = "style") -> Iterator[None]:
    """Draw in a study's own style.

    Parameters
    ----------
    options
        Any of `font` (a name or a list of names), `font_size` (points, 7), `single_mm` and
        `double_mm` (widths of one and two columns, 89 and 183), `dpi` (of PNG, 300), `colours`
        (by visit, group of patients or class), `label` (genes to name in volcano and plane).
    source
        Name of the file, for messages.

    Raises
    ------
    StudyError
        For what is no mapping, an unknown key, a colour that is none, or a number out of range.
    """
    if not isinstance(options or {}, Mapping):
        raise StudyError(f"{source}: found {str(options)[:60]!r}; expected keys with their values")
    options = dict(options or {})
    _check(options, source)
    kept = [dict(part) for part in (*COLOURS, RC, LAYOUT)]
    try:
        for part in COLOURS:
            part |= {k: v for k, v in options.get("colours", {}).items() if k in part}
        LAYOUT["label"] = options.get("label")
        LAYOUT["size"] = float(options.get("font_size", 7))
        LAYOUT["single"] = float(options.get("single_mm", 89))
        LAYOUT["double"] = float(options.get("double_mm", 183))
        font = options.get("font", [])
        RC["font.family"] = ([font] if isinstance(font, str) else font) + RC["font.family"]
        RC["savefig.dpi"] = options.get("dpi", RC["savefig.dpi"])
        RC.update({name: pt(RC[name]) for name in SIZES})
        yield
    finally:
        for part, before in zip((*COLOURS, RC, LAYOUT), kept, strict=True):
            part.clear()
            part |= before


def _check(options: Mapping[str, Any], source: str) -> None:
    keys = ("font", *NUMBERS, "colours", "label")
    _known(options, keys, source)
    colours = options.get("colours", {})
    names = [name for part in COLOURS for name in part]
    if not isinstance(colours, Mapping):
        raise StudyError(f"{source}: colours: found {colours!r}; expected names with a colour each")
    _known(colours, names, f"{source}: colours")
    for name, colour in colours.items():
        if not is_color_like(colour):
            raise StudyError(
                f'{source}: colours.{name}: {colour!r} is no colour; write one as "#0072B2"'
            )
    for key, (low, high) in NUMBERS.items():
        value = options.get(key, low)
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise StudyError(f"{source}: {key}: {value!r} is no number")
        if not low <= value <= high:
            raise StudyError(f"{source}: {key}: {value:g} is not between {low} and {high}")
    for key in ("font", "label"):
        value = options.get(key, [])
        if not isinstance(value, str if key == "font" else list) and not isinstance(value, list):
            raise StudyError(f"{source}: {key}: {value!r} is no list of names")


def _known(given: Mapping[str, Any], names: Any, place: str) -> None:
    for key in given:
        if key not in names:
            raise StudyError(f"{place}: unknown key {key!r}; choose one of {', '.join(names)}")
