"""False discovery rate: the one definition of Benjamini & Hochberg's adjustment."""

import numpy as np
from numpy.typing import ArrayLike

from revertome.arrays import Array


def adjust(p: ArrayLike) -> Array:
    """Adjust p-values so that calling those at most alpha controls the false discovery rate there.

    The i-th smallest of m p-values becomes the smallest p_j m / j over j >= i, at most 1
    (Benjamini & Hochberg 1995, J R Stat Soc B 57:289). R's ``p.adjust(p, "BH")``.

    Parameters
    ----------
    p : (m,)
        p-values of one family; NaN where nothing was tested.

    Returns
    -------
    (m,)
        Adjusted p-values; NaN stays NaN and does not count in m.
    """
    p = np.asarray(p, dtype=float)
    result = np.full(p.shape, np.nan)
    order = np.argsort(p)[: int((~np.isnan(p)).sum())]  # NaN last
    scaled = p[order] * (len(order) / np.arange(1, len(order) + 1))
    result[order] = np.minimum(np.minimum.accumulate(scaled[::-1])[::-1], 1.0)
    return result
