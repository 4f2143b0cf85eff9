"""Trend of the dispersion over the mean count, as R's DESeq2 1.38 fits it."""

from collections.abc import Callable

import numpy as np

from revertome.arrays import Array
from revertome.negative_binomial.trend import gamma_identity
from revertome.statistics.local_quadratic import local_quadratic

START = (0.1, 1.0)
FAR = (1e-4, 15.0)  # dispersion / trend beyond which a gene is left out of the next round
ROUNDS = 11
SETTLED = 1e-6  # sum of squared log ratios of the coefficients of two rounds
NEAR = 0.7  # share of the genes in each local fit, locfit's default
KNOTS = 400


def parametric_trend(means: Array, dispersions: Array) -> tuple[float, float] | None:
    """Coefficients (a0, a1) of dispersion = a0 + a1 / mean; None where the fit fails.

    Gamma regression with identity link, repeated without the genes that lie far from the trend
    of the round before (Love et al. 2014, Genome Biol 15:550).

    Parameters
    ----------
    means, dispersions : (G,)
        Mean normalised counts and gene-wise dispersions of the genes that are used.
    """
    coefficients = np.array(START)
    x = np.column_stack([np.ones(len(means)), 1 / means])
    for _ in range(ROUNDS):
        ratio = dispersions / (x @ coefficients)
        near = (ratio > FAR[0]) & (ratio < FAR[1])
        before = coefficients
        found = gamma_identity(x[near], dispersions[near], before)
        if found is None or not (found[0] > 0).all():
            return None
        coefficients, converged = found
        if converged and (np.log(coefficients / before) ** 2).sum() < SETTLED:
            return float(coefficients[0]), float(coefficients[1])
    return None


def local_trend(means: Array, dispersions: Array) -> Callable[[Array], Array]:
    """Trend where no a0 + a1 / mean fits: a local quadratic of log dispersion over log mean.

    Genes weigh as their means do, and each fit takes the nearest 70% with tricube weights
    (Loader 1999, Local Regression and Likelihood). It is fitted at knots and interpolated between
    them, and keeps their value beyond the outermost means. R's locfit interpolates between fewer.

    Returns
    -------
    function
        From means to dispersions.
    """
    x, y = np.log(means), np.log(dispersions)
    knots = np.unique(np.quantile(x, np.linspace(0, 1, KNOTS)))
    curve = local_quadratic(x, y, knots, NEAR, means)[:, 0]
    return lambda at: np.exp(np.interp(np.log(at), knots, curve))
