"""Shown in at least r of n studies: partial conjunctions of many genes at once (AdaFilter)."""

import numpy as np

from revertome.arrays import Array

DISCARD = 0.5  # p above which nothing is called and nothing is counted


def partial_conjunction(p: Array, r: int) -> tuple[Array, Array]:
    """Filtering and selecting p of the hypothesis that fewer than r of n studies have an effect.

    With P_(1) <= ... <= P_(n) the ordered p of a gene (Wang, Gui, Su, Sabatti & Owen 2022, Ann
    Stat 50:1890),

        filtering = (n - r + 1) P_(r-1),  selecting = (n - r + 1) P_(r);

    the second is Bonferroni's p of the hypothesis (Benjamini & Heller 2008, Biometrics 64:1215),
    and for r = n the largest p.

    Parameters
    ----------
    p : (n, ...)
        p of independent studies, those of a study along the last axes. 1 where a study says
        nothing.
    r : int
        2 to n; 1 gives a filter that everything passes.

    Returns
    -------
    filtering, selecting : (...)
    """
    left = len(p) - r + 1
    # Of two, by far the most frequent, the smaller and the larger are found faster than sorted.
    two = len(p) == 2
    ordered = np.array([np.minimum(*p), np.maximum(*p)]) if two else np.sort(p, axis=0)
    first = np.zeros_like(ordered[0]) if r == 1 else left * ordered[r - 2]
    return first, left * ordered[r - 1]


def adafilter(
    filtering: Array, selecting: Array, alpha: float = DISCARD, left: int | None = None
) -> Array:
    """Adjust selecting p among the hypotheses that pass the filter at the same height (m,).

    Calling the hypotheses whose adjusted p is at most alpha calls those with S < g, g the largest
    value for which

        g number(F < g) share(g) / max(number(S < g), 1) <= alpha

    with F filtering, S selecting p. A hypothesis that is true fulfils P(S < g | F < g) <= g for
    independent studies, so g number(F < g) bounds the number called by mistake: AdaFilter-BH of
    Wang, Gui, Su, Sabatti & Owen (2022, Ann Stat 50:1890). If every filtering p is below every
    selecting p it is Benjamini & Hochberg's adjustment.

    Parameters
    ----------
    filtering, selecting : (m,)
        As `partial_conjunction` gives them.
    alpha : float
        False discovery rate, at which the share of true hypotheses begins to be counted.
    left : int, optional
        n - r + 1, where the share is to be estimated from S between alpha and 1/2,

            share = (1 + min(1, (1 + number(F < g, alpha < S <= 1/2)) / (c number(F < g)))) / 2,
            c = (1 - alpha / left)^left - (1 - 1/(2 left))^left,

        c the chance of S there when r - 1 studies have an effect and the others none. Storey's
        estimate (2002, J R Stat Soc B 64:479) of which half the room is used, as within one
        study (`trajectories.multiplicity.null_share`). Without it the share is 1.

    Returns
    -------
    (m,)
        Never below S; 1 where S is above 1/2.
    """
    adjusted = np.ones_like(selecting)
    low = np.flatnonzero(selecting <= DISCARD)
    low = low[np.argsort(selecting[low], kind="stable")]
    ordered = selecting[low]
    passing = np.searchsorted(np.sort(filtering[filtering <= DISCARD]), ordered, side="right")
    # Of hypotheses with the same p the last counts, as in Benjamini-Hochberg.
    called = np.searchsorted(ordered, ordered, side="right")
    share = np.ones_like(ordered)
    if left is not None and alpha < DISCARD:
        near = np.sort(filtering[(selecting > alpha) & (selecting <= DISCARD)])
        chance = (1 - alpha / left) ** left - (1 - DISCARD / left) ** left
        count = 1 + np.searchsorted(near, ordered, side="right")
        share = (1 + np.minimum(1.0, count / (chance * np.maximum(passing, 1)))) / 2
    rate = np.maximum(ordered, ordered * passing * share / called)
    least = np.minimum.accumulate(rate[::-1])[::-1]
    adjusted[low] = np.minimum(least, 1.0)
    return adjusted
