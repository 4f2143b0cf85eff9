"""Sample flow as a column of boxes, the groups compared at its foot."""

import textwrap
from collections.abc import Mapping
from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import FancyBboxPatch

from revertome.figures.style import INK, LABEL, MM, QUIET, ROLE, SINGLE, canvas, pt, rows, styled
from revertome.small_cells import size

BOX, STEP = 8.5, 13.0  # height of a box and distance between boxes, mm
LINE = 2.7  # height of a line of small type, mm
MOST = 5  # lines beside a box
LEFT, WIDTH = 1.0, 46.0  # the column of boxes, mm
MIDDLE = LEFT + WIDTH / 2


@styled
def draw(table: pd.DataFrame) -> Figure:
    """Draw the sample flow."""
    stages, groups = rows(table, "stage"), rows(table, "group")
    compared = _compared(rows(table, "contrast"))
    foot = LINE * (compared.count("\n") + 1) + 2 if compared else 0
    height = STEP * len(stages) + 11.5 + foot
    fig = canvas(SINGLE, height * MM, None)
    ax = fig.add_axes((0, 0, 1, 1))
    ax.set(xlim=(0, SINGLE / MM), ylim=(0, height))
    ax.set_axis_off()
    for i, stage in enumerate(stages.to_dict("records")):
        top = height - 1 - i * STEP
        _box(ax, (LEFT, top - BOX, WIDTH, BOX), str(stage["stage"]), str(stage["text"]), INK)
        if i:
            _arrow(ax, (MIDDLE, top + STEP - BOX), (MIDDLE, top))
        note = "\n".join(_note(stage))
        ax.text(LEFT + WIDTH + 2.5, top - BOX / 2, note, va="center", fontsize=pt(6), color=QUIET)
    _groups(ax, groups, height - 1 - (len(stages) - 1) * STEP - BOX)
    ax.text(LEFT, foot - 1, compared, va="top", fontsize=pt(6), color=QUIET, linespacing=1.15)
    return fig


def _compared(contrasts: pd.DataFrame) -> str:
    if contrasts.empty:
        return ""
    return textwrap.fill(f"Compared: {'; '.join(contrasts['text'])}.", 84)


def _note(stage: Mapping[Any, Any]) -> list[str]:
    """Lines beside a box: the note, or what was lost; then the samples of each group."""
    lost = f"{stage['lost']:.0f} samples left out" if stage.get("lost", 0) > 0 else ""
    told = [str(stage["note"]) if pd.notna(stage.get("note")) else lost]
    told += [f"by group: {stage['groups']}"] if pd.notna(stage.get("groups")) else []
    lines = [line for part in told for line in textwrap.wrap(part, 36)]
    return lines if len(lines) <= MOST else [*lines[: MOST - 1], "..."]


def _box(
    ax: Axes, place: tuple[float, float, float, float], head: str, text: str, colour: str
) -> None:
    x, y, width, height = place
    shape = "round,pad=0,rounding_size=0.9"
    box = FancyBboxPatch((x, y), width, height, boxstyle=shape, fc="white", ec=colour, lw=0.8)
    ax.add_patch(box)
    centre = x + width / 2
    ax.text(
        centre, y + 0.69 * height, head, ha="center", va="center", weight="bold", fontsize=pt(6.5)
    )
    ax.text(centre, y + 0.3 * height, text, ha="center", va="center", fontsize=pt(6.5))


def _arrow(ax: Axes, start: tuple[float, float], end: tuple[float, float]) -> None:
    style = {"arrowstyle": "-|>", "lw": 0.7, "color": INK, "mutation_scale": 6}
    ax.annotate("", end, start, arrowprops=style | {"shrinkA": 0, "shrinkB": 0})


def _groups(ax: Axes, groups: pd.DataFrame, top: float) -> None:
    gap, bar = 2.0, top - 2.5
    width = (SINGLE / MM - 2 * LEFT + gap) / max(len(groups), 1) - gap
    centres = [LEFT + i * (width + gap) + width / 2 for i in range(len(groups))]
    ax.plot([MIDDLE, MIDDLE], [top, bar], color=INK, lw=0.7)
    ax.plot([min(*centres, MIDDLE), max(*centres, MIDDLE)], [bar, bar], color=INK, lw=0.7)
    for x, group in zip(centres, groups.to_dict("records"), strict=True):
        _arrow(ax, (x, bar), (x, bar - 3))
        pairs = "" if group["label"] == "healthy" else f", {size(group.get('n_pairs'))} pairs"
        text = f"n = {size(group.get('n_patients'))}{pairs}"
        if isinstance(group.get("text"), str):  # of one visit, which has no pairs
            text = group["text"]
        place = (x - width / 2, bar - 12, width, 9)
        _box(ax, place, group["name"], text, {**ROLE, **LABEL}[group["label"]])
