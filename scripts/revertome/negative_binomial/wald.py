"""Wald tests of a contrast of negative binomial coefficients."""

from typing import Any

import numpy as np
from scipy.special import ndtr

from revertome.arrays import Array
from revertome.negative_binomial.chunks import chunks
from revertome.negative_binomial.design import layout


def standard_errors(design: Any, alpha: Array, mu: Array, ridge: Array, contrast: Array) -> Array:
    """sqrt(c' H M H c) with M = X'WX and H = (M + ridge)^-1, (G,); NaN where a mean is missing.

    Parameters
    ----------
    design : (n, p)
    alpha : (G,)
    mu : (n, G)
    ridge : (p, p)
        Penalty; a diagonal one is absorbed, any other solved as it is.
    contrast : (p,)
    """
    penalty = np.asarray(ridge, dtype=float)
    diagonal = np.diag(penalty)
    if (penalty != np.diag(diagonal)).any():
        raise ValueError("the ridge of a Wald test is diagonal")
    plan = layout(design)
    c, own = np.asarray(contrast, dtype=float)[plan.columns], diagonal[plan.columns]
    means = np.asarray(mu, dtype=float)
    out = np.full(means.shape[1], np.nan)
    known = np.flatnonzero(np.isfinite(means).all(axis=0) & np.isfinite(alpha))
    for part in chunks(len(means), len(known)):
        genes = known[part]
        m = means[np.ix_(plan.order, genes)]
        solved = plan.solver(m / (1 + m * np.asarray(alpha)[genes]), own).of_contrast(c)
        # H M H = H - H ridge H.
        out[genes] = np.sqrt(c @ solved - own @ solved**2)
    return out


def statistics(
    lfc: Array, se: Array, contrast: Array, null: Any, alternative: str | None
) -> tuple[Array, Array]:
    """p and Wald statistics (G,) of c'b against a null effect, both two-sided by default.

    `alternative`: ``greater``, ``less``, ``greaterAbs`` and ``lessAbs`` than the null, each
    coefficient taken against it before the contrast, as PyDESeq2 has it.
    """

    def weighed(values: Array) -> Array:
        return np.asarray((values / se[:, None]) @ contrast)

    if alternative == "greater":
        above = weighed(np.maximum(lfc - null, 0))
        return ndtr(-above), above
    if alternative == "less":
        below = weighed(np.minimum(lfc - null, 0))
        return ndtr(-np.abs(below)), below
    if alternative == "greaterAbs":
        stat = weighed(np.sign(lfc) * np.maximum(np.abs(lfc) - null, 0))
        return 2 * ndtr(-np.abs(stat)), stat
    if alternative == "lessAbs":
        p1, s1 = statistics(lfc, se, contrast, -abs(null), "greater")
        p2, s2 = statistics(lfc, se, contrast, abs(null), "less")
        return np.maximum(p1, p2), np.where(np.abs(s2) < np.abs(s1), s2, s1)
    if alternative is not None:
        raise ValueError(f"unknown alternative '{alternative}'")
    stat = weighed(lfc - null)
    return 2 * ndtr(-np.abs(stat)), stat
