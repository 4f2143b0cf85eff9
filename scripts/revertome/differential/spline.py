"""Natural cubic regression spline basis."""

import numpy as np
from scipy.interpolate import BSpline

from revertome.differential.fit import Array


def natural_spline(x: Array, df: int) -> Array:
    """Basis (G, df) of natural cubic splines with an intercept; knots at quantiles of `x`.

    Spans the same functions as R's ``ns(x, df, intercept = TRUE)``: cubic between the knots,
    linear beyond the extremes. `df` of 1 is the constant, of 2 the straight line.
    """
    if df <= 2:
        return np.vander(x, df, increasing=True)
    inner = np.quantile(x, np.linspace(0, 1, df)[1:-1])
    low, high = x.min(), x.max()
    knots = np.r_[[low] * 4, inner, [high] * 4]
    basis = BSpline.design_matrix(x, knots, 3).toarray()
    curvature = BSpline(knots, np.eye(basis.shape[1]), 3).derivative(2)(np.array([low, high]))
    # The natural condition: keep the combinations with no curvature at the two boundaries.
    _, _, rows = np.linalg.svd(curvature)
    return np.asarray(basis @ rows[2:].T)
