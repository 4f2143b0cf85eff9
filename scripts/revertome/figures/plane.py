"""Parts of every plane of disease and change: its limits, wedges and the names of genes."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from revertome import naming
from revertome.figures.labels import short, shorts
from revertome.figures.style import CLASS, INK, named, pt

SIZE = {"unchanged": 2.5, "unresolved": 2.5}


def reach(genes: pd.DataFrame) -> float:
    """Return the limit of both axes, with room at the edge for the names of genes."""
    x, y = genes["disease"].abs(), genes["change"].abs()
    wide = genes.index.isin(with_labels(genes).index) & (x >= y / 2)
    edge = float(x[wide].max()) if wide.any() else 0.0
    longest = min(14, int(with_labels(genes)["label"].str.len().max())) if wide.any() else 0
    room = max(1.38, 1 + 0.055 * longest)
    return max(1.08 * float(x.max()), 1.08 * float(y.max()), room * edge)


def rise(genes: pd.DataFrame, reach: float) -> float:
    """Return the limit of the vertical axis: less where hardly any gene changes."""
    return float(np.clip(1.25 * genes["change"].abs().max(), 0.55 * reach, reach))


def with_labels(genes: pd.DataFrame) -> pd.DataFrame:
    """Genes with a label: of the style, else of the table."""
    labels = named(genes["gene"], genes.get("label"))
    return genes.head(0) if labels is None else genes.assign(label=labels).dropna(subset=["label"])


def names(genes: pd.DataFrame, reach: float) -> pd.DataFrame:
    """Give the named genes columns of labels: at the edge, and beside the arms along the axis."""
    marked = with_labels(genes).rename(columns={"disease": "x", "change": "y"})
    marked["colour"] = [INK if name in SIZE else CLASS[name] for name in marked["class"]]
    steep, up = marked["x"].abs() < marked["y"].abs() / 2, marked["y"] > 0
    side = np.where(marked["x"] > 0, 1, -1)
    inner = np.where(up, 1, -1)
    arm = marked[steep].groupby(up[steep])["x"]
    beside = (
        arm.transform("max").where(up[steep], arm.transform("min")) + 0.2 * reach * inner[steep]
    )
    marked["text_x"] = beside.reindex(marked.index).fillna(
        pd.Series(0.98 * reach * side, marked.index)
    )
    leftward = np.where(steep, up, side < 0)
    marked["ha"] = np.where(leftward, "left", "right")
    return marked


def frame(
    ax: Axes, study: pd.Series, panel: Mapping[Any, Any], limits: tuple[float, float]
) -> None:
    """Draw the wedges of a panel, as wide and high as `limits`, and name its axes."""
    reach, rise = limits
    before, after = shorts([naming.visit(study[name]) for name in ("baseline", "followup")], 20)
    wedges(ax, study, reach, str(panel.get("claim", "") or ""))
    ax.set(xlim=(-reach, reach), ylim=(-rise, rise), aspect="equal")
    ax.set_xlabel(f"Disease: {before} − {short(naming.group('healthy'), 24)} (log2)")
    ax.set_ylabel(f"Change (log2)\n{after} − {before}")


def wedges(ax: Axes, study: pd.Series, reach: float, claim: str) -> None:
    """Shade the wedges of the two claims and draw the lines that bound them."""
    low, high = study["recovered_at_least"], study["recovered_at_most"]
    edge = reach * 4
    steep = 1 / study["induced_disease_at_most"]
    for side in (-1, 1):
        shapes = {
            "reverted": [(0, 0), (edge, -low * edge), (edge, -high * edge)],
            "induced": [(0, 0), (edge / steep, edge), (-edge / steep, edge)],
        }
        for name, corners in shapes.items():
            shade = 0.13 if claim in ("", name) else 0.05
            x, y = side * np.array(corners).T
            ax.fill(x, y, color=CLASS[name], alpha=shade, lw=0, zorder=0)
    line = np.array([-reach, reach])
    ax.plot(line, -line, color=CLASS["reverted"], lw=0.7, ls=(0, (5, 3)), zorder=1)
    ax.axhline(0, color="#BBBBBB", lw=0.5, zorder=1)
    ax.axvline(0, color="#BBBBBB", lw=0.5, zorder=1)
    places = {
        "induced": (0.56, 1.01, 0, "left", "bottom"),  # clear of the title in any font
        "reverted": (1.01, 0, 270, "left", "bottom"),
    }
    for name, (x, y, rotation, ha, va) in places.items():
        ax.text(
            x,
            y,
            name,
            transform=ax.transAxes,
            rotation=rotation,
            ha=ha,
            va=va,
            color=CLASS[name],
            fontsize=pt(7.5),
            weight="bold",
            alpha=1 if claim in ("", name) else 0.45,
        )
