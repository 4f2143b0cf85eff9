"""Genes that studies show in different classes and directions of the trajectory plane."""

from collections.abc import Mapping, Sequence
from itertools import combinations

import numpy as np

from revertome.arrays import Array
from revertome.compare.calls import JointCalls, Places
from revertome.compare.directions import apart
from revertome.statistics.partial_conjunction import adafilter

Against = tuple[Places, Array]  # genes, and the p of their contradiction; 1 elsewhere
Pair = tuple[str, str]


def contradictions(first: JointCalls, second: JointCalls, alpha: float) -> Against | None:
    """Genes that two studies show in different classes and directions, with p at most `alpha`.

    None where a table does not tell the errors of its points, which leaves it untested.
    """
    if first.points is None or second.points is None:
        return None
    (which_a, p_a, region_a), (which_b, p_b, region_b) = first.best, second.best
    differ = first.measured & second.measured & (region_a != region_b)
    near = np.flatnonzero(differ & (p_a <= alpha) & (p_b <= alpha))
    p = apart(first.points_at(near, which_a), second.points_at(near, which_b))
    return near, np.maximum.reduce([p, p_a[near], p_b[near]])


def pairs_against(calls: Mapping[str, JointCalls], alpha: float) -> Mapping[Pair, Against]:
    """`contradictions` of every pair of studies that can be tested."""
    pairs = {(a, b): contradictions(calls[a], calls[b], alpha)
             for a, b in combinations(sorted(calls), 2)}  # fmt: skip
    return {pair: found for pair, found in pairs.items() if found is not None}


def contradicted(
    found: Sequence[Against], calls: Mapping[str, JointCalls], pairs: Sequence[Pair], at: Places
) -> tuple[Array, Array]:
    """p of a contradiction in any of the tested pairs, and the adjusted ones."""
    p = np.ones(len(calls[pairs[0][0]].measured))
    for near, each in found:
        np.minimum.at(p, near, np.minimum(1.0, len(pairs) * each))
    tested = sorted({name for pair in pairs for name in pair})
    least = np.minimum.reduce([calls[name].best[1] for name in tested])
    return p[at], adafilter(len(pairs) * least[at], p[at])
