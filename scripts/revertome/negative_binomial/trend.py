"""Trend of dispersions by mean: regression with gamma errors and an identity link."""

import numpy as np

from revertome.arrays import Array

LEAST = 1e-12  # of the coefficients, which are positive


def gamma_trend(x: Array, y: Array, maxiter: int = 200) -> tuple[Array, Array, bool]:
    """Maximum likelihood a0 + a1 x of y with gamma errors, a0 and a1 positive.

    Parameters
    ----------
    x, y : (G,)
        1 / mean count, and dispersions above 0.

    Returns
    -------
    coefficients : (2,)
        a0, a1.
    values : (G,)
    converged : bool
        False where a coefficient ends at its bound or the steps do not settle.
    """
    design = np.column_stack([np.ones_like(x), x])
    b = np.array([1.0, 1.0])

    def loss(b: Array) -> float:
        mean = design @ b
        return float((y / mean + np.log(mean)).mean())

    now = loss(b)
    for _ in range(maxiter):
        mean = design @ b
        weight = design / (mean**2)[:, None]
        score = weight.T @ (y - mean)
        step = np.linalg.solve(weight.T @ design, score)
        size = 1.0
        while size > 1e-10:
            new = np.maximum(b + size * step, LEAST)
            then = loss(new)
            if then <= now + 1e-14 * abs(now):
                break
            size /= 2
        settled = bool((np.abs(new - b) <= 1e-9 * b).all())
        b, now = new, then
        if settled:
            return b, design @ b, bool((b > LEAST).all())
    return b, design @ b, False
