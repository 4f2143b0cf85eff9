"""Sample flow as a column of boxes, the groups compared at its foot."""

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import FancyBboxPatch

from revertome.figures.fitted import cut, lines
from revertome.figures.style import INK, LABEL, MM, QUIET, ROLE, SINGLE, canvas, pt, rows, styled
from revertome.small_cells import size

BOX, GAP = 8.5, 4.5  # height of a box and the least between two, mm
LINE = 2.75  # height of a line of small type, mm
MOST = 14  # lines beside a box, or fewer where all the steps would outgrow a page
PAGE = 235.0  # mm
LEFT, WIDTH = 1.0, 46.0  # the column of boxes, mm
MIDDLE = LEFT + WIDTH / 2
SIDE = LEFT + WIDTH + 2.5  # where the notes begin
POINT = 72 / 25.4  # points in a mm


@styled
def draw(table: pd.DataFrame) -> Figure:
    """Draw the sample flow."""
    stages, groups = rows(table, "stage"), rows(table, "group")
    across = SINGLE / MM
    compared = _compared(rows(table, "contrast"), (across - 2 * LEFT) * POINT)
    foot = LINE * len(compared) + 3
    named = [_named(group, _width(len(groups)) - 1) for group in groups.to_dict("records")]
    tall = BOX + LINE * (max([len(name) for name, _ in named], default=1) - 1)
    notes = [_note(stage, (across - SIDE - 1) * POINT) for stage in stages.to_dict("records")]
    fixed = tall + 3.5 + foot + 2.5
    notes = _within(notes, PAGE - fixed)
    heights = [_height(note) for note in notes]
    height = sum(heights) + fixed
    fig = canvas(SINGLE, height * MM, None)
    ax = fig.add_axes((0, 0, 1, 1))
    ax.set(xlim=(0, across), ylim=(0, height))
    ax.set_axis_off()
    middle, before = height - 1.0, 0.0
    for i, (stage, note) in enumerate(zip(stages.to_dict("records"), notes, strict=True)):
        middle -= heights[i] / 2
        _box(ax, (LEFT, middle - BOX / 2, WIDTH, BOX), [str(stage["stage"])], str(stage["text"]))
        if i:
            _arrow(ax, (MIDDLE, before - BOX / 2), (MIDDLE, middle + BOX / 2))
        ax.text(SIDE, middle, "\n".join(note), va="center", fontsize=pt(6), color=QUIET)
        before = middle
        middle -= heights[i] / 2
    _groups(ax, groups, named, before - BOX / 2, foot + tall)
    text = "\n".join(compared)
    ax.text(LEFT, foot - 1, text, va="top", fontsize=pt(6), color=QUIET, linespacing=1.15)
    return fig


def _height(note: Sequence[str]) -> float:
    """Height of a step, mm: of its box or of the note beside it."""
    return max(BOX, LINE * len(note)) + GAP


def _within(notes: list[list[str]], room: float) -> list[list[str]]:
    """Notes of so many lines that all steps fit; what is cut ends in dots."""
    for most in range(MOST, 1, -1):
        cut_ = [note if len(note) <= most else [*note[: most - 1], "…"] for note in notes]
        if sum(map(_height, cut_)) <= room:
            break
    return cut_


def _compared(contrasts: pd.DataFrame, room: float) -> list[str]:
    if contrasts.empty:
        return []
    return lines(f"Compared: {'; '.join(contrasts['text'])}.", room, 6, most=12)


def _note(stage: Mapping[Any, Any], room: float) -> list[str]:
    """Lines beside a box: the note, or what was lost; then the samples of each group."""
    lost = f"{stage['lost']:.0f} samples left out" if stage.get("lost", 0) > 0 else ""
    told = [str(stage["note"]) if pd.notna(stage.get("note")) else lost]
    told += [f"by group: {stage['groups']}"] if pd.notna(stage.get("groups")) else []
    return [line for part in told if part for line in lines(part.replace("_", " "), room, 6)]


def _width(n: int) -> float:
    """Width of each of `n` boxes side by side, mm."""
    gap = 2.0
    return (SINGLE / MM - 2 * LEFT + gap) / max(n, 1) - gap


def _named(group: Mapping[Any, Any], room: float) -> tuple[list[str], str]:
    """Name of a group in lines, and how many are in it."""
    pairs = "" if group["label"] == "healthy" else f", {size(group.get('n_pairs'))} pairs"
    text = f"n = {size(group.get('n_patients'))}{pairs}"
    if isinstance(group.get("text"), str):  # of one visit, which has no pairs
        text = group["text"]
    return lines(str(group["name"]), room * POINT, 6.5, 3, "bold"), text


def _box(
    ax: Axes,
    place: tuple[float, float, float, float],
    head: Sequence[str],
    text: str,
    colour: str = INK,
) -> None:
    x, y, width, height = place
    shape = "round,pad=0,rounding_size=0.9"
    box = FancyBboxPatch((x, y), width, height, boxstyle=shape, fc="white", ec=colour, lw=0.8)
    ax.add_patch(box)
    room, centre = (width - 1) * POINT, x + width / 2
    named = "\n".join(cut(line, room, 6.5, "bold") for line in head)
    ax.text(centre, y + height - 0.31 * BOX, named, ha="center", va="top" if len(head) > 1 else
            "center", weight="bold", fontsize=pt(6.5), linespacing=1.1)  # fmt: skip
    ax.text(centre, y + 0.3 * BOX, cut(text, room), ha="center", va="center", fontsize=pt(6.5))


def _arrow(ax: Axes, start: tuple[float, float], end: tuple[float, float]) -> None:
    style = {"arrowstyle": "-|>", "lw": 0.7, "color": INK, "mutation_scale": 6}
    ax.annotate("", end, start, arrowprops=style | {"shrinkA": 0, "shrinkB": 0})


def _groups(
    ax: Axes,
    groups: pd.DataFrame,
    named: Sequence[tuple[list[str], str]],
    start: float,
    top: float,
) -> None:
    """Boxes of the groups below the last step: arrows from `start`, boxes under `top`, mm."""
    if groups.empty:
        return
    bar, width = top + 1.8, _width(len(groups))
    centres = [LEFT + i * (width + 2) + width / 2 for i in range(len(groups))]
    ax.plot([MIDDLE, MIDDLE], [start, bar], color=INK, lw=0.7)
    ax.plot([min(*centres, MIDDLE), max(*centres, MIDDLE)], [bar, bar], color=INK, lw=0.7)
    tall = BOX + LINE * (max(len(name) for name, _ in named) - 1)
    colours = {**ROLE, **LABEL}
    for x, group, (name, text) in zip(centres, groups["label"], named, strict=True):
        _arrow(ax, (x, bar), (x, top))
        _box(ax, (x - width / 2, top - tall, width, tall), name, text, colours[group])
