"""Prior variance of the log dispersions around their trend, as R's DESeq2 1.38 has it."""

import numpy as np
from scipy import special, stats

from revertome.arrays import Array
from revertome.statistics.local_quadratic import local_quadratic

SMALLEST = 0.25
FEW = 3  # residual degrees of freedom up to which the spread is matched, not computed
MAD = 1.4826
EDGES = np.arange(-20, 21) / 2.0
WIDTH = 0.5
GRID = np.linspace(0, 8, 200)
FINE = np.linspace(0, 8, 1000)
SPAN = 0.2
DRAWS = 10_000  # that R makes for every variance of the grid
POINTS = 4000  # of the quantiles that stand for log chi-squared


def spread(residuals: Array) -> float:
    """Variance of log dispersions around the trend, from their median absolute deviation."""
    return float((MAD * np.median(np.abs(residuals - np.median(residuals)))) ** 2)


def prior_variance(residuals: Array, df: int) -> float:
    """Variance of the true log dispersions, at least 0.25.

    What is left of the spread of the estimates without their sampling variance,
    trigamma(df / 2). With at most 3 degrees of freedom, where log dispersions are too skewed, the
    variance whose histogram, log(chi2_df / df) + N(0, variance), is nearest to that of
    the residuals by Kullback-Leibler divergence. DESeq2 draws 10,000 values for each of 200
    variances, with one fixed seed; here the expected divergence of such a draw is computed, so
    that the answer is the one that DESeq2's scatter around (Love et al. 2014, Genome Biol 15:550).

    Parameters
    ----------
    residuals : (G,)
        Log of gene-wise dispersion / trend, of the genes above the floor.
    df : int
        Samples less coefficients.
    """
    if df > FEW:
        found = spread(residuals) - float(special.polygamma(1, df / 2))
    else:
        found = _nearest(residuals, df)
    return max(found, SMALLEST)


def _nearest(residuals: Array, df: int) -> float:
    inside = residuals[(residuals > EDGES[0]) & (residuals < EDGES[-1])]
    observed = _counts(inside) / (len(inside) * WIDTH)
    small = min(observed[observed > 0].min(), 1 / (DRAWS * WIDTH))
    divergence = [
        float(observed @ (np.log(observed + small) - _expected_log(_shares(df, variance), small)))
        for variance in GRID
    ]
    return float(FINE[np.argmin(local_quadratic(GRID, np.array(divergence), FINE, SPAN))])


def _counts(values: Array) -> Array:
    """Values in each bin, those on an edge in the lower one, as R's ``hist`` has them."""
    return np.bincount(np.searchsorted(EDGES[1:], values), minlength=len(EDGES) - 1)


def _shares(df: int, variance: float) -> Array:
    """Probability of each bin for log(chi2_df / df) + N(0, variance)."""
    level = (np.arange(POINTS) + 0.5) / POINTS
    centre = np.log(stats.chi2.ppf(level, df) / df)
    if variance == 0:
        below = np.searchsorted(np.sort(centre), EDGES) / POINTS
    else:
        below = special.ndtr((EDGES[:, None] - centre) / np.sqrt(variance)).mean(axis=1)
    return np.diff(below)


def _expected_log(shares: Array, small: float) -> Array:
    """Expectation of log(density + small) of a histogram of `DRAWS` values."""
    density = np.arange(DRAWS + 1) / (DRAWS * WIDTH)
    value = np.log(density + small)
    found = np.empty(len(shares))
    for i, share in enumerate(shares):
        middle, reach = DRAWS * share, 12 * np.sqrt(DRAWS * share) + 20
        at = np.arange(max(0, int(middle - reach)), min(DRAWS, int(middle + reach)) + 1)
        found[i] = stats.binom.pmf(at, DRAWS, share) @ value[at]
    return found
