"""Sample flow as a column of boxes, the groups compared at its foot."""

import textwrap

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from revertome.figures.style import INK, LABEL, MM, QUIET, ROLE, SINGLE, canvas, rows, styled

BOX, STEP = 8.5, 13.0  # height of a box and distance between boxes, mm
LEFT, WIDTH = 1.0, 46.0  # the column of boxes, mm


@styled
def draw(table: pd.DataFrame) -> Figure:
    """Draw the sample flow."""
    stages, groups = rows(table, "stage"), rows(table, "group")
    height = STEP * len(stages) + 11.5
    fig = canvas(SINGLE, height * MM, None)
    ax = fig.add_axes((0, 0, 1, 1))
    ax.set(xlim=(0, SINGLE / MM), ylim=(0, height))
    ax.set_axis_off()
    for i, stage in enumerate(stages.to_dict("records")):
        top = height - 1 - i * STEP
        _box(ax, (LEFT, top - BOX, WIDTH, BOX), _counts(stage), INK)
        if i:
            _arrow(ax, (LEFT + WIDTH / 2, top + STEP - BOX), (LEFT + WIDTH / 2, top))
        _note(ax, stage, top - BOX / 2)
    _groups(ax, groups, height - 1 - (len(stages) - 1) * STEP - BOX)
    return fig


def _counts(stage: dict[str, object]) -> str:
    return (
        f"$\\bf{{{str(stage['stage']).replace(' ', chr(92) + ' ')}}}$\n"
        f"{stage['n_samples']} samples, {stage['n_patients']} persons, {stage['n_pairs']} pairs"
    )


def _box(ax: Axes, place: tuple[float, float, float, float], text: str, colour: str) -> None:
    x, y, width, height = place
    ax.add_patch(_rectangle(place, colour))
    ax.text(
        *(x + width / 2, y + height / 2, text),
        **dict(ha="center", va="center", fontsize=6.5, linespacing=1.35),
    )


def _rectangle(place: tuple[float, float, float, float], colour: str):  # type: ignore[no-untyped-def]
    from matplotlib.patches import FancyBboxPatch

    x, y, width, height = place
    return FancyBboxPatch(
        *((x, y), width, height),
        **dict(boxstyle="round,pad=0,rounding_size=0.9", fc="white", ec=colour, lw=0.8),
    )


def _arrow(ax: Axes, start: tuple[float, float], end: tuple[float, float]) -> None:
    style = {"arrowstyle": "-|>", "lw": 0.7, "color": INK, "mutation_scale": 6}
    ax.annotate("", end, start, arrowprops=style | {"shrinkA": 0, "shrinkB": 0})


def _note(ax: Axes, stage: dict[str, object], y: float) -> None:
    words = str(stage["note"]) if pd.notna(stage.get("note")) else ""
    lost = int(stage["lost"])  # type: ignore[call-overload]
    if lost > 0 and not words:
        words = f"{lost} samples left out"
    ax.text(LEFT + WIDTH + 2.5, y, textwrap.fill(words, 36), va="center", fontsize=6, color=QUIET)


def _groups(ax: Axes, groups: pd.DataFrame, top: float) -> None:
    gap, total = 2.0, SINGLE / MM - 2 * LEFT
    width = (total - gap * (len(groups) - 1)) / max(len(groups), 1)
    bar = top - 2.5
    centres = [LEFT + i * (width + gap) + width / 2 for i in range(len(groups))]
    ax.plot([LEFT + WIDTH / 2] * 2, [top, bar], color=INK, lw=0.7)
    ax.plot([min(*centres, LEFT + WIDTH / 2), max(*centres, LEFT + WIDTH / 2)], [bar] * 2, c=INK, lw=0.7)
    for x, group in zip(centres, groups.to_dict("records"), strict=True):
        _arrow(ax, (x, bar), (x, bar - 3))
        pairs = f"\n{group['n_pairs']} pairs" if group["label"] != "healthy" else "\none visit"
        colour = {**ROLE, **LABEL}[group["label"]]
        _box(ax, (x - width / 2, bar - 12, width, 9), f"{group['n_patients']} {group['name']}{pairs}", colour)
