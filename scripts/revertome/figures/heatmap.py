"""Heat maps of the sets, or of what stands in for an empty one, side by side, with their trees."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.colors import ListedColormap
from matplotlib.figure import Figure
from matplotlib.image import AxesImage
from matplotlib.patches import PathPatch
from matplotlib.path import Path
from matplotlib.ticker import MaxNLocator

from revertome import naming
from revertome.figures.clinical_bars import (
    LINE,
    MISSING,
    bars_of,
    key_of,
    mm,
    put_bars,
    put_key,
    put_names,
)
from revertome.figures.fitted import INCH, wide
from revertome.figures.labels import short, shorts
from revertome.figures.style import (
    CLASS,
    DIVERGING,
    DOUBLE,
    INK,
    MM,
    QUIET,
    canvas,
    panel,
    pt,
    rows,
    say,
    styled,
)

READABLE = 2.3  # smallest height of a row, mm, at which its gene is named
NARROW = 0.03  # share of the width from which the number of samples fits under a block
GAP = 0.012  # share of the width between blocks, a column at least
HEAD, TREE, BAR, COUNT = 4.5, 5.0, 2.4, 3.4  # heights, mm: title, tree, a bar, numbers of samples
SIDE, SCALE, LEFT = 5.0, 13.0, 0.5  # widths, mm: tree of genes, scale of colours, margin
ACROSS = DOUBLE / MM


class Page:
    """A figure whose axes are placed in mm from its upper left corner."""

    def __init__(self, tall: float) -> None:
        self.tall, self.fig = tall, canvas(DOUBLE, tall * MM, None)

    def axes(self, x: float, y: float, width: float, height: float) -> Axes:
        """Add axes without ticks and frame."""
        share = (x / ACROSS, 1 - (y + height) / self.tall, width / ACROSS, height / self.tall)
        ax = self.fig.add_axes(share)
        ax.set(xticks=[], yticks=[])
        ax.spines[:].set_visible(False)
        return ax


@styled
def draw(table: pd.DataFrame) -> Figure:
    """Draw both heat maps."""
    sets, columns = rows(table, "set"), rows(table, "column")
    parts = {name: rows(table, name) for name in ("gene", "cell", "branch", "block")}
    study = rows(table, "study").iloc[0]
    body = float(np.clip(READABLE * int(sets["n_shown"].max()), 30, 130))
    places, bars = _places(columns), bars_of(columns, rows(table, "bar"))
    foot = BAR * len(bars) + COUNT
    key = key_of(bars, gaps=bool(columns["sample"].isna().any() or parts["cell"]["z"].isna().any()))
    page = Page(HEAD + TREE + body + foot + LINE * len(key) + 0.5)
    told = [_told(_of(parts["gene"], "set", name), body) for name in sets["set"]]
    rooms = [mm(max((wide(each, 6) for each in names), default=0)) + 1.5 for names in told]
    # A set none of whose genes can be drawn needs no more room than its sentence.
    weights = np.where(sets["n_shown"] > 0, 1.0, 0.35)
    widths = (ACROSS - LEFT - SCALE - SIDE * len(sets) - sum(rooms)) * weights / weights.sum()
    x, image = LEFT, None
    for i, facts in enumerate(sets.to_dict("records")):
        x += SIDE
        letter, colour = "AB"[i] * (len(sets) > 1), INK
        if facts["kind"] == "class":
            colour = CLASS[facts["set"]]
        head = page.axes(x, HEAD, widths[i], TREE)
        panel(head, letter, f"{facts['text']}{_sizes(facts)}", colour)
        ax = page.axes(x, HEAD + TREE, widths[i], body)
        if facts["n_shown"]:
            mine = {name: _of(part, "set", facts["set"]) for name, part in parts.items()}
            image = _map(ax, mine["gene"], mine["cell"], places, study["limit"])
            _names(ax, told[i])
            _people(head, parts["branch"], columns, places)
            _genes(page.axes(x - SIDE, HEAD + TREE, SIDE - 0.4, body), mine["branch"])
            strip = page.axes(x, HEAD + TREE + body, widths[i], foot)
            put_bars(strip, bars, places, BAR)
            _counts(strip, columns, parts["block"], places, BAR * len(bars))
            strip.set(xlim=(-0.5, places.max() + 0.5), ylim=(-foot, 0))
            right = x + widths[i]
        else:
            say(ax, "These genes do not vary in the reference.", 18)
        x += widths[i] + rooms[i]
    beside = page.axes(right, HEAD + TREE + body, ACROSS - right, foot)
    put_names(beside, bars, BAR, foot)
    _scale(page, image, study, min(30.0, body))
    put_key(page.axes(0, page.tall - LINE * len(key), ACROSS, LINE * len(key)), key)
    return page.fig


def _of(part: pd.DataFrame, column: str, name: str) -> pd.DataFrame:
    """Rows of one set; none where no row is of any."""
    return part[part[column] == name] if column in part else part.head(0)


def _sizes(facts: dict[str, Any]) -> str:
    """How many genes there are, and how many of them are drawn."""
    if not facts["n_shown"]:
        return ""
    if facts["kind"] == "smallest p":
        return f" ({facts['n_shown']} genes, none significant)"
    words = f"{facts['n_genes']:,} gene{'s' * bool(facts['n_genes'] != 1)}"
    shown = f", {facts['n_shown']} shown" * bool(facts["n_shown"] < facts["n_genes"])
    return f" ({words}{shown})"


def _places(columns: pd.DataFrame) -> np.ndarray:
    """Position of every column, with a gap between blocks."""
    block, _ = pd.factorize(columns["block"])
    gap = max(1, round(GAP * len(columns)))
    places: np.ndarray = columns["column"].to_numpy() + gap * block
    return places


def _map(
    ax: Axes, genes: pd.DataFrame, cells: pd.DataFrame, places: np.ndarray, limit: float
) -> AxesImage:
    picture = np.full((len(genes), places.max() + 1), np.nan)
    at = dict(zip(genes["gene"], genes["row"].astype(int), strict=True))
    row, column = cells["gene"].map(at), places[cells["column"]]
    lost = picture.copy()  # an empty cell would be the colour of the mean
    lost[:, places] = 0.0
    picture[row, column] = cells["z"]
    lost[np.isfinite(picture)] = np.nan
    style: dict[str, Any] = {"aspect": "auto", "interpolation": "nearest"}
    if np.isfinite(lost).any():
        ax.imshow(lost, cmap=ListedColormap([MISSING]), **style)
    return ax.imshow(picture, cmap=DIVERGING, vmin=-limit, vmax=limit, **style)


def _told(genes: pd.DataFrame, body: float) -> list[str]:
    """Names of genes from above; none where rows are too low to read them."""
    if not len(genes) or body / len(genes) < READABLE - 0.01:
        return []
    return shorts([str(name) for name in genes.sort_values("row")["gene"]], 16)


def _names(ax: Axes, names: Sequence[str]) -> None:
    ax.tick_params(length=0, pad=1)
    ax.yaxis.tick_right()
    ax.set_yticks(range(len(names)), names, fontsize=pt(6), fontstyle="italic")
    ax.set_xticks([])


def _forks(ax: Axes, branches: pd.DataFrame, places: np.ndarray, upright: bool) -> None:
    """Draw a tree whose leaves stand at `places`."""
    if branches.empty:
        return
    at = np.arange(len(places))
    first, second = (np.interp(branches[name], at, places) for name in ("first", "second"))
    low, other, high = (branches[f"{name}height"] for name in ("first_", "second_", ""))
    corners = [(first, low), (first, high), (second, high), (second, other)]
    lines = np.stack([np.stack(each, axis=1) for each in corners], axis=1)
    lines = lines if upright else lines[:, :, ::-1]
    steps = np.tile([Path.MOVETO, *[Path.LINETO] * 3], len(lines))
    box, limits = ax.get_window_extent(), ax.get_xlim() if upright else ax.get_ylim()
    room = (box.width if upright else box.height) / ax.figure.dpi * INCH / np.ptp(limits)
    # One path for all: a fork each would double the size of the picture.
    shape = Path(lines.reshape(-1, 2), steps)
    ax.add_patch(PathPatch(shape, fill=False, ec=QUIET, lw=float(np.clip(0.3 * room, 0.1, 0.4))))


def _heights(branches: pd.DataFrame) -> tuple[float, float]:
    """Where the axis of a tree begins, so that the stems of leaves are short, and ends."""
    if branches.empty:
        return 0.0, 1.0
    least, most = branches["height"].min(), branches["height"].max()
    low = max(least - 0.2 * (most - least), 0.0) if most > least else 0.0
    return float(low), float(most + 0.05 * (most - low)) or 1.0


def _people(ax: Axes, branches: pd.DataFrame, columns: pd.DataFrame, places: np.ndarray) -> None:
    """Trees of people over their blocks; that of patients stands over either visit."""
    forks = branches[branches["label"].notna()] if "label" in branches else branches.head(0)
    ax.set(xlim=(-0.5, places.max() + 0.5), ylim=_heights(forks))
    for _, block in columns.groupby("block", sort=False):
        tree = _of(forks, "label", block["label"].iloc[0])
        _forks(ax, tree, places[block["column"]], upright=True)


def _genes(ax: Axes, branches: pd.DataFrame) -> None:
    """Tree of genes beside their rows."""
    n = len(branches) + 1
    ax.set(ylim=(n - 0.5, -0.5), xlim=_heights(branches)[::-1])
    _forks(ax, branches, np.arange(n), upright=False)


def _counts(
    ax: Axes, columns: pd.DataFrame, blocks: pd.DataFrame, places: np.ndarray, below: float
) -> None:
    """Number of samples under every block that is wide enough."""
    if "n_samples" not in blocks:
        return
    told = blocks.set_index("block")["n_samples"].dropna()
    for name, block in columns.groupby("block", sort=False):
        at = places[block["column"]]
        if name in told.index and len(at) >= NARROW * (places.max() + 1):
            style: dict[str, Any] = {"ha": "center", "va": "top", "fontsize": pt(6)}
            ax.text(at.mean(), -below - 0.6, f"{told[name]:.0f}", **style)


def _scale(page: Page, image: Any, study: pd.Series, tall: float) -> None:
    """Scale of the colours at the right edge."""
    ax = page.axes(ACROSS - 11.0, HEAD + TREE, 2.0, tall)
    bar = page.fig.colorbar(image, cax=ax, extend="both", ticks=MaxNLocator(6, integer=True))
    healthy = study["reference"] == "healthy"
    visit = short(naming.visit(study["visit"]), 20)
    words = f"the {short(naming.group('healthy'), 20)} mean" if healthy else f"the mean at {visit}"
    bar.set_label(f"SD from {words}", labelpad=0.5)
    bar.outline.set_visible(False)
