"""In how many studies a class is shown, and in how many it may be."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from revertome.arrays import Array
from revertome.compare.calls import JointCalls, Names, Places
from revertome.gene_classes import CLAIMED
from revertome.statistics.partial_conjunction import adafilter, partial_conjunction
from revertome.trajectories import deconvolved


@dataclass
class Claims:
    """Best partial conjunction of every gene, (g,).

    Attributes
    ----------
    at_least : (g,)
        Largest r at which a class is shown in at least r studies; 0 without.
    label : (g,)
        That class.
    p, adjusted : (g,)
        Its p and adjusted p.
    lists : dict of (class, r) to int
        Genes shown to be of a class in at least r studies.
    """

    at_least: Places
    label: Names
    p: Array
    adjusted: Array
    lists: dict[tuple[str, int], int]


def claims_of(parts: Sequence[JointCalls], at: Places, alpha: float) -> Claims:
    """The class that is shown in most studies; of several the strongest."""
    n, g = len(parts), len(at)
    found = Claims(np.zeros(g, dtype=np.intp), np.full(g, None, dtype=object),
                   np.full(g, np.nan), np.full(g, np.nan), {})  # fmt: skip
    # Weaker claims first, as within one study.
    for which in reversed(range(len(CLAIMED))):
        p = np.array([part.directed(which, at) for part in parts])
        for r in range(2, n + 1):
            pair = partial_conjunction(p, r)
            flat = adafilter(pair[0].ravel(), pair[1].ravel(), alpha, n - r + 1)
            tests = flat.reshape(2, g)
            way, everyone = tests.argmin(0), np.arange(g)
            hit = tests[way, everyone] <= alpha
            found.lists[CLAIMED[which], r] = int(hit.sum())
            better = np.flatnonzero(hit & (found.at_least <= r))
            found.at_least[better] = r
            found.label[better] = CLAIMED[which]
            found.p[better] = pair[1][way[better], better]
            found.adjusted[better] = tests[way[better], better]
    return found


def in_others(parts: Sequence[JointCalls], at: Places, verdict: Names) -> dict[str, float]:
    """Of the genes shown in one of two studies only, how many are of that class in the other too.

    Of the genes that one table shows, the share that lies inside the wedge in the other study is
    read from the distances of their p there (`deconvolved.distances`), without those within
    `deconvolved.NEAR` of its edge, so that it is rather too small; less those that are shown in
    both. NaN where a study shows fewer than `deconvolved.FEWEST` genes of the class.
    """
    found = {}
    shared, alone = (verdict == "all") | (verdict == "some"), verdict == "one_only"
    for which, name in enumerate(CLAIMED):
        count, only = np.nan, 0
        for one, other in (parts, parts[::-1]):
            mine = one.own[at] == which
            if mine.sum() < deconvolved.FEWEST:
                continue
            way = (one.way[int(name == "induced"), at[mine]] < 0).astype(int)
            p = other.directed(which, at[mine])[way, np.arange(len(way))]
            share = deconvolved.distances(p)[deconvolved.GRID > deconvolved.NEAR].sum()
            inside = share * (len(p) + deconvolved.ON_EDGE)
            both = (mine & shared).sum()
            count = np.nansum([count, inside - both])
            only += int((mine & alone).sum())
        found[name] = np.floor(np.clip(count, 0, only))
    return found
