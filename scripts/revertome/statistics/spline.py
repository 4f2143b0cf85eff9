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
    from scipy.interpolate import BSpline  # slow to import, and only a trend needs it

    inner = np.quantile(x, np.linspace(0, 1, df)[1:-1])
    low, high = x.min(), x.max()
    # Where many values are the lowest (or the highest) a knot falls on it and adds no function.
    inner = inner[(inner > low) & (inner < high)]
    knots = np.r_[[low] * 4, inner, [high] * 4]
    cubic = BSpline(knots, np.eye(len(knots) - 4), 3)
    # The natural condition: keep the combinations with no curvature at the two boundaries.
    _, _, rows = np.linalg.svd(cubic.derivative(2)(np.array([low, high])))
    inside = np.clip(points, low, high)
    if at is None:
        basis = BSpline.design_matrix(x, knots, 3).toarray()
    else:
        basis = cubic(inside) + (points - inside)[:, None] * cubic.derivative()(inside)
    return np.asarray(basis @ rows[2:].T)
