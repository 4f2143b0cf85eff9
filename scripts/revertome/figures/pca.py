"""Samples on the first two components, and what the components are associated with."""

from itertools import cycle
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.transforms import ScaledTranslation

from revertome import naming
from revertome.figures.fitted import INCH, apart, columns, cut
from revertome.figures.strands import strands
from revertome.figures.style import (
    DOUBLE,
    LABEL,
    MM,
    QUIET,
    ROLE,
    canvas,
    dot,
    legend,
    on_colour,
    panel,
    pt,
    rows,
    say,
    styled,
)
from revertome.figures.visit_colours import keys, kinds, legend_of

MARKERS = "os^Dv<"
SHAPES, BETWEEN = {"healthy": "D", "baseline": "o", "followup": "s"}, "^"
LINE = 3.5  # mm for a variable
NAME = 98  # points for the name of a variable
TOP = 66.0  # mm for a panel of samples with its legend


@styled
def draw(table: pd.DataFrame) -> Figure:
    """Draw the principal components."""
    tests, groups = rows(table, "association"), rows(table, "group")
    samples, design = rows(table, "sample"), rows(table, "design")
    grid = LINE * (tests["variable"].nunique() if len(tests) else 0) + 18
    share = rows(table, "axis").set_index("component")["variance_explained"]
    if len(groups):
        fig = canvas(DOUBLE, (TOP + max(grid, 25.0)) * MM)
        parts: Any = fig.subfigures(2, 1, height_ratios=(TOP, max(grid, 25.0)))
        upper, lower = parts
        left, middle = upper.subplots(1, 2, sharex=True, sharey=True)
        right = lower.subplots()
        _by_response(middle, samples, groups, design)
        middle.set_xlabel(f"PC1 ({share['PC1']:.0%} of variance)")
        panel(middle, "B", "Samples by clinical response")
    else:
        fig = canvas(DOUBLE, max(75.0, grid) * MM)
        left, right = fig.subplots(1, 2, width_ratios=(1.05, 1))
    _by_visit(left, samples, design)
    left.set(xlabel=f"PC1 ({share['PC1']:.0%} of variance)", ylabel=f"PC2 ({share['PC2']:.0%})")
    panel(left, "A", "Samples by visit" if len(groups) else "Samples")
    words = "" if tests.empty else "Variables behind the components (adjusted p)"
    panel(right, "C" if len(groups) else "B", words)
    if tests.empty:
        say(right, "No variable was recorded that could be compared with the components.")
    else:
        _grid(right, tests, share)
    return fig


def _by_visit(ax: Axes, samples: pd.DataFrame, design: pd.DataFrame) -> None:
    """Colours of visits, shapes of batches."""
    shown = kinds(design)
    key = keys(samples, shown)
    marker, batches = _markers(samples)
    _points(ax, samples, design, key.map({name: kind.colour for name, kind in shown.items()}),
            marker)  # fmt: skip
    handles = legend_of(key, shown, room=90)
    handles += [dot(QUIET, text, mark, markerfacecolor="none") for text, mark in batches.items()]
    _legend(ax, handles)


def _by_response(
    ax: Axes, samples: pd.DataFrame, groups: pd.DataFrame, design: pd.DataFrame
) -> None:
    """Colours of responses, shapes of visits."""
    if "visit" not in samples:
        samples = samples.assign(visit=np.nan)
    well = samples["role"].eq("healthy")
    shape = samples["role"].map(SHAPES).fillna(BETWEEN)
    calm = ROLE["healthy"]
    colours = {"healthy": calm, **LABEL}
    colour = samples["label"].map(LABEL).fillna(LABEL["unlabelled"])
    _points(ax, samples, design, colour.where(~well, calm), shape)
    n = groups["n_patients"] if "n_patients" in groups else [np.nan] * len(groups)
    told = {name: f" ({k:.0f})" * bool(k == k) for name, k in zip(groups["label"], n, strict=True)}
    told = ({"healthy": ""} if well.any() else {}) | told
    words = apart([naming.group(name) for name in told], pt(75))
    handles = [
        dot(colours[name], word + told[name], "D" if name == "healthy" else "o")
        for name, word in zip(told, words, strict=True)
    ]
    names = {}
    for mark in ("o", BETWEEN, "s"):
        own = samples.loc[~well & shape.eq(mark), "visit"].dropna().unique()
        if len(own):
            names[mark] = naming.visit(own[0]) if len(own) == 1 else "other visits"
    words = apart([*names.values()], pt(75))
    handles += [
        dot(QUIET, *each, markerfacecolor="none") for each in zip(words, names, strict=True)
    ]
    _legend(ax, handles)


