"""Prior of the gene-wise variances: a scaled F distribution fitted by moments of log variance.

Smyth 2004 (Stat Appl Genet Mol Biol 3:3); Sartor et al. 2006 (BMC Bioinformatics 7:538) for a
prior variance that follows mean expression.
"""

import numpy as np
from scipy import special

from revertome.arrays import Array, Mask
from revertome.errors import StudyError
from revertome.limma.solve_genewise import independent
from revertome.statistics.spline import natural_spline

SMALLEST = 1e-5  # variances below this share of the median are raised to it


def fit_f_dist(
    variance: Array, df: float | Array, covariate: Array | None = None
) -> tuple[Array, float]:
    """Scale and degrees of freedom of the prior, limma's ``fitFDist``.

    With e = log s2 - digamma(df/2) + log(df/2), the prior df solves
    trigamma(df_prior/2) = var(e) - mean(trigamma(df/2)).

    Parameters
    ----------
    variance : (G,)
        Residual variances; NaN or with 0 df they have no part in the fit.
    df : float or (G,)
        Their degrees of freedom.
    covariate : (G,), optional
        Mean expression; the prior variance then follows a natural spline in it, where there are
        three genes and two values of it at least.

    Returns
    -------
    s2_prior : (G,)
        NaN for a gene without mean expression when there is a covariate.
    df_prior : float
        Infinite when variances differ no more than by chance.

    Raises
    ------
    StudyError
        When no gene has a residual variance.
    """
    use = usable(variance, df)
    if covariate is not None and spline_df(covariate[use]) < 2:
        covariate = None  # two genes, or one mean for all, have no trend
    if use.sum() < 2:
        return np.full(variance.shape, variance[use].mean()), 0.0
    x, df = variance[use], df if isinstance(df, float) else df[use]
    x = np.maximum(x, SMALLEST * (np.median(x) or 1.0))
    # E log s2 = log s0^2 + digamma(df/2) - log(df/2) - (digamma(d0/2) - log(d0/2)): e removes
    # what the residual df contribute to the mean, the trigamma below what they contribute to the
    # variance.
    e = np.log(x) - special.digamma(df / 2) + np.log(df / 2)
    location, spread = _location(e, covariate, use)
    excess = spread - np.mean(special.zeta(2, df / 2))  # the trigamma function
    if excess <= 0:
        # With no excess spread limma pools on the variance scale when there is no trend.
        if covariate is None:
            return np.full(variance.shape, x.mean()), np.inf
        return np.exp(location), np.inf
    df_prior = 2 * float(trigamma_inverse(excess))
    # What the prior df contribute to the mean.
    shift = special.digamma(df_prior / 2) - np.log(df_prior / 2)
    return np.exp(location + shift), df_prior


def usable(variance: Array, df: float | Array) -> Mask:
    """Mask of the genes with a residual variance.

    Raises
    ------
    StudyError
        When there is none.
    """
    use = np.isfinite(variance) & (np.asarray(df) > 1e-15)
    if not use.any():
        raise StudyError("no gene has residual degrees of freedom; nothing to moderate")
    return np.asarray(use)


def _location(e: Array, covariate: Array | None, use: Mask) -> tuple[Array, float]:
    if covariate is None:
        return np.full(use.shape, e.mean()), float(e.var(ddof=1))
    at = covariate[use]
    size = spline_df(at)
    basis = natural_spline(at, size)
    told = independent(basis)  # fewer columns than the basis has where many means are equal
    basis = basis if len(told) == basis.shape[1] else basis[:, told]
    q, r = np.linalg.qr(basis)
    # Regression on the spline by QR; `spread` is its residual variance.
    effects = q.T @ e
    spread = ((e - q @ effects) ** 2).sum() / max(len(e) - len(told), 1)
    location = np.empty(use.shape)
    location[use] = q @ effects
    location[~use] = natural_spline(at, size, covariate[~use])[:, told] @ np.linalg.solve(
        r, effects
    )
    return location, float(spread)


def spline_df(covariate: Array) -> int:
    """Basis size of the variance trend, as limma: 4 for 30 genes or more."""
    n = len(covariate)
    return min(1 + (n >= 3) + (n >= 6) + (n >= 30), len(np.unique(covariate)))


def trigamma_inverse(x: float | Array) -> Array:
    """Solve trigamma(y) = x for y > 0 by Newton's method on 1 / trigamma; shape of x."""
    wanted = np.asarray(x, dtype=float)
    y = 0.5 + 1 / wanted
    settled = np.zeros(y.shape, dtype=bool)
    for _ in range(50):
        tri = special.zeta(2, y)
        # 1 / trigamma is convex and nearly linear, so Newton's method converges from this start.
        step = np.where(settled, 0.0, tri * (1 - tri / wanted) / (-2 * special.zeta(3, y)))
        y += step
        settled |= -step / y < 1e-15
        if settled.all():
            break
    small, large = 1 / wanted, 1 / np.sqrt(wanted)
    return np.where(wanted > 1e7, large, np.where(wanted < 1e-6, small, y))
