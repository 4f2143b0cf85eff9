"""False discovery rate among screened genes: Benjamini-Hochberg adapted to their null share."""

from collections.abc import Callable
from enum import Enum

import numpy as np
import numpy.typing as npt
from scipy import special

from revertome.arrays import Array
from revertome.statistics.fdr import adjust
from revertome.trajectories.deconvolved import FEWEST, adjust_deconvolved

DISCARD = 0.5  # p above which a gene lies on the wrong side of an edge and is no close call


class Adjustment(Enum):
    """How the p of a class are adjusted among the screened genes."""

    PLAIN = "Benjamini-Hochberg"
    ADAPTIVE = "times the null share, but no less than p"
    DECONVOLVED = "by the distances of genes to their edge; of few genes adaptive"


def adjust_among(
    p: Array,
    screen: npt.NDArray[np.bool_],
    alpha: float,
    screened: bool,
    how: Adjustment = Adjustment.PLAIN,
) -> Array:
    """Adjusted p-values (G,): 1 outside the screen.

    Parameters
    ----------
    p : (G,)
    screen : (G,)
        Genes that passed it.
    alpha : float
        False discovery rate.
    screened : bool
        Adjust among the screened genes as `how` says; otherwise over all genes, which is stricter.
    how : Adjustment
    """
    adjusted = np.ones_like(p)
    if not screened:
        adjusted[screen] = adjust(p)[screen]
        return adjusted
    kept = p[screen]
    if how is Adjustment.DECONVOLVED and len(kept) >= FEWEST:
        adjusted[screen] = adjust_deconvolved(kept, alpha)
        return adjusted
    adjusted[screen] = adjust(kept)
    if how is not Adjustment.PLAIN:
        # Adaptive BH: q = share x BH. The class p itself stays a lower bound, so nothing is called
        # with p above alpha.
        share = null_share(lambda level: int((kept <= level).sum()), len(kept), alpha)
        adjusted[screen] = np.maximum(kept, share * adjusted[screen])
    return adjusted


def null_share(reaching: Callable[[float], int], tested: int, alpha: float) -> float:
    """Share of tested genes that count as null, between 1/2 and 1: (1 + estimate) / 2.

    Storey's estimate (2002, J R Stat Soc B 64:479) from the p-values between alpha and 1/2,

        (1 + number with alpha < p <= 1/2) / ((1/2 - alpha) tested), at most 1,

    begun at alpha, where it stands dependence between genes (Blanchard & Roquain 2009, J Mach
    Learn Res 10:2837), and without p above 1/2: a gene deep on the wrong side of an edge has p
    near 1 and cannot be called by mistake (Zhao, Small & Su 2019, J Am Stat Assoc 114:1291).
    Only half of the room that it leaves is used. All of it would spend alpha to the last, and
    the slightest fault of the variance model would exceed it.

    Parameters
    ----------
    reaching : callable
        Number of tested genes with p at most a value.
    tested : int
    alpha : float

    Returns
    -------
    float
        1 where alpha leaves no p-values to estimate from.
    """
    if alpha >= DISCARD or not tested:
        return 1.0
    # Null p-values are uniform, so a share (1/2 - alpha) of the genes on an edge falls between
    # alpha and 1/2. The 1 added keeps the estimate conservative when few are counted.
    near = reaching(DISCARD) - reaching(alpha)
    return (1 + min(1.0, (1 + near) / ((DISCARD - alpha) * tested))) / 2


def rejected(
    two_sided: Array,
    one_sided: Array | None,
    df: float | Array,
    alpha: float,
    adaptive: bool = False,
    tested: int | None = None,
) -> npt.NDArray[np.bool_]:
    """Benjamini-Hochberg rejections at `alpha` from t statistics, (G,).

    The one fast path beside `fdr.adjust`: it is asked anew in every permutation and resample, where
    p-values of all genes and their order would take most of the time. It calls the same genes.

    With one df the p-values are in the order of the statistics. The k rejections are then the
    largest k for which k statistics reach the critical value at alpha k / G, and the iteration
    k <- number that reaches the critical value at alpha k / G falls from G to just that k.

    Parameters
    ----------
    two_sided : (G,)
        Statistics tested on two sides.
    one_sided : (G,), optional
        Statistics tested on one side as well; the larger p counts.
    df : float or (G,)
        Degrees of freedom.
    alpha : float
        False discovery rate.
    adaptive : bool
        Divide alpha k / G by the `null_share`, but call no p above alpha.
    tested : int, optional
        G, where genes with p above 1/2 were left out; with one df only.
    """
    size = np.abs(two_sided)
    # With a df for every gene the order of p is not that of the statistics, so p is computed.
    if isinstance(df, np.ndarray):
        # Below this size even the largest df gives p above alpha, which is never called.
        far = size >= -special.stdtrit(np.nanmax(df, initial=0.5), alpha / 2)
        far |= adaptive or np.isnan(size + df)
        p = np.ones_like(size)
        p[far] = 2 * special.stdtr(df[far], -size[far])
        if one_sided is not None:
            p = np.maximum(p, special.stdtr(df, -one_sided))
        everyone = np.ones(p.shape, dtype=bool)
        how = Adjustment.ADAPTIVE if adaptive else Adjustment.PLAIN
        return np.asarray(adjust_among(p, everyone, alpha, True, how) <= alpha)

    def quantile(level: float) -> float:
        return float(special.ndtri(level) if np.isinf(df) else special.stdtrit(df, level))

    def reaching(level: float) -> npt.NDArray[np.bool_]:
        far = size >= -quantile(level / 2)
        if one_sided is not None:
            far &= one_sided >= -quantile(level)
        return np.asarray(far)

    found = np.zeros(size.shape, dtype=bool)
    if tested is None:
        tested = int((~np.isnan(size)).sum())
    k = tested
    share = 1.0
    if adaptive:
        share = null_share(lambda level: int(np.count_nonzero(reaching(level))), tested, alpha)
    # The step-up rule from above: k falls until k statistics reach the critical value of rank k.
    # It needs a few quantiles of t and no p-values, in each of thousands of resamples.
    while k:
        found = reaching(alpha * min(1.0, k / (tested * share)))
        reached = int(np.count_nonzero(found))
        if reached == k:
            break
        k = reached
    return found
