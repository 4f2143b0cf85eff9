"""One family of tests as a whole: Simes' test, and Benjamini & Hochberg within each family."""

import numpy as np

from revertome.arrays import Array


def simes(p: Array) -> Array:
    """P of the hypothesis that all null hypotheses of a family hold.

    The smallest of p_(k) n / k over the n tests of the family in order (Simes 1986, Biometrika
    73:751). It holds for independent and for positively dependent tests, such as those of the
    visits of the same patients (Sarkar 1998, Ann Stat 26:494).

    Parameters
    ----------
    p : (n, G)
        A column a family; NaN where nothing was tested, which does not count in n.

    Returns
    -------
    (G,)
        NaN where nothing was tested at all.
    """
    adjusted = adjust_within(p)
    with np.errstate(invalid="ignore"):
        least = np.min(np.where(np.isnan(adjusted), np.inf, adjusted), axis=0, initial=np.inf)
    return np.asarray(np.where(np.isinf(least), np.nan, least))


def adjust_within(p: Array) -> Array:
    """Benjamini-Hochberg adjusted p (n, G) within each column; NaN stays NaN and does not count."""
    order = np.argsort(p, axis=0)  # NaN last
    rank = np.arange(1, len(p) + 1)[:, None]
    tested = (~np.isnan(p)).sum(axis=0)
    scaled = np.take_along_axis(p, order, axis=0) * (tested / rank)
    filled = np.where(np.isnan(scaled), np.inf, scaled)
    least = np.minimum(np.minimum.accumulate(filled[::-1], axis=0)[::-1], 1.0)
    result = np.empty(p.shape)
    np.put_along_axis(result, order, least, axis=0)
    return np.where(np.isnan(p), np.nan, result)
