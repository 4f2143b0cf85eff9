"""Common dispersion and its trend on abundance, edgeR's ``estimateDisp``.

Chen, Lun & Smyth 2014 (in Statistical Analysis of Next Generation Sequencing Data, Springer).
"""

from typing import NamedTuple

import numpy as np

from revertome.arrays import Array, Mask
from revertome.quasi_likelihood.deviance import adjusted_profile
from revertome.quasi_likelihood.interpolant import maximize_interpolant
from revertome.quasi_likelihood.local_mean import local_means
from revertome.quasi_likelihood.regression import one_group, regress

POINTS = np.linspace(-10.0, 10.0, 21)  # log2 of dispersion / 0.1
LEAST_TOTAL = 5  # counts of a gene that has a part in the estimates
ZERO = 1e-4  # a count and a fitted mean below it are an exact zero


class Dispersions(NamedTuple):
    """common : float. trended : (G,). abundance : (G,), average log2 counts per million."""

    common: float
    trended: Array
    abundance: Array


def average_log_cpm(y: Array, library: Array, dispersion: float, prior: float = 2.0) -> Array:
    """Average log2 counts per million of the negative binomial mean, (G,), edgeR's ``aveLogCPM``.

    `prior` counts are added to samples in proportion to their `library` sizes (n,).
    """
    more, offset = with_prior(y, library, prior)
    log_mean = one_group(more, np.full(len(y), dispersion), offset)
    return np.asarray((log_mean + np.log(1e6)) / np.log(2))


def with_prior(y: Array, library: Array, prior: float) -> tuple[Array, Array]:
    """Counts with a prior count in proportion to library size, and log library sizes with two."""
    scaled = prior * library / library.mean()
    return y + scaled, np.log(library + 2 * scaled)


def estimate_dispersion(y: Array, design: Array, library: Array) -> Dispersions:
    """Common and trended dispersion by adjusted profile likelihoods on a grid.

    Parameters
    ----------
    y : (G, n)
        Counts.
    design : (n, p)
        Full rank, p < n.
    library : (n,)
        Effective library sizes.

    Raises
    ------
    ValueError
        When no gene has five counts.
    """
    used = y.sum(axis=1) >= LEAST_TOTAL
    if not used.any():
        raise ValueError(f"no gene has {LEAST_TOTAL} counts, from which dispersion is estimated")
    likelihood = _profiles(y[used], design, np.log(library))
    at = maximize_interpolant(POINTS, likelihood.sum(axis=0)[None])[0]
    common = float(0.1 * 2**at)
    abundance = average_log_cpm(y, library, common)
    own = abundance[used]
    n = len(own)
    span = 1.0 if n <= 50 else 0.25 + 0.75 * (50 / n) ** 0.5
    trend = 0.1 * 2 ** maximize_interpolant(POINTS, local_means(own, likelihood, span))
    trended = np.full(len(y), trend[np.argmin(own)])
    trended[used] = trend
    return Dispersions(common, trended, abundance)


def zero_fits(y: Array, mu: Array) -> Mask:
    """Counts that the fitted model predicts to be zero exactly, (G, n)."""
    return np.asarray((y < ZERO) & (mu < ZERO))


def patterns(zero: Mask) -> list[tuple[Array, Mask]]:
    """Genes by the samples that they are zero in: their positions, and the other samples."""
    found, which = np.unique(zero, axis=0, return_inverse=True)
    which = which.reshape(-1)
    return [(np.flatnonzero(which == k), ~pattern) for k, pattern in enumerate(found)]


def residual_df(zero: Mask, design: Array) -> Array:
    """Residual degrees of freedom without the exact zeros, (G,) (Lun & Smyth 2017)."""
    df = np.zeros(len(zero))
    for genes, kept in patterns(zero):
        if kept.any():
            df[genes] = kept.sum() - np.linalg.matrix_rank(design[kept])
    return df


def independent(design: Array) -> Array:
    """The columns of a design that are no sums of those before them."""
    kept: list[int] = []
    for k in range(design.shape[1]):
        if np.linalg.matrix_rank(design[:, [*kept, k]]) > len(kept):
            kept.append(k)
    return design[:, kept]


def _profiles(y: Array, design: Array, offset: Array) -> Array:
    """Adjusted profile likelihoods on the grid, (G, 21), without the samples fitted by 0."""
    value = np.zeros((len(y), len(POINTS)))
    zero = zero_fits(y, regress(y, design, 0.05, offset).mu)
    for genes, kept in patterns(zero):
        x = design if kept.all() else independent(design[kept])
        if kept.sum() <= x.shape[1]:
            continue
        start = None
        own = y[np.ix_(genes, np.flatnonzero(kept))]
        for k, point in enumerate(POINTS):
            dispersion = float(0.1 * 2**point)
            # Each fit begins where that of the dispersion before ended.
            fit = regress(own, x, dispersion, offset[kept], start)
            start = fit.coefficients
            value[genes, k] = adjusted_profile(own, fit.mu, x, dispersion)
    return value
