"""Genes that do not vary beyond the design, told from the rounding of their residuals."""

import numpy as np

from revertome.arrays import Array, Mask

ROUNDING = 1e-20  # share of the sum of squares that the residuals of a constant gene can have


def constant(residual: Array, total: Array) -> Mask:
    """Genes whose residual sum of squares (G,) is rounding beside the sum of squares (G,).

    limma takes such a residue (1e-31) for a variance; if most genes are constant, its prior then
    is 1e-30 and every other gene is significant, without a warning.
    """
    infinite = total == float("inf")  # squares beyond the range of numbers tell nothing
    found: Mask = (residual <= ROUNDING * total) & ~infinite
    return found


def zero_constant(rss: Array, y: Array, weights: Array | None) -> None:
    """Set the residual sums of squares (G,) of genes that do not vary beyond the design to 0.

    `y` (n, G) is what was fitted, NaN where missing, with `weights` (n,) or (n, G).
    """
    y = y if np.isfinite(np.sum(y)) else np.nan_to_num(y)
    if weights is None:
        total = np.einsum("ng,ng->g", y, y)
    else:
        total = np.einsum("ng,ng,n->g" if weights.ndim == 1 else "ng,ng,ng->g", y, y, weights)
    rss[constant(rss, total)] = 0.0
