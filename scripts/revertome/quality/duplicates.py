"""One measurement under two names."""

import numpy as np
import pandas as pd

from revertome.arrays import Array

# ASSUME two measurements, even of one tube of blood, correlate less than this once the gene's
# level is taken out; two blood samples of one patient reach 0.86 in 130 pairs of GSE65391.
SAME = 0.95


def duplicates(x: Array, names: pd.Index) -> pd.Series:
    """Name the sample that each sample repeats.

    Parameters
    ----------
    x : (samples, genes)
        Log2 expression.
    names : (samples,)
        Sample ids.

    Returns
    -------
    Series of str, (samples,)
        The other sample with the highest correlation of x minus the gene's median over samples,
        genes above the median gene's only, where it is at least 0.95; else NaN. With fewer than
        four samples nothing is said.
    """
    level = np.median(x, axis=0)
    upper = level > np.median(level)
    relative = x[:, upper]
    relative -= level[upper]
    found = pd.Series(np.nan, names, dtype=object)
    spread = relative.std(axis=1) if relative.size else np.zeros(len(x))
    known = np.flatnonzero(spread > 0)
    if len(x) < 4 or len(known) < 2:
        return found
    relative = relative[known]
    r = np.where(np.eye(len(known), dtype=bool), -1, np.corrcoef(relative))
    nearest = known[r.argmax(axis=1)]
    for i, other, value in zip(known, nearest, r.max(axis=1), strict=True):
        if value >= SAME:
            found.iloc[i] = names[other]
    return found
