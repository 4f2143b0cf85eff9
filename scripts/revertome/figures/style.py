"""One style for all figures: sizes, colours, fonts, labels and the three file formats."""

import functools
import io
import logging
import textwrap
from collections.abc import Callable, Sequence
from typing import Any, Literal

import matplotlib
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

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
CLASS = {
    "reverted": "#117733",
    "induced": "#AA4499",
    "partial": "#44AADD",
    "exacerbated": "#882255",
    "persistent": "#B8860B",
    "unresolved": "#999999",
    "unchanged": "#D4D4D4",
}
INK, QUIET, GRID = "#222222", "#666666", "#E3E3E3"
DIVERGING = "RdBu_r"

RC: Any = {
    "font.family": "sans-serif",
    "font.sans-serif": ["Arial", "Helvetica", "Liberation Sans", "DejaVu Sans"],
    "text.parse_math": False,  # names of genes and visits are never formulas
    "font.size": 7,
    "axes.titlesize": 7,
    "axes.labelsize": 7,
    "xtick.labelsize": 6.5,
    "ytick.labelsize": 6.5,
    "legend.fontsize": 6.5,
    "legend.frameon": False,
    "legend.handletextpad": 0.4,
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
FORMATS: dict[str, dict[str, Any]] = {
    "svg": {"metadata": {"Date": None}},
    "pdf": {"metadata": {"CreationDate": None}},
    "png": {"metadata": {"Software": None}},
}

# A missing first choice of the font list is no news.
logging.getLogger("matplotlib.font_manager").setLevel(logging.ERROR)

GROUP = {
    "responder": "responders",
    "responders": "responders",
    "nonresponder": "non-responders",
    "nonresponders": "non-responders",
    "treated": "treated patients",
    "all": "all patients",
    "responders_vs_nonresponders": "responders − non-responders",
    "unlabelled": "unlabelled",
}

Layout = Literal["constrained"] | None
Draw = Callable[[pd.DataFrame], Figure]


def styled(draw: Draw) -> Draw:
    """Draw in the common style; a table with an `absent` row gives its sentence instead."""

    @functools.wraps(draw)
    def drawn(table: pd.DataFrame) -> Figure:
        with matplotlib.rc_context(RC):
            reason = rows(table, "absent")
            return sentence(reason["text"].iloc[0]) if len(reason) else draw(table)

    return drawn


def rows(table: pd.DataFrame, element: str) -> pd.DataFrame:
    """Return the rows of one element, without the columns it does not use, counts as integers."""
    part = table[table["element"] == element].dropna(axis="columns", how="all")
    numbers = part.select_dtypes("float").dropna(axis="columns")
    whole = [name for name in numbers if (numbers[name] % 1 == 0).all()]
    return part.astype(dict.fromkeys(whole, int))


def group_name(label: str) -> str:
    """Return the words for a group of patients."""
    return GROUP.get(label, label)


def group_colour(label: str) -> str:
    """Return the colour of a group of patients."""
    return LABEL.get(label.removesuffix("s"), INK)


def canvas(width: float, height: float, layout: Layout = "constrained") -> Figure:
    """Return an empty figure, sizes in inches, that can be measured before it is saved."""
    fig = Figure(figsize=(width, height), layout=layout)
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
    ax.annotate(letter, (0, 1), (0, 4), weight="bold", fontsize=8, **place)
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


def encode(fig: Figure, suffix: str) -> bytes:
    """Return the figure as the bytes of a file (`svg`, `pdf` or `png`), the same every time."""
    buffer = io.BytesIO()
    with matplotlib.rc_context(RC):
        fig.savefig(buffer, format=suffix, **FORMATS[suffix])
    return buffer.getvalue()
