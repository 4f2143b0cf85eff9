"""Every patient: bars of the distance to health in order, above a grid of their modules."""

from typing import NamedTuple

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.colors import Normalize
from matplotlib.figure import Figure
from matplotlib.image import AxesImage
from matplotlib.lines import Line2D

from revertome import naming
from revertome.figures.fitted import apart, column_names, columns
from revertome.figures.style import (
    DIVERGING,
    DOUBLE,
    INK,
    LABEL,
    MM,
    ROLE,
    SINGLE,
    arm_colours,
    canvas,
    dot,
    on_colour,
    pt,
    rows,
    styled,
)
from revertome.figures.theme import width

FEW = 12  # patients in one column of a page
SLIM = 100  # patients from which bars touch
NAME = 112  # points for the name of a module
STEP = 8.2  # points between patients from which they are named
MISSING = "#BDBDBD"


class Page(NamedTuple):
    """Width of the figure, and points between patients."""

    wide: float
    step: float


@styled
def draw(table: pd.DataFrame) -> Figure:
    """Draw the patients."""
    people, study = rows(table, "patient"), rows(table, "study").iloc[0]
    modules, cells = rows(table, "module"), rows(table, "cell")
    page = _page(len(people))
    named = page.step >= pt(STEP)
    words = [str(name) for name in people["patient"]] if named else []
    below = column_names(words, page.step)
    entries = _key(people, study)
    across = columns([str(entry.get_label()) for entry in entries], 72 * width(page.wide) - pt(20))
    strip = 3.0 if "arm" in people else 0.0
    grid = 3.4 * len(modules)
    tall = 44 + strip + grid + below.height + 6 * -(-len(entries) // across) + 12
    fig = canvas(page.wide, tall * MM)
    parts = [("bars", 44.0), ("arms", strip), ("grid", grid)]
    shown = [(name, size) for name, size in parts if size]
    axes = fig.subplots(len(shown), 1, sharex=True, height_ratios=[size for _, size in shown],
                        squeeze=False)[:, 0]  # fmt: skip
    place = {name: ax for (name, _), ax in zip(shown, axes, strict=True)}
    _bars(place["bars"], people, study)
    if "arms" in place:
        _arms(place["arms"], people)
    if "grid" in place:
        image = _grid(place["grid"], modules, cells, people, study, page)
        bar = fig.colorbar(image, ax=place["grid"], aspect=18, pad=0.01, extend="both",
                           shrink=min(1, 40 / grid))  # fmt: skip
        bar.set_label("SD from the healthy mean")
        bar.outline.set_visible(False)
    last = axes[-1]
    if named:
        below.put(last)
    else:
        last.set_xticks([])
        last.set_xlabel(f"{len(people)} patients")
    fig.legend(handles=entries, loc="outside lower center", ncols=across, columnspacing=1.2)
    return fig


def _page(n: int) -> Page:
    wide = SINGLE if n <= FEW else DOUBLE
    return Page(wide, (72 * width(wide) - pt(NAME + 48)) / max(n, 2))


def _bars(ax: Axes, people: pd.DataFrame, study: pd.Series) -> None:
    """Distances, with the band of healthy people and where the patients began."""
    limit, colour = study["limit"], ROLE["healthy"]
    ax.axhspan(-limit, limit, color=colour, alpha=0.12, lw=0, zorder=0)
    ax.axhline(limit, color=colour, lw=0.7, ls=(0, (4, 2)), zorder=3)
    colours = [LABEL.get(str(label), INK) for label in people["label"]]
    ax.bar(
        people["order"],
        people["z"],
        color=colours,
        width=0.82 if len(people) < SLIM else 1,
        lw=0,
        zorder=2,
    )
    ax.axhline(0, color=INK, lw=0.6, zorder=3)
    if "z_baseline" in people:
        size = float(np.clip(500 / len(people), 4, 16))
        ax.scatter(people["order"], people["z_baseline"], s=size, c=ROLE["baseline"], ec="white",
                   lw=0.4, zorder=4)  # fmt: skip
    ax.set_xlim(-0.5, len(people) - 0.5)
    ax.tick_params(axis="x", length=0, labelbottom=False)
    ax.spines["bottom"].set_visible(False)
    ax.set_ylabel("Distance to health\n(healthy SD)")


def _arms(ax: Axes, people: pd.DataFrame) -> None:
    """Colour of each patient's arm."""
    colours = arm_colours(people["arm"].dropna())
    shades = [colours.get(str(arm), "white") for arm in people["arm"]]
    ax.bar(people["order"], 1, color=shades, width=1, ec=shades, lw=0.3)
    ax.set_ylim(0, 1)
    ax.set_yticks([0.5], ["arm"])
    ax.tick_params(length=0, labelbottom=False)
    ax.spines[:].set_visible(False)


def _grid(
    ax: Axes,
    modules: pd.DataFrame,
    cells: pd.DataFrame,
    people: pd.DataFrame,
    study: pd.Series,
    page: Page,
) -> AxesImage:
    """Modules of the same patients; dots mark what lies outside the healthy range."""
    wide = cells.pivot_table(index="module", columns="patient", values="z", sort=False)
    wide = wide.reindex(index=modules["module"], columns=people["patient"])
    norm = Normalize(-study["scale"], study["scale"])
    ax.set_facecolor(MISSING)
    image = ax.imshow(wide, cmap=DIVERGING, norm=norm, aspect="auto", interpolation="nearest")
    outside = wide.abs().to_numpy() > study["limit"]
    outside &= bool(study["marked"])
    row, column = np.nonzero(outside)
    marks = [on_colour(image.cmap(norm(z))) for z in wide.to_numpy()[outside]]
    size = float(np.clip(0.28 * page.step, 0.5, 1.8)) ** 2
    ax.scatter(column, row, s=size, c=marks, lw=0)
    names = apart([naming.module(name) for name in modules["module"]], pt(NAME))
    ax.set_yticks(range(len(names)), names)
    ax.set_ylim(len(names) - 0.5, -0.5)
    ax.tick_params(length=0)
    ax.spines[:].set_visible(False)
    return image


def _key(people: pd.DataFrame, study: pd.Series) -> list[Line2D]:
    """What the colours of bars, dots and arms are."""
    labels = [name for name in LABEL if people["label"].eq(name).any()]
    arms = arm_colours(people["arm"].dropna()) if "arm" in people else {}
    found = [(LABEL[name], naming.group(name), "s") for name in labels]
    if "z_baseline" in people:
        found.append((ROLE["baseline"], naming.visit(study["baseline"]), "o"))
    found.append((ROLE["healthy"], f"{naming.group('healthy')}: limit", "_"))
    found += [(colour, naming.arm(arm), "s") for arm, colour in arms.items()]
    words = apart([word for _, word, _ in found], pt(110))
    return [dot(colour, word, mark) for (colour, _, mark), word in zip(found, words, strict=True)]
