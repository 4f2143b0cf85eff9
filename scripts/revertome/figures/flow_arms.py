"""Patients of each arm in a column of boxes, with the lost and the reasons between them."""

from collections.abc import Mapping
from typing import Any, NamedTuple

import pandas as pd
from matplotlib.axes import Axes

from revertome import naming
from revertome.figures.fitted import cut, lines
from revertome.figures.flow_boxes import LINE, POINT, arrow, box
from revertome.figures.style import QUIET, arm_colours, pt

GAP, EDGE = 2.5, 0.3  # mm between columns, and beside them
WIDEST = 46.0  # mm of a column
BESIDE = 3  # arms that fit beside the flow of samples
NOTE = 5  # lines of a note
SHORT = 3.5  # mm, least of an arrow


class Step(NamedTuple):
    """A row of boxes: head and text of each arm, and the notes on the arrows above them."""

    heads: list[list[str]]
    texts: list[list[str]]
    notes: list[list[str]]

    @property
    def tall(self) -> float:
        """Height of the boxes, mm."""
        sizes = zip(self.heads, self.texts, strict=True)
        return LINE * max(len(head) + len(text) for head, text in sizes) + 2.0

    @property
    def above(self) -> float:
        """Height of the arrows above them, mm."""
        return max(SHORT, LINE * max(map(len, self.notes)) + 1.0)


class Arms(NamedTuple):
    """All that is drawn of the arms, and its size in mm."""

    names: list[str]
    steps: list[Step]
    width: float

    @property
    def height(self) -> float:
        """Height of all rows, mm."""
        return sum(step.tall + step.above for step in self.steps) + 2.0


def arms_of(table: pd.DataFrame, across: float) -> Arms:
    """Fit the boxes of each arm into `across` mm; `table` has the rows `step`."""
    names = list(dict.fromkeys(table["arm"]))
    width = min((across - 2 * EDGE + GAP) / len(names) - GAP, WIDEST)
    parts = [table[table["arm"] == name].to_dict("records") for name in names]
    rows = [_step([*each], (width - 1.5) * POINT) for each in zip(*parts, strict=True)]
    return Arms(names, rows, width)


def _step(row: list[dict[Any, Any]], room: float) -> Step:
    notes = [str(each["note"]) if pd.notna(each.get("note")) else "" for each in row]
    inside = row[0]["stage"] == "analysed"  # by label, not lost
    heads = [lines(_head(each), room, 6.5, 2, "bold") for each in row]
    texts = [[cut(str(each["text"]), room)] for each in row]
    if inside:
        texts = [[*text, *(lines(note, room, 6, 4) if note else [])]
                 for text, note in zip(texts, notes, strict=True)]  # fmt: skip
        notes = [""] * len(row)
    room -= 3 * POINT
    told = [lines(note, room, 6, NOTE) if note else [] for note in notes]
    return Step(heads, texts, told)


def _head(step: Mapping[Any, Any]) -> str:
    """Words over the count of a box."""
    if step["stage"] == "sampled":
        return naming.visit(step["visit"])
    return naming.arm(step["arm"]) if step["stage"] == "allocated" else str(step["stage"])


def put_arms(ax: Axes, arms: Arms, top: float) -> None:
    """Draw the columns of boxes down from `top`, in axes measured in mm."""
    colours: dict[str, Any] = arm_colours(arms.names) if len(arms.names) > 1 else {}
    for i, name in enumerate(arms.names):
        x, y = EDGE + i * (arms.width + GAP), top
        for k, step in enumerate(arms.steps):
            if k:
                arrow(ax, (x + 2, y), (x + 2, y - step.above))
                note = "\n".join(step.notes[i])
                ax.text(x + 3.5, y - step.above / 2, note, va="center", fontsize=pt(6),
                        color=QUIET, linespacing=1.15)  # fmt: skip
                y -= step.above
            place = (x, y - step.tall, arms.width, step.tall)
            box(ax, place, step.heads[i], step.texts[i], *filter(None, [colours.get(name)]))
            y -= step.tall
