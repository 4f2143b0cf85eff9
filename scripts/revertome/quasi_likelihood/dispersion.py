"""Common dispersion and its trend on abundance, edgeR's ``estimateDisp``.

Chen, Lun & Smyth 2014 (in Statistical Analysis of Next Generation Sequencing Data, Springer).
"""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from revertome.arrays import Array, Mask
from revertome.negative_binomial.absorbed import Absorbed
from revertome.negative_binomial.chunks import chunks
from revertome.negative_binomial.design import Layout, layout
from revertome.negative_binomial.likelihood import Profile
from revertome.quasi_likelihood.deviance import log_determinant
from revertome.quasi_likelihood.interpolant import maximize_interpolant
from revertome.quasi_likelihood.local_mean import local_means
from revertome.quasi_likelihood.regression import one_group, regress
from revertome.trial import dependent

POINTS = np.linspace(-10.0, 10.0, 21)  # log2 of dispersion / 0.1
LEAST_TOTAL = 5  # counts of a gene that has a part in the estimates
ABSENT = -600.0  # log library size of a sample that has no part
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
    likelihood = profiles(y[used], design, np.log(library))
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


def patterns(zero: Mask) -> list[tuple[npt.NDArray[np.intp], Mask]]:
    """Genes by the samples that they are zero in: their positions, and the other samples."""
    found, which = np.unique(zero, axis=0, return_inverse=True)
    which = which.reshape(-1)
    return [(np.flatnonzero(which == k), ~pattern) for k, pattern in enumerate(found)]


def residual_df(zero: Mask, design: Array) -> Array:
    """Residual degrees of freedom without the exact zeros, (G,) (Lun & Smyth 2017)."""
    df = np.zeros(len(zero))
    for genes, kept in patterns(zero):
        if kept.any():
            df[genes] = kept.sum() - design.shape[1] + len(dependent(design[kept]))
    return df


def profiles(y: Array, design: Array, offset: Array) -> Array:
    """Adjusted profile likelihoods on the grid, (G, 21), without the samples fitted by 0.

    The likelihood of the means, sum log NB(y; mu, d) - 1/2 log det X'WX with W = mu / (1 + d mu)
    (McCarthy et al. 2012, Nucleic Acids Res 40:4288), but for terms without d.

    Parameters
    ----------
    y : (G, n)
        Counts.
    design : (n, p)
    offset : (n,)
        Log effective library sizes.
    """
    plan = layout(design)
    value = np.zeros((len(y), len(POINTS)))
    there = ~zero_fits(y, regress(y, design, 0.05, offset, plan=plan).mu)
    together = []
    for genes, kept in patterns(~there):
        x = design[kept]
        lost = dependent(x)
        if len(x) <= x.shape[1] - len(lost):
            continue
        if len(lost) == _unused(plan, x):
            together.append(genes)
        else:
            own = y[np.ix_(genes, np.flatnonzero(kept))]
            x = np.delete(x, lost, axis=1)
            value[genes] = _on_grid(own, x, offset[kept], layout(x), np.ones(own.shape, dtype=bool))
    if together:
        at = np.concatenate(together)
        value[at] = _on_grid(y[at], design, offset, plan, there[at])
    return value


def _unused(plan: Layout, x: Array) -> int:
    """Columns of patients without a sample in the rows x of a design, if all others have one."""
    swept = plan.columns[: plan.blocks] if isinstance(plan, Absorbed) else plan.columns[:0]
    unused = np.asarray(~x.any(axis=0))
    return int(unused.sum()) if unused.sum() == unused[swept].sum() else 0


def _on_grid(y: Array, design: Array, offset: Array, plan: Layout, there: Mask) -> Array:
    """See `profiles`; samples that are not `there` (G, n) have means of 0."""
    value = np.empty((len(y), len(POINTS)))
    for part in chunks(len(design), len(y)):
        own, kept = y[part], there[part]
        reads = offset if kept.all() else np.where(kept, offset, ABSENT)
        profile = Profile(own.T, own.T, None)
        start = None
        for k, point in enumerate(POINTS):
            dispersion = float(0.1 * 2**point)
            fit = regress(own, design, dispersion, reads, start, plan)
            # As edgeR begins: from nearer starts the dispersion was another by 1.1e-6 of itself.
            start = fit.coefficients
            profile.mu = fit.mu.T
            w = fit.mu / (1 + dispersion * fit.mu)
            value[part, k] = profile.value(np.full(len(own), np.log(dispersion)))
            value[part, k] -= log_determinant(w, design, plan, kept) / 2
    return value