def _points(
    ax: Axes, samples: pd.DataFrame, design: pd.DataFrame, colour: pd.Series, marker: pd.Series
) -> None:
    """Samples, the visits of a patient joined in their order."""
    shown = kinds(design)
    order = {name: i for i, name in enumerate(shown)}
    people = samples[samples["role"] != "healthy"]
    faint = float(np.clip(25 / max(people["patient"].nunique(), 1), 0.3, 0.8))
    people = people.assign(turn=keys(people, shown).map(order))
    people = people.sort_values(["patient", "turn"], kind="stable")
    firsts = np.flatnonzero(people["patient"].ne(people["patient"].shift()))[1:]
    ways = np.split(people[["PC1", "PC2"]].to_numpy(float), firsts)
    strands(ax, ways, "#BBBBBB", 0.5, alpha=faint, zorder=1)
    for mark in dict.fromkeys(marker):
        mine = samples[marker.eq(mark)]
        ax.scatter(mine["PC1"], mine["PC2"], c=colour[mine.index], marker=mark, s=14, lw=0.3,
                   ec="white", zorder=2)  # fmt: skip


def _legend(ax: Axes, handles: list[Line2D]) -> None:
    """Key below the words of the axis, however low the panel is."""
    across = columns([str(each.get_label()) for each in handles], pt(235), most=4)
    below = ScaledTranslation(0, -pt(26) / INCH, ax.figure.dpi_scale_trans)
    legend(ax, handles, loc="upper left", bbox_to_anchor=(0, 0), ncols=across, columnspacing=1,
           bbox_transform=ax.transAxes + below)  # fmt: skip


def _markers(samples: pd.DataFrame) -> tuple[pd.Series, dict[str, str]]:
    """Shape of each sample by its batch, and those of the legend; one shape for many batches."""
    plain = pd.Series(MARKERS[0], samples.index)
    names = sorted(samples["batch"].dropna().astype(str).unique()) if "batch" in samples else []
    if not 1 < len(names) <= len(MARKERS):
        return plain, {}
    shape = dict(zip(names, cycle(MARKERS), strict=False))
    found = samples["batch"].astype("string").map(shape).fillna(MARKERS[0])
    return found, {f"batch {cut(name, pt(60))}": mark for name, mark in shape.items()}


def _grid(ax: Axes, tests: pd.DataFrame, share: pd.Series) -> None:
    wide = tests.pivot_table(index="variable", columns="component", values="adj.P.Val")
    wide = wide.loc[list(dict.fromkeys(tests["variable"]))]
    strength = -np.log10(wide.clip(lower=1e-10)).to_numpy()
    image = ax.imshow(strength, cmap="Greys", vmin=0, vmax=max(3, strength.max()), aspect="auto")
    for (row, column), p in np.ndenumerate(wide.to_numpy()):
        ax.text(
            column,
            row,
            "<0.001" if p < 1e-3 else f"{p:.2g}",
            ha="center",
            va="center",
            fontsize=pt(6),
            color=on_colour(image.cmap(image.norm(strength[row, column]))),
        )
    ax.set_xticks(range(wide.shape[1]), [f"{c}\n{share[c]:.0%}" for c in wide.columns])
    ax.set_yticks(range(len(wide)), apart(_told(list(wide.index)), pt(NAME)))
    ax.tick_params(length=0)
    ax.spines[:].set_visible(False)
    bar = ax.figure.colorbar(image, ax=ax, shrink=0.6, pad=0.02, aspect=14)
    bar.set_label("−log10 adjusted p")
    bar.outline.set_visible(False)


def _told(variables: list[str]) -> list[str]:
    """Names of variables without units; those of two with one name as in the sheet."""
    names = [naming.variable(name, unit=False) for name in variables]
    return [
        name if names.count(name) == 1 else own.replace("_", " ")
        for own, name in zip(variables, names, strict=True)
    ]
