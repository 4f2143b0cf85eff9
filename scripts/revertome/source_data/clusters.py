"""Trees of what is alike, for the order in which it is drawn: no claim rests on them."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from revertome.arrays import Array
from revertome.filled import filled

BRANCH = ["first", "second", "first_height", "second_height", "height"]
ORDERED = 2000  # of more items the branches are not turned, which takes the cube of their number


def clustered(values: Array) -> tuple[np.ndarray, pd.DataFrame]:
    """Order items by average linkage of the Euclidean distances between them.

    Parameters
    ----------
    values : (items, places)
        A missing value is taken for the mean of its place. The order of items decides ties.

    Returns
    -------
    order : (items,)
        Items from first to last, branches turned so that neighbours are most alike (Bar-Joseph
        2001).
    branches : DataFrame
        One row a fork: first and second (where its two branches stand, places counted from 0),
        first_height and second_height (where they begin), height (distance at which they meet).
    """
    from scipy.cluster.hierarchy import leaves_list, linkage

    if len(values) < 2:
        return np.arange(len(values)), pd.DataFrame(columns=BRANCH, dtype=float)
    tree = linkage(filled(values), method="average", optimal_ordering=len(values) <= ORDERED)
    order = leaves_list(tree)
    place = np.empty(len(order))
    place[order] = np.arange(len(order))
    where, height = [*place], [0.0] * len(order)
    found = []
    for one, other, distance, _ in tree:
        first, second = sorted((int(one), int(other)), key=lambda item: where[item])
        sides = where[first], where[second]
        found.append((*sides, height[first], height[second], distance))
        where.append(sum(sides) / 2)
        height.append(distance)
    return order, pd.DataFrame(found, columns=BRANCH)


def joined_trees(trees: Sequence[pd.DataFrame]) -> pd.DataFrame:
    """Put trees under each other; those of a single item have no fork."""
    return pd.concat([tree for tree in trees if len(tree)] or trees[:1], ignore_index=True)


def alike_in_shape(profiles: Array) -> Array:
    """Scale profiles so that their squared Euclidean distance is 2 (1 - correlation).

    Parameters
    ----------
    profiles : (items, places)
        A missing value is taken for the mean of its place, a flat profile is 0.
    """
    centred = profiles - profiles.mean(axis=1, keepdims=True)
    length = np.linalg.norm(centred, axis=1, keepdims=True)
    scaled: Array = centred / np.where(length > 0, length, 1)
    return scaled
