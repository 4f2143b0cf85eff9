"""Sample flow as a column of boxes, the groups compared at its foot; patients by arm beside it."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from revertome.figures import theme
from revertome.figures.fitted import lines
from revertome.figures.flow_arms import BESIDE, Arms, arms_of, put_arms
from revertome.figures.flow_boxes import LINE, POINT, arrow, box
from revertome.figures.style import (
    DOUBLE,
    INK,
    LABEL,
    MM,
    QUIET,
    ROLE,
    SINGLE,
    canvas,
    panel,
    pt,
    rows,
    styled,
)
from revertome.small_cells import size

BOX, GAP = 8.5, 4.5  # height of a box and the least between two, mm
MOST = 14  # lines beside a box, or fewer where all the steps would outgrow a page
PAGE = 235.0  # mm
LEFT, WIDTH = 1.0, 46.0  # the column of boxes, mm
MIDDLE = LEFT + WIDTH / 2
SIDE = LEFT + WIDTH + 2.5  # where the notes begin
COLUMN = SINGLE / MM  # mm, of the samples
HEAD, BETWEEN = 4.5, 4.0  # mm, of the title of a panel and between panels


@styled
def draw(table: pd.DataFrame) -> Figure:
    """Draw the sample flow, and that of the patients of each arm."""
    steps, across = rows(table, "step"), DOUBLE / MM
    if steps.empty:
        return _drawn(table, None, SINGLE, PAGE)
    beside = steps["arm"].nunique() <= BESIDE
    arms = arms_of(steps, across - SINGLE / MM - BETWEEN - LEFT if beside else across - 2 * LEFT)
    return _drawn(table, arms, DOUBLE, PAGE if beside else PAGE - HEAD - arms.height - BETWEEN)


def _drawn(table: pd.DataFrame, arms: Arms | None, width: float, page: float) -> Figure:
    """Draw the samples, in not more than `page` mm, and the arms beside or under them."""
    stages, groups = rows(table, "stage"), rows(table, "group")
    compared = _compared(rows(table, "contrast"), (COLUMN - 2 * LEFT) * POINT)
    named = [_named(group, _width(len(groups)) - 1) for group in groups.to_dict("records")]
    tall = BOX + LINE * (max([len(name) for name, _ in named], default=1) - 1)
    fixed = tall + 3.5 + LINE * len(compared) + 3 + 2.5
    notes = [_note(stage, (COLUMN - SIDE - 1) * POINT) for stage in stages.to_dict("records")]
    notes = _within(notes, page - fixed)
    height = sum(map(_height, notes)) + fixed
    head = HEAD if arms else 0.0
    under = arms is not None and page < PAGE
    own = head + arms.height if arms else 0.0
    whole = head + height + own + BETWEEN if under else max(head + height, own)
    fig = canvas(width, whole * MM, None)
    ax = _axes(fig, (0, head, COLUMN, height), whole)
    _samples(ax, stages, notes, height)
    _groups(ax, groups, named, _foot(notes, height), LINE * len(compared) + 3 + tall)
    text, foot = "\n".join(compared), LINE * len(compared) + 3
    ax.text(LEFT, foot - 1, text, va="top", fontsize=pt(6), color=QUIET, linespacing=1.15)
    if arms:
        x, y = (LEFT, height + head + BETWEEN) if under else (COLUMN + BETWEEN, 0.0)
        panel(ax, "A", "Samples")
        other = _axes(fig, (x, y + head, DOUBLE / MM - x, arms.height), whole)
        panel(other, "B", "Patients by arm" if len(arms.names) > 1 else "Patients")
        put_arms(other, arms, arms.height - 1)
    return fig


def _axes(fig: Figure, place: tuple[float, float, float, float], whole: float) -> Axes:
    """Axes measured in mm at (x, y from above, width, height) of a figure `whole` mm high."""
    x, y, width, height = place
    across = COLUMN if fig.get_figwidth() <= theme.width(SINGLE) else DOUBLE / MM
    share = (x / across, 1 - (y + height) / whole, width / across, height / whole)
    ax = fig.add_axes(share, xlim=(0, width), ylim=(0, height))
    ax.set_axis_off()
    return ax


def _samples(ax: Axes, stages: pd.DataFrame, notes: Sequence[Sequence[str]], height: float) -> None:
    """Boxes of the steps, with their notes."""
    before = None
    for stage, note, middle in zip(
        stages.to_dict("records"), notes, _middles(notes, height), strict=True
    ):
        place = (LEFT, middle - BOX / 2, WIDTH, BOX)
        box(ax, place, [str(stage["stage"])], [str(stage["text"])])
        if before is not None:
            arrow(ax, (MIDDLE, before - BOX / 2), (MIDDLE, middle + BOX / 2))
        ax.text(SIDE, middle, "\n".join(note), va="center", fontsize=pt(6), color=QUIET)
        before = middle


def _middles(notes: Sequence[Sequence[str]], height: float) -> list[float]:
    """Where the steps stand."""
    tall = np.array([_height(note) for note in notes])
    return [float(y) for y in height - 1 - np.cumsum(tall) + tall / 2]


def _foot(notes: Sequence[Sequence[str]], height: float) -> float:
    """Lower edge of the last box."""
    return _middles(notes, height)[-1] - BOX / 2


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
    return (COLUMN - 2 * LEFT + gap) / max(n, 1) - gap


def _named(group: Mapping[Any, Any], room: float) -> tuple[list[str], str]:
    """Name of a group in lines, and how many are in it."""
    pairs = "" if group["label"] == "healthy" else f", {size(group.get('n_pairs'))} pairs"
    text = f"n = {size(group.get('n_patients'))}{pairs}"
    if isinstance(group.get("text"), str):  # of one visit, which has no pairs
        text = group["text"]
    return lines(str(group["name"]), room * POINT, 6.5, 3, "bold"), text


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
        arrow(ax, (x, bar), (x, top))
        box(ax, (x - width / 2, top - tall, width, tall), name, [text], colours[group])
