"""F test of one variable that may explain another: regression, or one-way analysis of variance."""

import numpy as np
import pandas as pd
from scipy import special  # scipy.stats takes half a second to import

from revertome.arrays import Array


def f_test(y: Array, values: pd.Series) -> tuple[float, float]:
    """Test that the mean of `y` depends on `values`.

    With the fitted values f of k - 1 terms, F = (sum (f - mean y)^2 / (k - 1)) /
    (sum (y - f)^2 / (n - k)).

    Parameters
    ----------
    y : (n,)
        Outcome.
    values : (n,)
        Numbers (a straight line, k = 2), or text or truth values (a mean for each of k levels);
        rows where it is missing are left out.

    Returns
    -------
    F, p : float
        F is infinite where nothing is left unexplained.
    """
    known = values.notna().to_numpy()
    y, v = y[known], values[known]
    if numeric(values):
        number = v.to_numpy(dtype=np.float64)
        levels = 2
        fitted = np.polyval(np.polyfit(number - number.mean(), y, 1), number - number.mean())
    else:
        levels = v.nunique()
        fitted = pd.Series(y).groupby(v.astype(str).to_numpy()).transform("mean").to_numpy()
    explained = ((fitted - y.mean()) ** 2).sum() / (levels - 1)
    residual = ((y - fitted) ** 2).sum() / (len(y) - levels)
    f = float(explained / residual) if residual > 0 else np.inf
    return f, float(special.fdtrc(levels - 1, len(y) - levels, f))


def numeric(values: pd.Series) -> bool:
    """Whether a column holds numbers that a straight line suits; truth values are levels."""
    return pd.api.types.is_numeric_dtype(values) and not pd.api.types.is_bool_dtype(values)
