"""Two halves of the marker genes, and how reliable the cells are by which the halves agree."""

import numpy as np
import pandas as pd

from revertome.arrays import Array, Mask
from revertome.statistics.residuals import rank, without


def first_half(kind: pd.Series) -> Mask:
    """Marker genes of one of two halves that are as good as each other.

    Parameters
    ----------
    kind : Series, (g,)
        Cell type for which each gene was chosen; of every type the best genes come first.

    Returns
    -------
    array of bool, (g,)
        The genes of rank 1, 4, 5, 8, 9, ... of every type.
    """
    rank = kind.groupby(kind, sort=False).cumcount().to_numpy()
    half: Mask = np.isin(rank % 4, [0, 3])
    return half


def split_half(percent: Array, apart: Array, design: Array) -> Array:
    """Split-half reliability of cell types within a design, (k,).

    With W the percentages, A and B those by two halves of the marker genes, all within the design,

        reliability = 1 - var(A - B | W) / 4 / var(W),

    which for W = (A + B) / 2 and halves that are as good as each other is 2 r / (1 + r), r the
    correlation of the halves (Spearman 1910, Brown 1910, Br J Psychol 3:271 and 296; Rulon 1939,
    Harvard Educ Rev 9:99). What W tells of A - B is taken out, as halves may have slopes of their
    own on the cells. What moves all markers of a type together is in A and B alike, so that this is
    the most that the reliability can be.

    Parameters
    ----------
    percent, apart : array, (n, k)
        W and A - B, percentage points; without missing values.
    design : array, (n, p)

    Returns
    -------
    array, (k,)
        At least 0; missing where nothing is left within the design.
    """
    within = without(percent, design)
    # Of percentages that sum to 100 one is told by the others, and takes no degree of freedom.
    df, told = len(design) - rank(design), rank(within)
    if df <= told:
        return np.full(percent.shape[1], np.nan)
    rest = without(without(apart, design), within)
    error = (rest**2).sum(axis=0) / (4 * (df - told))
    reliability: Array = 1 - error * df / (within**2).sum(axis=0)
    return np.maximum(reliability, 0)
