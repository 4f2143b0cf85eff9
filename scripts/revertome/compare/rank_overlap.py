"""Rank-rank overlap: how many of the strongest genes of one study are strongest in the other."""

from dataclasses import replace
from itertools import combinations

import numpy as np
import numpy.typing as npt
import pandas as pd

from revertome.arrays import Array
from revertome.compare.effects import ContrastEffects, shared
from revertome.compare.side_by_side import plane_contrasts
from revertome.statistics.ranks import places_among

Numbers = npt.NDArray[np.intp]
SHARES = (0.01, 0.02, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5)
# 0: the highest of the study first, 1: the lowest first.
QUADRANTS = {"up_up": (0, 0), "down_down": (1, 1), "up_down": (0, 1), "down_up": (1, 0)}
COLUMNS = ["contrast", "study_a", "study_b", "quadrant", "share_a", "share_b", "n_shared"]
COLUMNS += ["overlap", "expected", "ratio", "z", "P.Value"]


def overlaps(a: ContrastEffects, b: ContrastEffects, effective: float) -> pd.DataFrame:
    """Overlap of the top and bottom genes of two studies at several depths.

    Genes are ranked by signed evidence (normal score of p). Overlap of the i top genes of one with
    the j of the other among G is expected to be ij/G; its hypergeometric variance holds for
    independent genes only, and gives p of 1e-300 where they are not (the known fault of rank-rank
    hypergeometric overlap, Plaisier 2010, Nucleic Acids Res 38:e169; quadrants as in Cahill 2018,
    Sci Rep 8:9588). Here it is multiplied by 1 + (G / genes_effective - 1) c(i/G) c(j/G), with
    c(p) = phi(z_p)^2 / (p (1 - p)): the correlation that thresholding leaves of a normal
    variable's own (first Hermite term).

    Parameters
    ----------
    a, b
        Contrasts on the same genes.
    effective
        genes_effective of `concordance.uncertainty`; NaN gives no z and no p.

    Returns
    -------
    DataFrame
        quadrant (`up_up`: up in a and up in b, ...), share_a, share_b (depths), n_shared, overlap,
        expected, ratio (overlap / expected), z, P.Value (one-sided: more than expected).
    """
    from scipy import special, stats

    n = len(a.at)
    depth = np.unique(np.maximum(1, np.round(np.array(SHARES) * n))).astype(int)
    share = depth / n
    kept = stats.norm.pdf(stats.norm.ppf(share)) ** 2 / (share * (1 - share))
    expected = np.outer(depth, depth) / n
    spread = expected * np.outer(1 - share, 1 - share) * n / max(n - 1, 1)
    spread *= 1 + max(n / effective - 1, 0) * np.outer(kept, kept)
    first, second = ([places_among(place) for place in part.order] for part in (a, b))
    found = np.array([_counts(first[i], second[j], depth) for i, j in QUADRANTS.values()], float)
    z = (found - expected) / np.sqrt(spread)
    which, i, j = (part.ravel() for part in np.indices(found.shape))
    table = {"quadrant": np.array(list(QUADRANTS))[which], "share_a": share[i]}
    table |= {"share_b": share[j], "n_shared": np.full(len(i), n), "overlap": found.ravel()}
    table |= {"expected": np.tile(expected.ravel(), len(QUADRANTS)), "z": z.ravel()}
    frame = pd.DataFrame(table)
    return frame.assign(
        ratio=frame["overlap"] / frame["expected"], **{"P.Value": special.ndtr(-frame["z"])}
    )


def rank_overlap(
    tables: dict[str, dict[str, ContrastEffects]], concordance: pd.DataFrame
) -> pd.DataFrame:
    """Rank-rank overlap of every pair of studies in the contrasts of the trajectory plane.

    Returns
    -------
    DataFrame with the columns of `COLUMNS`; see `overlaps`.
    """
    effective = concordance.set_index(["contrast", "study_a", "study_b"])["genes_effective"]
    found = []
    for contrast in plane_contrasts(tables):
        part = tables[contrast]
        bare = {name: replace(effects, noise=None, spread=None) for name, effects in part.items()}
        for one, two in combinations(sorted(part), 2):
            a, b = shared(bare[one], bare[two])
            if len(a.at) >= 100:  # below, the depths are no shares any more
                table = overlaps(a, b, float(effective[contrast, one, two]))
                found.append(table.assign(contrast=contrast, study_a=one, study_b=two))
    if not found:
        return pd.DataFrame(columns=COLUMNS)
    return pd.concat(found, ignore_index=True)[COLUMNS]


def _counts(first: Numbers, second: Numbers, depth: Numbers) -> Array:
    """Genes within both depths, (depths, depths)."""
    bins = len(depth) + 1
    within = np.searchsorted(depth, np.arange(len(first)), side="right")
    cell = within[first] * bins + within[second]
    table = np.bincount(cell, minlength=bins**2).reshape(bins, bins)
    return np.asarray(table.cumsum(0).cumsum(1)[:-1, :-1])
