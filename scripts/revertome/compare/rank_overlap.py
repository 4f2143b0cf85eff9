"""Rank-rank overlap: how many of the strongest genes of one study are strongest in the other."""

from dataclasses import replace
from itertools import combinations
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd

from revertome.arrays import Array
from revertome.compare.effects import ContrastEffects, shared
from revertome.compare.side_by_side import plane_contrasts
from revertome.statistics.fdr import adjust
from revertome.statistics.ranks import places_among

Numbers = npt.NDArray[np.intp]
SHARES = (0.01, 0.02, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5)
# 0: the highest of the study first, 1: the lowest first.
QUADRANTS = {"up_up": (0, 0), "down_down": (1, 1), "up_down": (0, 1), "down_up": (1, 0)}
COLUMNS = ["contrast", "study_a", "study_b", "quadrant", "share_a", "share_b", "n_shared"]
COLUMNS += ["overlap", "expected", "ratio", "z", "P.Value", "adj.P.Val"]


class Worth(NamedTuple):
    """What the genes of two studies are worth, of `concordance.uncertainty`; NaN gives no p.

    genes: genes_effective; axes and axes_df: axes_effective and axes_df.
    """

    genes: float
    axes: float = np.inf
    axes_df: float = np.inf


def overlaps(a: ContrastEffects, b: ContrastEffects, worth: Worth) -> pd.DataFrame:
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
    worth
        Numbers of genes and axes that are independent.

    Returns
    -------
    DataFrame
        quadrant (`up_up`: up in a and up in b, ...), share_a, share_b (depths), n_shared, overlap,
        expected, ratio (overlap / expected), z: the map; and one P.Value a quadrant, the same in
        all its rows, see `quadrant_p`.
    """
    from scipy import stats

    n = len(a.at)
    depth = np.unique(np.maximum(1, np.round(np.array(SHARES) * n))).astype(int)
    share = depth / n
    kept = stats.norm.pdf(stats.norm.ppf(share)) ** 2 / (share * (1 - share))
    expected = np.outer(depth, depth) / n
    spread = expected * np.outer(1 - share, 1 - share) * n / max(n - 1, 1)
    spread *= 1 + max(n / worth.genes - 1, 0) * np.outer(kept, kept)
    first, second = ([places_among(place) for place in part.order] for part in (a, b))
    found = np.array([_counts(first[i], second[j], depth) for i, j in QUADRANTS.values()], float)
    z = (found - expected) / np.sqrt(spread)
    which, i, j = (part.ravel() for part in np.indices(found.shape))
    table = {"quadrant": np.array(list(QUADRANTS))[which], "share_a": share[i]}
    table |= {"share_b": share[j], "n_shared": np.full(len(i), n), "overlap": found.ravel()}
    table |= {"expected": np.tile(expected.ravel(), len(QUADRANTS)), "z": z.ravel()}
    p = np.array([quadrant_p(first[i], second[j], depth, worth) for i, j in QUADRANTS.values()])
    frame = pd.DataFrame(table).assign(**{"P.Value": p[which]})
    return frame.assign(ratio=frame["overlap"] / frame["expected"])


def quadrant_p(first: Numbers, second: Numbers, depth: Numbers, worth: Worth) -> float:
    """One-sided p that the strongest genes of a quadrant overlap more than expected.

    One test for all depths: the correlation r of the number of depths that hold a gene in one study
    with that in the other, which is the sum of overlaps over all pairs of depths less what is
    expected. Its variance is (1 + (G / genes_effective - 1) c^2) / (G - 1), c as for one depth; p
    is the larger of that by t with genes_effective - 2 df, and by t with axes_df where the variance
    is that of effects along common axes with random signs, c^2 / axes_effective + 1 / (G - 1).

    Parameters
    ----------
    first, second : (G,)
        Places of the genes, the strongest 0.
    depth
        Numbers of genes that are taken.
    worth
        See `Worth`.
    """
    from scipy import special, stats

    n = len(first)
    held = [len(depth) - np.searchsorted(depth, place, side="right") for place in (first, second)]
    u, v = (x - x.mean() for x in held)
    # First Hermite coefficient of the number of depths as a function of a normal score.
    kept = stats.norm.pdf(stats.norm.ppf(depth / n)).sum() ** 2 / (u * u).mean()
    r = float((u * v).sum() / np.sqrt((u * u).sum() * (v * v).sum()))
    noise = (1 + max(n / worth.genes - 1, 0) * kept**2) / (n - 1)
    axes = kept**2 / worth.axes + 1 / (n - 1)
    if not worth.genes > 2:
        return np.nan
    p = special.stdtr([min(worth.genes, n) - 2, min(worth.axes_df, n)], -r / np.sqrt([noise, axes]))
    return float(p.max())


def rank_overlap(
    tables: dict[str, dict[str, ContrastEffects]], concordance: pd.DataFrame
) -> pd.DataFrame:
    """Rank-rank overlap of every pair of studies in the contrasts of the trajectory plane.

    Returns
    -------
    DataFrame with the columns of `COLUMNS`; see `overlaps`. adj.P.Val is Benjamini-Hochberg over
    the pairs and quadrants of a contrast.
    """
    named = concordance.set_index(["contrast", "study_a", "study_b"])
    worth = named[["genes_effective", "axes_effective", "axes_df"]]
    found = []
    for contrast in plane_contrasts(tables):
        part = tables[contrast]
        bare = {name: replace(effects, noise=None, spread=None) for name, effects in part.items()}
        for one, two in combinations(sorted(part), 2):
            a, b = shared(bare[one], bare[two])
            if len(a.at) >= 100:  # below, the depths are no shares any more
                table = overlaps(a, b, Worth(*worth.loc[(contrast, one, two)].astype(float)))
                found.append(table.assign(contrast=contrast, study_a=one, study_b=two))
    if not found:
        return pd.DataFrame(columns=COLUMNS)
    whole = pd.concat(found, ignore_index=True)
    where = ["contrast", "study_a", "study_b", "quadrant"]
    tests = whole.drop_duplicates(where).dropna(subset="P.Value").set_index(where)["P.Value"]
    adjusted = tests.groupby("contrast").transform(adjust)
    rows = pd.MultiIndex.from_frame(whole[where])
    return whole.assign(**{"adj.P.Val": adjusted.reindex(rows).to_numpy()})[COLUMNS]


def _counts(first: Numbers, second: Numbers, depth: Numbers) -> Array:
    """Genes within both depths, (depths, depths)."""
    bins = len(depth) + 1
    within = np.searchsorted(depth, np.arange(len(first)), side="right")
    cell = within[first] * bins + within[second]
    table = np.bincount(cell, minlength=bins**2).reshape(bins, bins)
    return np.asarray(table.cumsum(0).cumsum(1)[:-1, :-1])
