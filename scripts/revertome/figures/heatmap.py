"""Heat maps of the sets, or of what stands in for an empty one, side by side."""

from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.colors import ListedColormap
from matplotlib.figure import Figure
from matplotlib.image import AxesImage
from matplotlib.lines import Line2D
from matplotlib.patches import Rectangle

from revertome import naming
from revertome.figures.labels import of_role, short, shorts
from revertome.figures.style import (
    CLASS,
    DIVERGING,
    DOUBLE,
    INK,
    LABEL,
    MM,
    ROLE,
    canvas,
    dot,
    panel,
    pt,
    rows,
    say,
    styled,
)

READABLE = 2.3  # smallest height of a row, mm, at which its gene is named
NARROW = 0.03  # share of the width from which the number of samples fits under a block
MISSING = "#BDBDBD"
GAP = 1  # empty columns between blocks


@styled
def draw(table: pd.DataFrame) -> Figure:
    """Draw both heat maps."""
    sets = rows(table, "set")
    genes = rows(table, "gene")
    columns = rows(table, "column")
    cells, study = rows(table, "cell"), rows(table, "study").iloc[0]
    most = int(sets["n_shown"].max())
    body = float(np.clip(READABLE * most, 30, 130))
    fig = canvas(DOUBLE, (body + 21) * MM)
    # A set none of whose genes can be drawn needs no more room than its sentence.
    widths = [1.0 if n else 0.3 for n in sets["n_shown"]]
    axes = fig.subplots(1, len(sets), width_ratios=widths, squeeze=False)[0]
    places = _places(columns)
    image: Any = None
    for ax, letter, facts in zip(axes, "AB", sets.to_dict("records"), strict=False):
        name, letter = facts["set"], letter if len(sets) > 1 else ""
        colour = CLASS[name] if facts["kind"] == "class" else INK
        if not facts["n_shown"]:
            say(ax, "These genes do not vary in the reference.", 18)
            panel(ax, letter, facts["text"], colour)
            continue
        mine = genes[genes["set"] == name].sort_values("row")
        image = _map(ax, mine, cells[cells["set"] == name], places, study["limit"])
        _names(ax, mine, body)
        _strip(ax, columns, places)
        panel(ax, letter, f"{facts['text']} ({_sizes(facts)})", colour)
    bar = fig.colorbar(image, ax=axes, shrink=min(1, 30 / body), aspect=14, pad=0.01, extend="both")
    healthy = study["reference"] == "healthy"
    visit = short(naming.visit(study["visit"]), 20)
    words = f"the {short(naming.group('healthy'), 20)} mean" if healthy else f"the mean at {visit}"
    bar.set_label(f"SD from {words}")
    bar.outline.set_visible(False)
    fig.legend(handles=_key(columns), loc="outside lower left", ncols=6, columnspacing=1.2)
    return fig


def _sizes(facts: dict[str, Any]) -> str:
    """How many genes there are, and how many of them are drawn."""
    if facts["kind"] == "smallest p":
        return f"{facts['n_shown']} genes, none significant"
    words = f"{facts['n_genes']:,} gene{'s' * bool(facts['n_genes'] != 1)}"
    return words + f", {facts['n_shown']} shown" * bool(facts["n_shown"] < facts["n_genes"])


def _key(columns: pd.DataFrame) -> list[Line2D]:
    visits = columns.drop_duplicates("role").set_index("role")["visit"]
    labels = [name for name in LABEL if (columns["label"] == name).any()]
    roles = [role for role in ROLE if role in visits.index]
    names = [*(of_role(r, visits[r]) for r in roles), *map(naming.group, labels)]
    colours = [*(ROLE[role] for role in roles), *(LABEL[name] for name in labels)]
    return [dot(*each, "s") for each in zip(colours, shorts(names, 24), strict=True)]


def _places(columns: pd.DataFrame) -> dict[int, int]:
    """Position of every column, with a gap between blocks."""
    blocks = {name: i for i, name in enumerate(dict.fromkeys(columns["block"]))}
    return {
        int(column): rank + GAP * blocks[block]
        for rank, (column, block) in enumerate(
            zip(columns["column"], columns["block"], strict=True)
        )
    }


def _map(
    ax: Axes, genes: pd.DataFrame, cells: pd.DataFrame, places: dict[int, int], limit: float
) -> AxesImage:
    picture = np.full((len(genes), max(places.values()) + 1), np.nan)
    at = dict(zip(genes["gene"], genes["row"].astype(int), strict=True))
    row, column = cells["gene"].map(at), cells["column"].map(places)
    picture[row, column] = cells["z"]
    if cells["z"].isna().any():  # an empty cell would be the colour of the mean
        lost = np.full(picture.shape, np.nan)
        lost[row, column] = np.where(cells["z"].isna(), 0.0, np.nan)
        grey = ListedColormap([MISSING])
        ax.imshow(lost, cmap=grey, aspect="auto", interpolation="nearest")
    return ax.imshow(
        picture, cmap=DIVERGING, vmin=-limit, vmax=limit, aspect="auto", interpolation="nearest"
    )


def _names(ax: Axes, genes: pd.DataFrame, body: float) -> None:
    ax.tick_params(length=0, pad=1)
    ax.spines[:].set_visible(False)
    ax.set_xticks([])
    if body / len(genes) < READABLE - 0.01:
        ax.set_yticks([])
        return
    ax.yaxis.tick_right()
    names = shorts([str(name) for name in genes["gene"]], 16)
    ax.set_yticks(genes["row"], names, fontsize=pt(6), fontstyle="italic")


def _strip(ax: Axes, columns: pd.DataFrame, places: dict[int, int]) -> None:
    """Colour bars for visit and response under the columns, with the name of every block."""
    low = ax.get_ylim()[0]
    trans = ax.get_xaxis_transform()
    for _, block in columns.groupby("block", sort=False):
        x = block["column"].map(places)
        first = block.iloc[0]
        left, width = x.min() - 0.5, len(block)
        missing = x[block["sample"].isna()]
        for at in missing:
            ax.add_patch(_bar(at - 0.5, low, 1, -(low + 0.5), MISSING))
        ax.add_patch(_bar(left, -0.022, width, 0.016, ROLE[first["role"]], transform=trans))
        if first["label"] != "healthy":
            ax.add_patch(_bar(left, -0.042, width, 0.016, LABEL[first["label"]], transform=trans))
        if width < NARROW * (max(places.values()) + 1):
            continue
        n = block["sample"].notna().sum()
        ax.text(left + width / 2, -0.05, n, ha="center", va="top", fontsize=pt(6), transform=trans)


def _bar(x: float, y: float, width: float, height: float, colour: str, **options: Any) -> Rectangle:
    return Rectangle((x, y), width, height, color=colour, lw=0, clip_on=False, **options)
