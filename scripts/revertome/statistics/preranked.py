"""Preranked gene set enrichment of many sets in many rankings.

The running sum is looked at where it can turn, at the genes of the set, so a random set costs as
many steps as it has genes, and the random sets of one size serve every set of that size in every
ranking of as many genes.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from revertome.arrays import Array

Places = npt.NDArray[np.int32]


class RandomSets:
    """Places of random sets of genes, drawn once for all sets and all rankings.

    A set of m genes is the first m of a shuffled ranking, so that it depends on the seed, the
    number of genes ranked, and m: not on which other sets are asked.

    Parameters
    ----------
    permutations
        Random sets of each size.
    seed
        Of the shuffles.
    """

    def __init__(self, permutations: int, seed: int) -> None:
        self.permutations, self.seed = permutations, seed
        self._drawn: dict[int, Places] = {}

    def of(self, n: int, m: int) -> Places:
        """Places of m of n genes, ascending, (permutations, m)."""
        held = self._drawn.get(n)
        if held is None or held.shape[1] < m:
            held = self._drawn[n] = self._shuffled(n, m)
        return np.sort(held[:, :m], axis=1)

    def _shuffled(self, n: int, most: int) -> Places:
        rng = np.random.default_rng([self.seed, n])
        drawn = np.empty((self.permutations, most), dtype=np.int32)
        for line in drawn:
            line[:] = rng.permutation(n)[:most]
        return drawn


def enrichment_score(weight: Array, places: Places) -> Array:
    """Largest deviation of the running sum (Subramanian 2005, PNAS 102:15545; weight 1).

    Parameters
    ----------
    weight : (G,)
        Absolute statistic of the genes, in the order of the ranking.
    places : (..., m)
        Places of the genes of each set in the ranking, ascending; m > 0.

    Returns
    -------
    (...,)
        NaN for a set whose genes all have weight 0; 1 for a set of every gene.
    """
    above, below = _turns(weight, places)
    highest, lowest = above.max(axis=-1), below.min(axis=-1)
    return np.asarray(np.where(highest >= -lowest, highest, lowest))


def leading_edge(weight: Array, places: Places) -> Places:
    """Places (k,) of one set (m,) from the nearer end to the peak of its sum, from that end."""
    above, below = _turns(weight, places)
    if above.max() >= -below.min():
        return places[: above.argmax() + 1]
    return places[below.argmin() :][::-1]


def running_sum(weight: Array, places: Places) -> tuple[Array, Array]:
    """Corners of the running sum of one set (m,), between which it is straight.

    Returns
    -------
    (2m + 2,), (2m + 2,)
        How many genes were passed, and the sum after them: of the start, before and after each
        gene of the set, and of the end. The sum furthest from 0 is the `enrichment_score`.
    """
    above, below = _turns(weight, places)
    passed = np.column_stack([places, places + 1]).ravel()
    sums = np.column_stack([below, above]).ravel()
    return np.r_[0.0, passed, len(weight)], np.r_[0.0, sums, 0.0]


def _turns(weight: Array, places: Places) -> tuple[Array, Array]:
    """The running sum just after each gene of a set, where it peaks, and just before it."""
    m, n = places.shape[-1], len(weight)
    step = weight[places]
    level = step.cumsum(axis=-1)
    whole = level[..., -1:].copy()
    share = np.divide(1, whole, out=np.full_like(whole, np.nan), where=whole > 0)
    step *= share
    level *= share
    # Each member of the set raises the sum by its share of the weights; each of the n - m others
    # lowers it by 1 / (n - m). Before the i-th member stand `place - i` others.
    level -= (places - np.arange(m, dtype=np.int32)) * (1 / max(n - m, 1))
    step -= level
    return level, np.negative(step, out=step)


def preranked(statistic: Array, sets: Sequence[npt.NDArray[Any]], random: RandomSets) -> Array:
    """Enrichment of sets at either end of a ranking.

    NES is ES over the mean of random sets of that size and sign, as gseapy has it.

    Parameters
    ----------
    statistic : (G,)
        One value a gene; ties keep their order.
    sets
        Positions of the genes of each set.
    random
        Shared by all rankings that are asked.

    Returns
    -------
    (2, sets)
        ES, NES; NES is NaN where no random set is of that sign.
    """
    order = np.argsort(-statistic, kind="stable")
    place = np.empty(len(order), dtype=np.int32)
    place[order] = np.arange(len(order), dtype=np.int32)
    weight = np.abs(statistic[order])
    null: dict[int, Array] = {}
    found = np.full((2, len(sets)), np.nan)
    # The largest first: one shuffle serves them all.
    for i in sorted(range(len(sets)), key=lambda i: -len(sets[i])):
        members = sets[i]
        m = len(members)
        if m not in null:
            null[m] = enrichment_score(weight, random.of(len(order), m))
        es = enrichment_score(weight, np.sort(place[members]))
        same = null[m][null[m] >= 0 if es >= 0 else null[m] < 0]
        found[0, i] = es
        if len(same):
            found[1, i] = es / np.abs(same).mean()
    return found
