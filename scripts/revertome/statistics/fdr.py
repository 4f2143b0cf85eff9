"""False discovery rate."""

import numpy as np

from revertome.arrays import Array


def adjust(p: Array) -> Array:
    """Benjamini-Hochberg adjusted p-values (Benjamini & Hochberg 1995); NaN stays NaN."""
    result = np.full(p.shape, np.nan)
    order = np.argsort(p)[: int((~np.isnan(p)).sum())]
    scaled = p[order] * (len(order) / np.arange(1, len(order) + 1))
    result[order] = np.minimum(np.minimum.accumulate(scaled[::-1])[::-1], 1.0)
    return result
