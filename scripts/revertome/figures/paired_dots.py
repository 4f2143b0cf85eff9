"""Values per patient: healthy dots beside paired lines for each response group."""

from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from revertome import naming
from revertome.figures.labels import filled, shorts
from revertome.figures.strands import by_person, over, strands
from revertome.figures.style import INK, LABEL, ROLE, pt
from revertome.naming.known import GROUPS

# Where four columns leave no room for the names of all groups.
SHORT = {"responder": "resp.", "nonresponder": "non-resp.", "unlabelled": "no label"}


def paired_dots(ax: Axes, samples: pd.DataFrame, value: str, mean: float, sd: float) -> None:
    """Draw one column of healthy dots and two columns, joined by patient, for each label.

    `samples` has patient, role, label and the column `value`; `mean` and `sd` make the band
    of healthy people, or without them of the baseline (mean and two standard deviations).
    """
    ticks, groups = [], []
    healthy = samples[samples["role"] == "healthy"].sort_values([value, "patient"])
    if np.isfinite(mean):
        band = ROLE["healthy" if len(healthy) else "baseline"]
        ax.axhspan(mean - 2 * sd, mean + 2 * sd, color=band, alpha=0.12, lw=0, zorder=0)
        ax.axhline(mean, color=band, lw=0.6, zorder=0)
    x = 0.0
    if len(healthy):
        _dots(ax, x + _sway(len(healthy)), healthy[value], ROLE["healthy"])
        ticks, groups = [x], ["healthy"]
        x += 1.4
    for label in [name for name in LABEL if (samples["label"] == name).any()]:
        mine = samples[(samples["label"] == label) & (samples["role"] != "healthy")]
        wide = by_person(mine, "role", value, ("baseline", "followup"))
        faint = float(np.clip(15 / max(len(wide), 1), 0.1, 0.55))
        strands(ax, over((x, x + 0.9), wide), LABEL[label], 0.6, alpha=faint, zorder=1)
        for step, (role, values) in enumerate(zip(("baseline", "followup"), wide.T, strict=True)):
            _dots(ax, np.full(len(wide), x + 0.9 * step), values, ROLE[role])
            if np.isfinite(values).any():
                bar = [x + 0.9 * step - 0.22, x + 0.9 * step + 0.22]
                median = np.nanmedian(values)
                ax.plot(bar, [median, median], color=INK, lw=1.1, zorder=3, solid_capstyle="butt")
        ticks.append(x + 0.45)
        groups.append(label)
        x += 2.0
    ax.set_xticks(ticks, _names(groups), fontsize=pt(6))
    ax.tick_params(axis="x", length=0)
    ax.set_xlim(-0.65, x - 0.6)


def _names(groups: list[str]) -> list[str]:
    """Names of groups under their columns, each on two lines at most, no two alike."""
    n, names = len(groups), []
    for group in groups:
        name = naming.group(group)
        if name == GROUPS.get(group, group):  # the study has no name of its own
            name = "patients" if group == "treated" else name
            name = SHORT.get(group, name) if n > 3 else name.replace("non-", "non- ")
        names.append(name)
    wide = 14 if n < 4 else 9
    return [filled(name, wide).replace("non- ", "non-") for name in shorts(names, 2 * wide - 4)]


def _sway(n: int) -> np.ndarray:
    """Spread dots sideways in a fixed pattern, so that neighbours in value stand apart."""
    return np.tile([0.0, 0.16, -0.16, 0.08, -0.08], n // 5 + 1)[:n]


def _dots(ax: Axes, x: np.ndarray, y: Any, colour: str) -> None:
    ax.scatter(x, y, s=9, color=colour, ec="white", lw=0.3, zorder=2)
