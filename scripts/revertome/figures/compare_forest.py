"""Forest of the interferon modules: studies, pooled estimate, prediction."""

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from revertome import naming
from revertome.figures.fitted import cut
from revertome.figures.style import DOUBLE, GRID, INK, MM, QUIET, canvas, panel, pt, rows, styled


@styled
def draw(table: pd.DataFrame) -> Figure:
    """Draw the forest of modules."""
    studies, pooled, modules = (rows(table, name) for name in ("study", "pooled", "module"))
    tests = list(dict.fromkeys(studies["test"]))
    last = int(max(studies["line"].max(), pooled["line"].max() if len(pooled) else 0))
    fig = canvas(DOUBLE, min(3.3 * (last + 1) + 16, 240) * MM)
    axes = fig.subplots(1, len(tests), sharey=True, squeeze=False)[0]
    for letter, ax, test in zip("abc", axes, tests, strict=False):
        mine = studies[studies["test"] == test]
        whole = pooled[pooled["test"] == test] if len(pooled) else pooled
        low = min(mine["CI.L"].min(), 0)
        high = max(mine["CI.R"].max(), 0)
        margin = 0.12 * (high - low)
        limits = (float(low - margin), float(high + margin))
        _studies(ax, mine)
        _pooled(ax, whole, limits)
        ax.axvline(0, color=QUIET, lw=0.6, zorder=0)
        ax.set_xlim(limits)
        ax.set_xlabel("Score (SD of healthy)")
        ax.tick_params(axis="y", length=0)
        panel(ax, letter, str(mine["title"].iloc[0]))
    _lines(axes[0], studies, pooled, modules, last)
    return fig


def _studies(ax: Axes, mine: pd.DataFrame) -> None:
    ax.hlines(mine["line"], mine["CI.L"], mine["CI.R"], color=INK, lw=0.9)
    ax.scatter(mine["estimate"], mine["line"], s=13, marker="s", color=INK, zorder=3)


def _pooled(ax: Axes, whole: pd.DataFrame, limits: tuple[float, float]) -> None:
    """Diamonds at the mean; interval and prediction cut at the panel, arrows where they go on."""
    for row in whole.to_dict("records"):
        y = row["line"]
        for low, high, colour, width in (
            (row["PI.L"], row["PI.R"], "#BBBBBB", 2.2),
            (row["CI.L"], row["CI.R"], "#0072B2", 0.9),
        ):
            ax.hlines(
                y, max(low, limits[0]), min(high, limits[1]), color=colour, lw=width, zorder=2
            )
            for end, edge, marker in ((low, limits[0], "<"), (high, limits[1], ">")):
                if (end < edge) if marker == "<" else (end > edge):
                    ax.scatter(
                        [edge], [y], marker=marker, s=12, color=colour, zorder=4, clip_on=False
                    )
        inside = "white" if row["k"] < 3 else "#0072B2"
        ax.scatter([row["estimate"]], [y], s=24, marker="D", fc=inside, ec="#0072B2", zorder=5,
                   lw=0.9)  # fmt: skip


def _lines(
    ax: Axes, studies: pd.DataFrame, pooled: pd.DataFrame, modules: pd.DataFrame, last: int
) -> None:
    """Names of modules, studies and pooled lines at the left."""
    names = {
        int(line): str(study) for line, study in zip(studies["line"], studies["study"], strict=True)
    }
    if len(pooled):
        for line, k in zip(pooled["line"], pooled["k"], strict=True):
            names[int(line)] = f"pooled ({k:.0f} studies)" if k > 2 else "middle of the two"
    ax.set_yticks(list(names), [cut(name, pt(110)) for name in names.values()])
    ax.set_ylim(last + 0.8, -0.8)
    for row in modules.to_dict("records"):
        name = cut(naming.module(row["module"]), pt(110), 6.5, "bold")
        ax.annotate(name, (0, row["line"]), (-4, 0), xycoords=("axes fraction", "data"),
                    textcoords="offset points", ha="right", va="center", weight="bold",
                    fontsize=pt(6.5), annotation_clip=False)  # fmt: skip
        if row["line"]:
            for each in ax.figure.axes:
                each.axhline(row["line"] - 0.5, color=GRID, lw=0.6, zorder=0)
