"""Log2 scale and background floor."""

import numpy as np

from revertome.arrays import Array


def to_log2(x: Array, scale: str) -> Array:
    """Bring intensities to log2.

    Parameters
    ----------
    x : (samples, features)
        Values.
    scale : str
        `log2`, `x` itself; `linear`: values below 1, negative ones too, are raised to 1
        before the logarithm; or `abundance` (TPM, FPKM, CPM): log2(x + 1).

    Returns
    -------
    (samples, features)
        Log2 values.

    Raises
    ------
    ValueError
        Another scale.
    """
    if scale == "log2":
        return x
    if scale == "linear":
        # ASSUME intensities below 1 are background.
        logged: Array = np.log2(np.fmax(x, 1.0, where=~np.isnan(x), out=x.copy()))
        return logged
    if scale == "abundance":
        # ASSUME 1 steadies the logarithm of genes hardly expressed without hiding the others.
        steadied: Array = np.log2(x + 1)
        return steadied
    raise ValueError(f"no log2 for scale {scale!r}; expected log2, linear or abundance")


def raise_to_floor(x: Array, floor: float | None) -> Array:
    """Raise log2 values below `floor` to it; None raises none."""
    if floor is None:
        return x
    return np.maximum(x, floor)


def floor_share(x: Array) -> Array:
    """Share of a sample's features at its most frequent value, (samples,).

    About 1/features where values are continuous; large where a background floor or zero counts
    hide them.
    """
    n = x.shape[1]
    there = np.maximum((~np.isnan(x)).sum(axis=1), 1)
    share = np.empty(len(x))
    for i, values in enumerate(x):
        row = np.sort(values)  # NaN last, each unlike any other
        first = np.flatnonzero(np.concatenate([[True], row[1:] != row[:-1]]))
        share[i] = np.diff(np.append(first, n)).max() / there[i]
    return share


def saturated_share(x: Array) -> Array:
    """Share of a sample's features at its highest value, (samples,).

    1/features where nothing saturates; more where the scanner's ceiling hides differences.
    """
    highest = np.nanmax(x, axis=1, keepdims=True)
    share: Array = (x == highest).sum(axis=1) / (~np.isnan(x)).sum(axis=1)
    return share
