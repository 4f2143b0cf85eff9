"""Bars under the columns of a heat map: who and when, what is known of them, and its key."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

import matplotlib
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.colors import ListedColormap, to_rgba
from matplotlib.patches import Rectangle

from revertome import naming
from revertome.figures.fitted import INCH, apart, cut, wide
from revertome.figures.labels import of_role
from revertome.figures.style import DOUBLE, LABEL, MM, ROLE, arm_colours, pt
from revertome.figures.theme import width

MISSING = "#BDBDBD"
# Tol's light scheme: told apart under the common forms of colour blindness, and with black words.
LEVELS = ("#77AADD", "#EE8866", "#EEDD88", "#FFAABB", "#99DDFF", "#44BB99")
RAMPS = ("Purples", "Greens", "Oranges")
FAINTEST = 0.15  # share of a ramp that is left out, so that its low end is seen on white
LINE, SWATCH, RAMP = 3.6, 2.0, 9.0  # mm
ACROSS = DOUBLE / MM
ROOM = 72  # points for a name in the key


class Bar(NamedTuple):
    """A bar: its name, and that with its unit, the colour of each column, what colours mean."""

    name: str
    title: str
    colours: np.ndarray
    levels: Mapping[str, str]
    ramp: ListedColormap | None = None
    ends: tuple[float, float] = (0.0, 1.0)


class Piece(NamedTuple):
    """A part of the key that stands together: its width in mm, and how it is put at (x, y)."""

    width: float
    put: Callable[[Axes, float, float], None]


def mm(points: float) -> float:
    """Return points of type in mm of a figure of two columns, however wide its style is."""
    return points / INCH / MM * DOUBLE / width(DOUBLE)


def bars_of(columns: pd.DataFrame, known: pd.DataFrame) -> list[Bar]:
    """Return the bars from above: visit, response, arm, then what else is `known`.

    Parameters
    ----------
    columns
        Rows `column`: role, visit, label and, where there are several, arm.
    known
        Rows `bar`: variable, column, and value or level.
    """
    roles = columns.drop_duplicates("role").set_index("role")["visit"]
    visits = {role: of_role(role, roles[role]) for role in ROLE if role in roles.index}
    bars = [_named("visit", "visit", columns["role"], visits, ROLE)]
    labels = columns["label"].mask(columns["role"].eq("healthy"))
    there = [name for name in LABEL if labels.eq(name).any()]
    if len(there) > 1 or "responder" in there:
        names = {name: naming.group(name) for name in there}
        bars.append(_named("response", "response", labels, names, LABEL))
    arms = sorted(columns["arm"].dropna().unique()) if "arm" in columns else []
    if len(arms) > 1:
        names = {name: naming.arm(name) for name in arms}
        bars.append(_named("arm", "arm", columns["arm"], names, arm_colours(arms)))
    ramps = iter(RAMPS)
    for name, own in known.groupby("variable", sort=False) if len(known) else ():
        own = own.set_index("column").reindex(columns["column"])
        words = naming.variable(name, unit=False), naming.variable(name)
        if "value" in own and own["value"].notna().any():
            bars.append(_numbers(*words, own["value"].to_numpy(float), next(ramps)))
            continue
        levels = own["level"].reset_index(drop=True)
        names = {each: str(each).replace("_", " ") for each in sorted(levels.dropna().unique())}
        bars.append(_named(*words, levels, names, dict(zip(names, LEVELS, strict=False))))
    healthy = columns["role"].eq("healthy").to_numpy()
    return [_with_missing(bar, healthy) for bar in bars]


def _named(
    name: str, title: str, values: pd.Series, words: Mapping[Any, str], colours: Mapping[Any, str]
) -> Bar:
    """Bar of words."""
    painted = np.zeros((len(values), 4))
    for level in words:
        painted[values.eq(level).to_numpy()] = to_rgba(colours[level])
    told = zip(apart([*words.values()], pt(ROOM)), [colours[each] for each in words], strict=True)
    return Bar(name, title, painted, dict(told))


def _numbers(name: str, title: str, values: np.ndarray, ramp: str) -> Bar:
    """Bar of numbers, from the least to the greatest."""
    shades = matplotlib.colormaps[ramp](np.linspace(FAINTEST, 1, 64))
    low, high = float(np.nanmin(values)), float(np.nanmax(values))
    painted, there = np.zeros((len(values), 4)), np.isfinite(values)
    place = (values[there] - low) / ((high - low) or 1.0)
    painted[there] = shades[np.round(place * 63).astype(int)]
    return Bar(name, title, painted, {}, ListedColormap(shades), (low, high))


def _with_missing(bar: Bar, healthy: np.ndarray) -> Bar:
    """Grey where a value is not known; blank for healthy people, whom many do not concern."""
    painted = bar.colours.copy()
    painted[(painted[:, 3] == 0) & ~healthy] = to_rgba(MISSING)
    return bar._replace(colours=painted)


def put_bars(ax: Axes, bars: Sequence[Bar], places: np.ndarray, height: float) -> None:
    """Draw bars of `height` from the top of axes in mm, a column at each of `places`."""
    for i, bar in enumerate(bars):
        row = np.zeros((1, int(places.max()) + 1, 4))
        row[0, places] = bar.colours
        top = -height * i - 0.2 * height
        extent = (-0.5, row.shape[1] - 0.5, top - 0.75 * height, top)
        ax.imshow(row, aspect="auto", interpolation="nearest", extent=extent)


def put_names(ax: Axes, bars: Sequence[Bar], height: float, tall: float) -> None:
    """Name bars of `height` in axes beside them that are `tall`, mm."""
    room = ax.get_window_extent().width / ax.figure.dpi * INCH - pt(4)
    for i, name in enumerate(apart([bar.name for bar in bars], room, 6)):
        ax.annotate(name, (0, -height * (i + 0.57)), (3, 0), textcoords="offset points",
                    va="center", fontsize=pt(6))  # fmt: skip
    ax.set(xlim=(0, 1), ylim=(-tall, 0))


def key_of(bars: Sequence[Bar], gaps: bool) -> list[list[Piece]]:
    """Return the lines of the key, with grey where there are `gaps`."""
    groups = [_pieces(bar) for bar in bars]
    if gaps or any((bar.colours == to_rgba(MISSING)).all(axis=1).any() for bar in bars):
        groups.append([_swatch("", MISSING, "no sample, or not known")])
    lines: list[list[Piece]] = [[]]
    for group in groups:
        # What fits into one line stands in one.
        whole = sum(piece.width for piece in group)
        parts = [group] if whole <= ACROSS - 2 else [[piece] for piece in group]
        for part in parts:
            taken = sum(piece.width for piece in [*lines[-1], *part])
            if lines[-1] and taken > ACROSS - 2:
                lines.append([])
            lines[-1] += part
    return lines


def _pieces(bar: Bar) -> list[Piece]:
    title = f"{cut(bar.title, pt(1.5 * ROOM), weight='bold')} "
    if bar.ramp is None:
        titles = [title, *[""] * (len(bar.levels) - 1)]
        return [
            _swatch(*each)
            for each in zip(titles, bar.levels.values(), bar.levels.keys(), strict=True)
        ]
    low, high = (f"{end:.3g}".replace("-", "−") for end in bar.ends)
    begin = mm(wide(title, weight="bold")) + 0.6
    ramp = begin + mm(wide(low)) + 0.8
    end = ramp + RAMP + 0.8

    def put(ax: Axes, x: float, y: float) -> None:
        _write(ax, x, y, title, weight="bold")
        _write(ax, x + begin, y, low)
        extent = (x + ramp, x + ramp + RAMP, y - SWATCH / 2, y + SWATCH / 2)
        shades = np.linspace(0, 1, 64)[None]
        ax.imshow(shades, cmap=bar.ramp, vmin=0, vmax=1, aspect="auto", extent=extent)
        _write(ax, x + end, y, high)

    return [Piece(end + mm(wide(high)) + 4, put)]


def _swatch(title: str, colour: str, words: str) -> Piece:
    begin = mm(wide(title, weight="bold")) + 0.6 if title else 0.0

    def put(ax: Axes, x: float, y: float) -> None:
        _write(ax, x, y, title, weight="bold")
        corner = (x + begin, y - SWATCH / 2)
        ax.add_patch(Rectangle(corner, SWATCH, SWATCH, color=colour, lw=0))
        _write(ax, x + begin + SWATCH + 0.9, y, words)

    return Piece(begin + SWATCH + 0.9 + mm(wide(words)) + 3, put)


def _write(ax: Axes, x: float, y: float, words: str, **style: Any) -> None:
    if words.strip():
        ax.text(x, y, words, va="center_baseline", fontsize=pt(6.5), **style)


def put_key(ax: Axes, lines: Sequence[Sequence[Piece]]) -> None:
    """Write the key line by line into axes that are measured in mm."""
    for i, line in enumerate(lines):
        x, y = 1.0, LINE * (len(lines) - i - 0.5)
        for piece in line:
            piece.put(ax, x, y)
            x += piece.width
    ax.set(xlim=(0, ACROSS), ylim=(0, LINE * len(lines)))
    ax.set_axis_off()
