"""Share of responders by arm and visit, and the endpoints of the trial."""

import math
from collections.abc import Mapping

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from revertome import naming
from revertome.figures.fitted import apart, column_names, columns, cut, wide
from revertome.figures.style import (
    DOUBLE,
    INK,
    LABEL,
    MM,
    QUIET,
    SINGLE,
    arm_colours,
    canvas,
    dot,
    panel,
    pt,
    rows,
    styled,
)
from revertome.small_cells import size


@styled
def draw(table: pd.DataFrame) -> Figure:
    """Draw clinical response."""
    shares, endpoints = rows(table, "proportion"), rows(table, "endpoint")
    several = len(set(shares["arm"])) > 1
    arms = arm_colours(shares["arm"]) if several else {shares["arm"].iloc[0]: LABEL["responder"]}
    visits = list(dict.fromkeys(shares["visit"]))
    ratio = min(1.8, 1 + 0.04 * max(0, len(visits) * len(arms) - 12))
    # Points for the bars: one column, or their part of what two panels have beside their words.
    room = pt(200 if endpoints.empty else 265 * ratio / (ratio + 1.1))
    below = column_names([naming.visit(name) for name in visits], room / len(visits))
    key = _key(arms) if several else []
    across = columns([str(each.get_label()) for each in key], room, most=4)
    tall = (below.height if below.turned else 0) + 3.5 * math.ceil(len(key) / across)
    if endpoints.empty:
        fig = canvas(SINGLE, (58 + tall) * MM)
        left = fig.subplots()
    else:
        lines = endpoints["endpoint"].nunique()
        fig = canvas(DOUBLE, max(58 + tall, 24 + 5.6 * lines) * MM)
        left, right = fig.subplots(1, 2, width_ratios=(ratio, 1.1))
        panel(left, "A", "Responders by arm and visit" if several else "Responders by visit")
        _endpoints(right, endpoints, arms)
        # The heading ends where the words beside the panel begin.
        beside = pt(265 * 1.1 / (ratio + 1.1) - 58)
        at = cut(naming.visit(endpoints["visit"].iloc[0]), beside, 7)
        panel(right, "B", f"Endpoints at {at}")
    _shares(left, shares, arms, room)
    below.put(left)
    if key:
        fig.legend(handles=key, loc="outside lower left", ncols=across, columnspacing=1)
    return fig


def _key(arms: Mapping[str, str]) -> list[Line2D]:
    """Legend of the arms."""
    names = apart([naming.arm(arm) for arm in arms], pt(130))
    return [dot(colour, name, "s") for name, colour in zip(names, arms.values(), strict=True)]


def _shares(ax: Axes, shares: pd.DataFrame, arms: Mapping[str, str], room: float) -> None:
    """Bars by visit and arm, `room` points wide, with their counts as far as these fit."""
    visits = list(dict.fromkeys(shares["visit"]))
    width = 0.8 / len(arms)
    step = 0.8 * room / (len(visits) * len(arms))
    for i, (arm, colour) in enumerate(arms.items()):
        mine = shares[shares["arm"] == arm]
        x = mine["visit"].map(visits.index) + (i - (len(arms) - 1) / 2) * width
        ax.bar(x, mine["share"], width * 0.9, color=colour, alpha=0.85)
        ax.vlines(x, mine["low"], mine["high"], color=INK, lw=0.7)
        if step < pt(8):  # not even upright; the numbers are in the table
            continue
        for at, row in zip(x, mine.to_dict("records"), strict=True):
            text = f"{size(row['responders'])}/{size(row['n'])}"
            ax.text(at, row["high"] + 0.02, text, ha="center", va="bottom", fontsize=pt(6),
                    rotation=90 if step < wide(text, 6) + 1 else 0)  # fmt: skip
    if len(visits) == len(arms) == 1:  # a single bar is no wall
        ax.set_xlim(-1.5, 1.5)
    ax.set_ylim(0, 1.16)
    ax.set_yticks([0, 0.25, 0.5, 0.75, 1], ["0%", "25%", "50%", "75%", "100%"])
    ax.set_ylabel("Responders (95% interval)")


def _endpoints(ax: Axes, endpoints: pd.DataFrame, arms: Mapping[str, str]) -> None:
    names = list(dict.fromkeys(endpoints["endpoint"]))
    for row, name in enumerate(names):
        mine = endpoints[endpoints["endpoint"] == name]
        ax.plot(mine["share"], [row] * len(mine), color="#BBBBBB", lw=1.2, zorder=1)
        # Arms that respond alike stand beside each other instead of hiding one another.
        step = 0.0 if mine["share"].nunique() == len(mine) else 0.34 / len(mine)
        for i, (arm, share) in enumerate(zip(mine["arm"], mine["share"], strict=True)):
            y = row + step * (i - (len(mine) - 1) / 2)
            ax.scatter(share, y, s=16, color=arms.get(arm, QUIET), zorder=2)
        counts = ", ".join(
            f"{size(r)}/{size(n)}" for r, n in zip(mine["responders"], mine["n"], strict=True)
        )
        p = mine["p_fisher"].iloc[0] if "p_fisher" in mine else float("nan")
        told = f"{counts};  p = {p:.4f}" if pd.notna(p) else counts
        ax.text(1.05, row, told, va="center", fontsize=pt(6), transform=ax.get_yaxis_transform())
    order = " | ".join(naming.arm(arm) for arm in dict.fromkeys(endpoints["arm"]))
    order = f"{cut(order, pt(68), 6)} (Fisher)"
    ax.text(1.05, 1.01, order, fontsize=pt(6), color=QUIET, transform=ax.transAxes)
    text = endpoints.drop_duplicates("endpoint").set_index("endpoint")["text"]
    words = apart([str(text[name]) for name in names], pt(112))
    ax.set_yticks(range(len(names)), words)
    ax.set_ylim(len(names) - 0.5, -0.6)
    ax.set_xlim(-0.03, 1.03)
    ax.set_xticks([0, 0.25, 0.5, 0.75, 1], ["0%", "25%", "50%", "75%", "100%"])
    ax.set_xlabel("Patients who meet the endpoint")
    ax.grid(axis="x", color="#EBEBEB", lw=0.5)
