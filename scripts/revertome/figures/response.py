"""Share of responders by arm and visit, and the endpoints of the trial."""

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from revertome import naming
from revertome.figures.fitted import column_names, columns, cut
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
    if endpoints.empty:
        fig = canvas(SINGLE, 62 * MM)
        _shares(fig.subplots(), shares, arms, pt(200))
        return fig
    lines = endpoints["endpoint"].nunique()
    fig = canvas(DOUBLE, (max(62, 24 + 5.6 * lines)) * MM)
    left, right = fig.subplots(1, 2, width_ratios=(1, 1.1))
    _shares(left, shares, arms, pt(150))
    panel(left, "A", "Responders by arm and visit" if several else "Responders by visit")
    _endpoints(right, endpoints, arms)
    panel(right, "B", f"Endpoints at {cut(naming.visit(endpoints['visit'].iloc[0]), pt(90))}")
    return fig


def _shares(ax: Axes, shares: pd.DataFrame, arms: dict[str, str], room: float) -> None:
    """Bars by visit and arm; `room` points for the words below."""
    visits = list(dict.fromkeys(shares["visit"]))
    width = 0.8 / len(arms)
    for i, (arm, colour) in enumerate(arms.items()):
        mine = shares[shares["arm"] == arm]
        x = mine["visit"].map(visits.index) + (i - (len(arms) - 1) / 2) * width
        ax.bar(x, mine["share"], width * 0.9, color=colour, alpha=0.85)
        ax.vlines(x, mine["low"], mine["high"], color=INK, lw=0.7)
        few = room / (len(visits) * len(arms)) > pt(19)  # counts stand side by side, or upright
        for at, row in zip(x, mine.to_dict("records"), strict=True):
            text = f"{size(row['responders'])}/{size(row['n'])}"
            ax.text(at, row["high"] + 0.02, text, ha="center", va="bottom", fontsize=pt(6),
                    rotation=0 if few else 90)  # fmt: skip
    column_names([naming.visit(name) for name in visits], room / len(visits)).put(ax)
    if len(visits) == len(arms) == 1:  # a single bar is no wall
        ax.set_xlim(-1.5, 1.5)
    ax.set_ylim(0, 1.14)
    ax.set_yticks([0, 0.25, 0.5, 0.75, 1], ["0%", "25%", "50%", "75%", "100%"])
    ax.set_ylabel("Responders (95% interval)")
    if len(arms) > 1:
        names = {arm: cut(naming.arm(arm), room - pt(20)) for arm in arms}
        handles = [dot(colour, names[arm], "s") for arm, colour in arms.items()]
        across = columns(list(names.values()), room, most=4)
        ax.figure.legend(handles=handles, loc="outside lower left", ncols=across, columnspacing=1)


def _endpoints(ax: Axes, endpoints: pd.DataFrame, arms: dict[str, str]) -> None:
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
    order = " | ".join(cut(naming.arm(arm), pt(40), 6) for arm in dict.fromkeys(endpoints["arm"]))
    ax.text(1.05, 1.01, f"{order} (Fisher)", fontsize=pt(6), color=QUIET, transform=ax.transAxes)
    text = endpoints.drop_duplicates("endpoint").set_index("endpoint")["text"]
    words = [cut(str(text[name]), pt(112)) for name in names]
    ax.set_yticks(range(len(names)), words)
    ax.set_ylim(len(names) - 0.5, -0.6)
    ax.set_xlim(-0.03, 1.03)
    ax.set_xticks([0, 0.25, 0.5, 0.75, 1], ["0%", "25%", "50%", "75%", "100%"])
    ax.set_xlabel("Patients who meet the endpoint")
    ax.grid(axis="x", color="#EBEBEB", lw=0.5)
