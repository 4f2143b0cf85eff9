"""Ordinary least squares with the dummies of blocks swept out, and dispersions from it."""

from typing import Any

import numpy as np

from revertome.arrays import Array
from revertome.negative_binomial.design import layout


def fitted(values: Array, design: Any) -> Array:
    """Least squares fits of values (n, G) on a design of full rank (n, p), (n, G)."""
    plan = layout(design)
    y = np.asarray(values, dtype=float)[plan.order]
    # The weights are the same for every gene: one system for all of them.
    one, none = np.ones((len(y), 1)), np.zeros(len(plan.columns))
    out = np.empty_like(y)
    out[plan.order] = plan.predictor(plan.solver(one, none).solve(y, none[:, None]))
    return out


def rough(normed: Array, design: Array) -> Array:
    """Dispersions by residuals of least squares, at least 0, (G,).

    Sum of ((y - m)^2 - m) / m^2 over residual degrees of freedom, with fitted m of at least 1.
    """
    n, p = design.shape
    if n == p:
        raise ValueError(f"{n} samples and as many coefficients leave no dispersion to tell")
    m = np.maximum(fitted(normed, design), 1)
    return np.asarray(np.maximum((((normed - m) ** 2 - m) / m**2).sum(axis=0) / (n - p), 0))


def moments(normed: Array, size_factors: Array) -> Array:
    """Dispersions by mean and variance, (variance - mean of 1/s x mean) / mean^2, (G,)."""
    mean, variance = normed.mean(axis=0), normed.var(axis=0, ddof=1)
    return np.asarray(np.nan_to_num((variance - (1 / size_factors).mean() * mean) / mean**2))
