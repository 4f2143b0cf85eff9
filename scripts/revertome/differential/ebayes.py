"""Empirical Bayes moderation of gene-wise variances.

Smyth 2004 (Stat Appl Genet Mol Biol 3:3) for the moderated t and the B statistic;
Sartor et al. 2006 (BMC Bioinformatics 7:538) for a prior variance that follows mean expression.
"""

from dataclasses import dataclass

import numpy as np
from scipy import special, stats

from revertome.differential.fit import Array, Fit
from revertome.differential.spline import natural_spline

PROPORTION = 0.01  # limma's prior share of changed genes, used by the B statistic only
STDEV_LIMITS = (0.1, 4.0)


@dataclass(frozen=True)
class Moderated:
    """A fit with moderated variances.

    Attributes
    ----------
    fit : Fit
        The fit; its coefficients are the contrasts.
    s2_prior : (G,)
        Prior variance of each gene.
    df_prior : float
        Prior degrees of freedom; infinite when the genes' variances do not differ.
    s2_post : (G,)
        Posterior variance (df_prior s2_prior + df s2) / (df_prior + df).
    df_total : float
        Degrees of freedom of the moderated t.
    """

    fit: Fit
    s2_prior: Array
    df_prior: float
    s2_post: Array
    df_total: float

    @property
    def stdev_unscaled(self) -> Array:
        """Unscaled standard deviations of the estimates, (G, k)."""
        diagonal = np.einsum("gkk->gk", self.fit.covariance)
        return np.broadcast_to(np.sqrt(diagonal), self.fit.coefficients.shape)

    @property
    def t(self) -> Array:
        """Moderated t statistics, (G, k)."""
        return self.fit.coefficients / (self.stdev_unscaled * np.sqrt(self.s2_post)[:, None])


def ebayes(fit: Fit, trend: bool = False) -> Moderated:
    """Moderate the variances of a fit towards a common value or a trend on mean expression.

    Parameters
    ----------
    fit : Fit
        Fit of at least two genes.
    trend : bool
        Let the prior variance follow `fit.mean`.

    Returns
    -------
    Moderated
    """
    variance = fit.sigma**2
    s2_prior, df_prior = fit_f_dist(variance, fit.df_residual, fit.mean if trend else None)
    if np.isinf(df_prior):
        s2_post = s2_prior.copy()
    else:
        total = df_prior + fit.df_residual
        s2_post = (df_prior * s2_prior + fit.df_residual * variance) / total
    df_total = min(fit.df_residual + df_prior, fit.df_residual * len(variance))
    return Moderated(fit, s2_prior, df_prior, s2_post, df_total)


def fit_f_dist(variance: Array, df: float, covariate: Array | None = None) -> tuple[Array, float]:
    """Scaled F distribution of the variances by moments of log variance.

    With e = log s2 - digamma(df/2) + log(df/2), the prior df solves
    trigamma(df_prior/2) = var(e) - trigamma(df/2).

    Parameters
    ----------
    variance : (G,)
        Residual variances.
    df : float
        Their degrees of freedom.
    covariate : (G,), optional
        Mean expression; the prior variance then follows a natural spline in it.

    Returns
    -------
    s2_prior : (G,)
    df_prior : float
    """
    floor = 1e-5 * (np.median(variance) or 1.0)
    e = np.log(np.maximum(variance, floor)) - special.digamma(df / 2) + np.log(df / 2)
    if covariate is None:
        location = np.full(e.shape, e.mean())
        spread = e.var(ddof=1)
    else:
        basis = natural_spline(covariate, spline_df(covariate))
        q, _ = np.linalg.qr(basis)
        location = q @ (q.T @ e)
        spread = float(((e - location) ** 2).sum() / (len(e) - basis.shape[1]))
    excess = spread - special.polygamma(1, df / 2)
    if excess <= 0:
        # With no excess spread limma pools on the variance scale when there is no trend.
        if covariate is None:
            return np.full(e.shape, variance.mean()), np.inf
        return np.exp(location), np.inf
    df_prior = 2 * trigamma_inverse(float(excess))
    shift = special.digamma(df_prior / 2) - np.log(df_prior / 2)
    return np.exp(location + shift), df_prior


def spline_df(covariate: Array) -> int:
    """Basis size of the variance trend, as limma: 4 for 30 genes or more."""
    n = len(covariate)
    return min(1 + (n >= 3) + (n >= 6) + (n >= 30), len(np.unique(covariate)))


def trigamma_inverse(x: float) -> float:
    """Solve trigamma(y) = x for y > 0 by Newton's method on 1 / trigamma."""
    if x > 1e7:
        return float(1 / np.sqrt(x))
    if x < 1e-6:
        return 1 / x
    y = 0.5 + 1 / x
    for _ in range(50):
        tri = special.polygamma(1, y)
        step = tri * (1 - tri / x) / special.polygamma(2, y)
        y += step
        if -step / y < 1e-15:
            break
    return float(y)


def b_statistic(moderated: Moderated, column: int) -> Array:
    """Log posterior odds that the gene is changed (Smyth 2004, section 5), (G,)."""
    t, v = moderated.t[:, column], moderated.stdev_unscaled[:, column] ** 2
    limits = np.square(STDEV_LIMITS) / np.median(moderated.s2_prior)
    v0 = _prior_effect_variance(np.abs(t), v, moderated.df_total, limits)
    r = (v + v0) / v
    if moderated.df_prior > 1e6:
        kernel = t**2 * (1 - 1 / r) / 2
    else:
        df = moderated.df_total
        kernel = (1 + df) / 2 * np.log((t**2 + df) / (t**2 / r + df))
    return np.asarray(np.log(PROPORTION / (1 - PROPORTION)) - np.log(r) / 2 + kernel)


def _prior_effect_variance(t: Array, v: Array, df: float, limits: Array) -> float:
    n_genes = len(t)
    n_top = int(np.ceil(PROPORTION / 2 * n_genes))
    share = max(n_top / n_genes, PROPORTION)
    top = np.argsort(-t, kind="stable")[:n_top]
    p0 = 2 * stats.t.sf(t[top], df)
    target = ((np.arange(1, n_top + 1) - 0.5) / n_genes - (1 - share) * p0) / share
    v0 = np.zeros(n_top)
    ahead = target > p0
    quantile = stats.t.isf(target[ahead] / 2, df)
    v0[ahead] = v[top][ahead] * ((t[top][ahead] / quantile) ** 2 - 1)
    return float(np.clip(v0, *limits).mean())
