"""Prior variance of the log dispersions around their trend, as R's DESeq2 1.38 has it."""

import numpy as np
from scipy import interpolate, special, stats

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
CELL, MARGIN = 8, 0.005  # of R's loess: points of a cell, and what is added to the range
DRAWS = 10_000  # that R makes for every variance of the grid
POINTS = 1000  # of the quantiles that stand for log chi-squared
MANY = 400  # values expected in a bin, from which a series in their variance serves
UP_TO = np.arange(2 * MANY)


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
    return float(FINE[np.argmin(_loess(np.array(divergence)))])


def _loess(divergence: Array) -> Array:
    """R's ``loess`` of `divergence` over `GRID`, at `FINE`.

    It is fitted at the ends of cells of at most 8 points, halved from the whole and a margin, and a
    cubic of its values and slopes is drawn between them.
    """
    margin = MARGIN * (GRID[-1] - GRID[0])
    ends = np.array([GRID[0] - margin, *GRID[_halves(0, len(GRID) - 1)], GRID[-1] + margin])
    value, slope = local_quadratic(GRID, divergence, ends, SPAN).T
    return np.asarray(interpolate.CubicHermiteSpline(ends, value, slope)(FINE))


def _halves(first: int, last: int) -> list[int]:
    if last - first + 1 <= CELL:
        return []
    middle = (first + last) // 2
    return [*_halves(first, middle), middle, *_halves(middle + 1, last)]


def _counts(values: Array) -> Array:
    """Values in each bin, those on an edge in the lower one, as R's ``hist`` has them."""
    counted = np.bincount(np.searchsorted(EDGES[1:], values), minlength=len(EDGES) - 1)
    return counted.astype(float)


def _shares(df: int, variance: float) -> Array:
    """Probability of each bin for log(chi2_df / df) + N(0, variance)."""
    if variance == 0:
        return np.diff(stats.chi2.cdf(df * np.exp(EDGES), df))
    level = (np.arange(POINTS) + 0.5) / POINTS
    centre = np.log(stats.chi2.ppf(level, df) / df)
    return np.diff(special.ndtr((EDGES[:, None] - centre) / np.sqrt(variance)).mean(axis=1))


def _expected_log(shares: Array, small: float) -> Array:
    """Expectation of log(density + small) of a histogram of `DRAWS` values."""
    unit = 1 / (DRAWS * WIDTH)
    density = shares / WIDTH + small
    # log(m + e) = log m - var(e) / 2 m^2 + ..., where many are drawn.
    found = np.log(density) - shares * (1 - shares) * DRAWS * (unit / density) ** 2 / 2
    few = DRAWS * shares < MANY
    share = np.clip(shares[few], 1e-300, None)[:, None]
    choices = special.gammaln(DRAWS + 1) - special.gammaln(UP_TO + 1)
    choices = choices - special.gammaln(DRAWS - UP_TO + 1)
    chance = np.exp(choices + UP_TO * np.log(share) + (DRAWS - UP_TO) * np.log1p(-share))
    found[few] = chance @ np.log(UP_TO * unit + small)
    return np.asarray(found)
