"""Preranked gene set enrichment of many sets in many rankings.

The running sum is looked at where it can turn, at the genes of the set, so a random set costs as
many steps as it has genes, and the random sets of one size serve every set of that size.
"""

import numpy as np
import numpy.typing as npt

from revertome.arrays import Array

Places = npt.NDArray[np.int32]


def enrichment_score(weight: Array, places: Places) -> Array:
    """Largest deviation of the running sum (Subramanian 2005, PNAS 102:15545; weight 1).

    Parameters
    ----------
    weight : (G,)
        Absolute statistic of the genes, in the order of the ranking.
    places : (..., m)
        Places of the genes of each set in the ranking, ascending; m < G.

    Returns
    -------
    (...,)
    """
    m, n = places.shape[-1], len(weight)
    step = weight[places]
    level = step.cumsum(axis=-1)
    whole = level[..., -1:].copy()
    share = np.divide(1, whole, out=np.zeros_like(whole), where=whole > 0)
    step *= share
    level *= share
    # Each member of the set raises the sum by its share of the weights; each of the n - m others
    # lowers it by 1 / (n - m). Before the i-th member stand `place - i` others.
    level -= (places - np.arange(m, dtype=np.int32)) * (1 / (n - m))
    # The sum peaks just after a member and is lowest just before one.
    highest = level.max(axis=-1)
    level -= step
    lowest = level.min(axis=-1)
    return np.asarray(np.where(highest >= -lowest, highest, lowest))


def preranked(
    statistic: Array, sets: list[npt.NDArray[np.intp]], permutations: int, seed: int
) -> Array:
    """Enrichment of sets at either end of a ranking.

    NES is ES over the mean of random sets of that size and sign, as gseapy has it.

    Parameters
    ----------
    statistic : (G,)
        One value a gene; ties keep their order.
    sets
        Positions of the genes of each set, fewer than G.
    permutations
        Random sets of each size.
    seed
        Of the random sets.

    Returns
    -------
    (2, sets)
        ES, NES; NES is NaN where no random set is of that sign.
    """
    order = np.argsort(-statistic, kind="stable")
    place = np.empty(len(order), dtype=np.int32)
    place[order] = np.arange(len(order), dtype=np.int32)
    weight = np.abs(statistic[order])
    drawn = _random(len(order), max(map(len, sets), default=0), permutations, seed)
    null: dict[int, Array] = {}
    found = np.full((2, len(sets)), np.nan)
    for i, members in enumerate(sets):
        m = len(members)
        if m not in null:
            null[m] = enrichment_score(weight, np.sort(drawn[:, :m], axis=1))
        es = enrichment_score(weight, np.sort(place[members]))
        same = null[m][(null[m] >= 0) == (es >= 0)]
        found[0, i] = es
        if len(same):
            found[1, i] = es / np.abs(same).mean()
    return found


def _random(n: int, most: int, permutations: int, seed: int) -> Places:
    """Places of `most` genes drawn without replacement, anew in each line."""
    rng = np.random.default_rng([seed, n])
    drawn = np.empty((permutations, most), dtype=np.int32)
    for line in drawn:
        line[:] = rng.choice(n, most, replace=False)
    return drawn
