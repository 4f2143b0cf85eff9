"""Natural cubic regression spline basis."""

import numpy as np

from revertome.arrays import Array


def natural_spline(x: Array, df: int, at: Array | None = None) -> Array:
    """Basis (G, df) of natural cubic splines with an intercept; knots at quantiles of `x`.

    Fewer columns where ties put a knot on an extreme. Spans the same functions as R's
    ``ns(x, df, intercept = TRUE)``: cubic between the knots, linear beyond the extremes. `df` of 1
    is the constant, of 2 the straight line. The basis is evaluated at the points `at`, or at `x`
    itself.
    """
    points = x if at is None else at
    if df <= 2:
        return np.vander(points, df, increasing=True)
    inner = np.quantile(x, np.linspace(0, 1, df)[1:-1])
    low, high = x.min(), x.max()
    # Where many values are the lowest (or the highest) a knot falls on it and adds no function.
    inner = inner[(inner > low) & (inner < high)]
    knots = np.r_[[low] * 4, inner, [high] * 4]
    # The natural condition: keep the combinations with no curvature at the two boundaries.
    _, _, rows = np.linalg.svd(b_splines(np.array([low, high]), knots, 3, 2))
    inside = np.clip(points, low, high)
    basis = b_splines(inside, knots, 3)
    if at is not None:
        basis += (points - inside)[:, None] * b_splines(inside, knots, 3, 1)
    return np.asarray(basis @ rows[2:].T)


def b_splines(x: Array, knots: Array, degree: int, order: int = 0) -> Array:
    """B-splines (G, knots - degree - 1) at `x`, or their derivatives of an `order`.

    The recursion of de Boor (1972, J Approx Theory 6:50). scipy.interpolate has it too, and takes
    30 times as long to import as a trend takes to fit.
    """
    if degree == 0:
        # Of one interval each: the last one that begins at x or below, and is not empty.
        last = np.flatnonzero(np.diff(knots))[-1]
        at = np.minimum(np.searchsorted(knots, x, side="right") - 1, last)
        return np.asarray(at[:, None] == np.arange(len(knots) - 1), dtype=float)
    below = b_splines(x, knots, degree - 1, max(order - 1, 0))
    width = knots[degree:] - knots[:-degree]
    share = below / np.where(width > 0, width, np.inf)
    if order:
        return np.asarray(degree * (share[:, :-1] - share[:, 1:]))
    rising, falling = x[:, None] - knots[: -degree - 1], knots[degree + 1 :] - x[:, None]
    return np.asarray(rising * share[:, :-1] + falling * share[:, 1:])
