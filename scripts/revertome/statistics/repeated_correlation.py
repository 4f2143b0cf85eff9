"""Correlation within patients over repeated visits."""

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import special  # scipy.stats takes half a second to import

from revertome.arrays import Array
from revertome.statistics.estimate import Estimate

RELATIVE = 1e-12  # of the whole spread: below it a variable does not vary within patients


def repeated_correlation(x: Array, y: Array, patient: NDArray[np.object_]) -> tuple[Estimate, int]:
    """Correlate two variables within patients, over all their visits.

    Patients have parallel lines, y = a_patient + b x (analysis of covariance), and r is the sign
    of b times the root of the share of the squares within patients that x explains; it is
    Pearson's correlation of what is left of x and y without the means of patients. With n samples
    of k patients, df = n - k - 1 and the statistic is t = r sqrt(df / (1 - r^2)), that of b. The
    95% interval is tanh(atanh(r) +- z / sqrt(df - 3)), as the R package rmcorr has it. A patient
    seen once adds nothing.

    Parameters
    ----------
    x, y : (n,)
        None missing.
    patient : (n,)

    Returns
    -------
    Estimate, int
        NaN throughout where df is below 1 or a variable does not vary within patients; the
        interval where df is below 4. Then the degrees of freedom.

    References
    ----------
    Bakdash JZ, Marusich LR 2017, Front Psychol 8:456.
    """
    code, people = pd.factorize(patient)
    df = len(x) - len(people) - 1
    size = np.bincount(code, minlength=len(people))
    a, b = (v - (np.bincount(code, v) / size)[code] for v in (x, y))
    spread = [float(own @ own) for own in (a, b)]
    whole = [float(((v - v.mean()) ** 2).sum()) for v in (x, y)]
    still = any(s <= RELATIVE * w for s, w in zip(spread, whole, strict=True))
    if df < 1 or still:
        return Estimate(*[np.nan] * 5), df
    r = float(np.clip(a @ b / np.sqrt(spread[0] * spread[1]), -1, 1))
    with np.errstate(divide="ignore"):
        centre, t = np.arctanh(r), float(r * np.sqrt(df / np.float64(1 - r**2)))
    half = float(special.ndtri(0.975)) / np.sqrt(df - 3) if df > 3 else np.nan
    low, high = float(np.tanh(centre - half)), float(np.tanh(centre + half))
    return Estimate(r, low, high, t, float(2 * special.stdtr(df, -abs(t)))), df
