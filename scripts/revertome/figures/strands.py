"""Values of people over the same places, and their lines as one collection."""

from collections.abc import Iterable
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection, PolyCollection


def by_person(table: pd.DataFrame, across: str, value: str, places: Any) -> np.ndarray:
    """Return a row for each person, by name, and a column for each place; the mean of replicates.

    Parameters
    ----------
    table
        With the columns `patient`, `across` (where a value stands) and `value`.
    places
        What `across` may be, in the order of the columns; rows at other places are left out.

    Returns
    -------
    numpy.ndarray
        People x places; nan where there is no value. People without any are left out.
    """
    column = pd.Index(places).get_indexer(table[across])
    values = table[value].to_numpy(float)
    known = np.isfinite(values) & (column >= 0)
    person, people = pd.factorize(table["patient"][known], sort=True)
    cells, shape = person * len(places) + column[known], (len(people), len(places))
    size = len(people) * len(places)
    sums = np.bincount(cells, values[known], size)
    numbers = np.bincount(cells, minlength=size)
    means = np.full(size, np.nan)
    np.divide(sums, numbers, out=means, where=numbers > 0)
    return means.reshape(shape)


def over(places: Any, values: np.ndarray) -> np.ndarray:
    """Return the points of each row of values: rows x places x (place, value)."""
    return np.stack(np.broadcast_arrays(np.asarray(places, float), values), axis=-1)


def strands(ax: Axes, lines: Iterable[np.ndarray], colour: str, width: float, **style: Any) -> None:
    """Draw lines through points, broken where a value is missing.

    Limits are left to the dots at the same points: an artist for each person would be most of the
    work of a figure.
    """
    ends: Any = {"capstyle": "projecting", "joinstyle": "round"}
    ax.add_collection(
        LineCollection(list(lines), colors=colour, linewidths=width, **ends, **style), autolim=False
    )


def sway(n: int) -> np.ndarray:
    """Places of n sorted values across a column, from -1/2 to 1/2: neighbours stand apart.

    Fractions of multiples of the golden ratio, the same every time; one value is in the middle.
    """
    return (np.arange(n) * 0.6180339887) % 1 - 0.5 if n > 1 else np.zeros(n)


def histogram(ax: Axes, low: Any, high: Any, counts: Any, **style: Any) -> None:
    """Draw bars that stand on zero, from `low` to `high` each, as one collection."""
    left, right, top = (np.asarray(each, float) for each in (low, high, counts))
    flat = np.zeros_like(top)
    corners = [(left, flat), (left, top), (right, top), (right, flat)]
    outlines = np.stack([np.stack(each, axis=1) for each in corners], axis=1)
    bars = PolyCollection(list(outlines), **style)
    bars.sticky_edges.y.append(0)  # no room under zero
    ax.add_collection(bars)
