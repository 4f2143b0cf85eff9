"""Empirical Bayes moderation of gene-wise variances.

Smyth 2004 (Stat Appl Genet Mol Biol 3:3) for the moderated t and the B statistic; McCarthy &
Smyth 2009 (Bioinformatics 25:765) for the test against a threshold.
"""

import warnings
from dataclasses import dataclass

import numpy as np
from scipy import special  # scipy.stats takes half a second to import

from revertome.arrays import Array
from revertome.errors import Alarm, StudyError
from revertome.limma.fit import Fit
from revertome.limma.prior import fit_f_dist, usable

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
    df_prior : float or (G,)
        Prior degrees of freedom; infinite when the genes' variances do not differ, one a gene
        after robust moderation.
    s2_post : (G,)
        Posterior variance (df_prior s2_prior + df s2) / (df_prior + df).
    df_total : float or (G,)
        Degrees of freedom of the moderated t; one a gene where `df_prior` or the residual df is.
    """

    fit: Fit
    s2_prior: Array
    df_prior: float | Array
    s2_post: Array
    df_total: float | Array

    @property
    def stdev_unscaled(self) -> Array:
        """Unscaled standard deviations of the estimates, (G, k)."""
        diagonal = np.einsum("gkk->gk", np.asarray(self.fit.covariance))
        return np.broadcast_to(np.sqrt(diagonal), self.fit.coefficients.shape)

    @property
    def t(self) -> Array:
        """Moderated t statistics, (G, k)."""
        return self.fit.coefficients / (self.stdev_unscaled * np.sqrt(self.s2_post)[:, None])


def ebayes(fit: Fit, trend: bool = False, robust: bool = False) -> Moderated:
    """Moderate the variances of a fit towards a common value or a trend on mean expression.

    A gene without residual degrees of freedom takes the prior variance; a variance of 0 counts
    as 1e-5 of the median variance when the prior is fitted (as 1e-5, where the median is 0). A
    gene without a value has no result and no part in the prior; limma stops at one with `trend`.

    Parameters
    ----------
    fit : Fit
    trend : bool
        Let the prior variance follow `fit.mean`.
    robust : bool
        Fit the prior to winsorized variances and moderate outlying ones less.

    Returns
    -------
    Moderated

    Raises
    ------
    StudyError
        When no gene has residual degrees of freedom, or none varies beyond the model (limma
        answers with variances of 1e-5 or of rounding); with `robust`, when most do not, or when
        fewer than three genes have a variance.

    Warns
    -----
    Alarm
        More than half of the genes do not vary beyond the model, as limma warns where these
        variances are exactly 0.
    """
    prior, df_prior, post, total = moderate_variance(
        fit.sigma**2, fit.df_residual, fit.mean if trend else None, robust
    )
    return Moderated(fit, prior, df_prior, post, total)


def moderate_variance(
    variance: Array, df: float | Array, covariate: Array | None = None, robust: bool = False
) -> tuple[Array, float | Array, Array, float | Array]:
    """Moderate variances (G,) with df residual degrees of freedom; see `ebayes`.

    Returns
    -------
    s2_prior, df_prior, s2_post, df_total
        As in `Moderated`.
    """
    variance = np.where(np.asarray(df) > 0, variance, 0.0)
    _tell_constant(variance, df)
    df_prior: float | Array
    if robust:
        from revertome.limma.robust_prior import fit_f_dist_robustly

        s2_prior, df_prior = fit_f_dist_robustly(variance, df, covariate)
    else:
        s2_prior, df_prior = fit_f_dist(variance, df, covariate)
    # df_total is df + d0, but never more than the degrees of freedom of all genes together, as in
    # limma.
    pooled = float(np.sum(np.broadcast_to(df, variance.shape)))
    df_total = np.minimum(np.asarray(df) + df_prior, pooled)
    return (
        s2_prior,
        df_prior,
        squeeze(variance, df, s2_prior, df_prior),
        df_total if df_total.ndim else float(df_total),
    )


def _tell_constant(variance: Array, df: float | Array) -> None:
    use = usable(variance, df)
    still, n = int((variance[use] <= 0).sum()), int(use.sum())
    if not still or len(use) == 1:
        return
    if still == n:
        raise StudyError(
            f"none of {n} genes varies beyond the model: there is nothing to test; check the values"
        )
    if np.median(variance[use]) <= 0:
        warnings.warn(
            f"{still} of {n} genes do not vary beyond the model: moderated variances are "
            "unreliable, and so are P values of the others; leave these genes out of the matrix "
            "(or by normalise.expressed_above, where they lie at the floor)",
            Alarm,
            stacklevel=4,
        )


def squeeze(variance: Array, df: float | Array, s2_prior: Array, df_prior: float | Array) -> Array:
    """Posterior variance (G,); the prior's where its degrees of freedom are infinite."""
    # s2_post = (d0 s0^2 + df s^2) / (d0 + df), the mean of the posterior of 1/sigma^2, inverted.
    # Its limit for d0 = infinity is s0^2; the stand-in weight 1 only avoids inf / inf.
    finite = np.isfinite(df_prior)
    weight = np.where(finite, df_prior, 1.0)
    with np.errstate(invalid="ignore"):
        post = (weight * s2_prior + df * variance) / (weight + df)
    return np.where(finite, post, s2_prior)


def error_of(moderated: Moderated, name: str) -> tuple[Array, Array]:
    """Standard error (G,) of a contrast by its name, and its degrees of freedom."""
    k = moderated.fit.names.index(name)
    error = moderated.stdev_unscaled[:, k] * np.sqrt(moderated.s2_post)
    return np.asarray(error), np.asarray(moderated.df_total)


def two_sided(t: Array, df: float | Array) -> Array:
    """Two-sided p of a t statistic, with full relative accuracy in the tails."""
    return np.asarray(2 * special.stdtr(df, -np.abs(t)))


def treat(moderated: Moderated, column: int, lfc: float) -> tuple[Array, Array]:
    """Test of abs(effect) > lfc (McCarthy & Smyth 2009), limma's ``treat``.

    Parameters
    ----------
    moderated : Moderated
    column : int
        Position of the contrast.
    lfc : float
        Threshold, log2 units.

    Returns
    -------
    t : (G,)
        (abs(estimate) - lfc) / error with the sign of the estimate; 0 below the threshold.
    p : (G,)
        P(T > (abs(estimate) - lfc) / error) + P(T > (abs(estimate) + lfc) / error).
    """
    estimate = moderated.fit.coefficients[:, column]
    error = moderated.stdev_unscaled[:, column] * np.sqrt(moderated.s2_post)
    # The least favourable null is an effect of exactly lfc. p is then the chance of an estimate
    # above abs(estimate) plus that of one below -abs(estimate).
    right = (np.abs(estimate) - lfc) / error
    left = (np.abs(estimate) + lfc) / error
    df = moderated.df_total
    p = special.stdtr(df, -right) + special.stdtr(df, -left)
    return np.sign(estimate) * np.maximum(right, 0.0), np.asarray(p)


def b_statistic(moderated: Moderated, column: int) -> Array:
    """Log posterior odds that the gene is changed (Smyth 2004, section 5), (G,)."""
    t, v = moderated.t[:, column], moderated.stdev_unscaled[:, column] ** 2
    limits = np.square(STDEV_LIMITS) / np.nanmedian(moderated.s2_prior)
    v0 = _prior_effect_variance(np.abs(t), v, moderated.df_total, limits)
    # Bayes factor: under H1 the estimate has variance v + v0 in units of sigma^2, under H0 v. The
    # ratio of the two t densities is the kernel, for normal densities (d0 infinite) its limit.
    r = (v + v0) / v
    df = moderated.df_total
    kernel = (1 + df) / 2 * np.log((t**2 + df) / (t**2 / r + df))
    kernel = np.where(np.asarray(moderated.df_prior) > 1e6, t**2 * (1 - 1 / r) / 2, kernel)
    return np.asarray(np.log(PROPORTION / (1 - PROPORTION)) - np.log(r) / 2 + kernel)


def _prior_effect_variance(t: Array, v: Array, df: float | Array, limits: Array) -> float:
    known = ~np.isnan(t)
    t, v = t[known], v[known]
    if isinstance(df, np.ndarray):
        t, df = _at_largest_df(t, df[known])
    n_genes = len(t)
    # v0 from the top genes: in a mixture with this share of changed genes, the i-th largest
    # abs(t) has the tail probability (i - 0.5) / G.
    n_top = int(np.ceil(PROPORTION / 2 * n_genes))
    if n_top == 0:
        return float("nan")
    share = max(n_top / n_genes, PROPORTION)
    top = np.argsort(-t, kind="stable")[:n_top]
    p0 = 2 * special.stdtr(df, -t[top])
    # Solve share P(changed tail) + (1 - share) P(null tail) = (i - 0.5) / G for the changed tail.
    # That quantile times sqrt((v + v0) / v) must be the observed t.
    target = ((np.arange(1, n_top + 1) - 0.5) / n_genes - (1 - share) * p0) / share
    v0 = np.zeros(n_top)
    ahead = target > p0
    quantile = -special.stdtrit(df, target[ahead] / 2)
    v0[ahead] = v[top][ahead] * ((t[top][ahead] / quantile) ** 2 - 1)
    return float(np.clip(v0, *limits).mean())


def _at_largest_df(t: Array, df: Array) -> tuple[Array, float]:
    """abs(t) with the same tail probability at the largest df."""
    largest = float(df.max(initial=0.0))
    # One df for all genes lets the order statistics of abs(t) be compared.
    few = df < largest
    tail = np.maximum(special.stdtr(df[few], -t[few]), 1e-300)
    moved = t.copy()
    moved[few] = -special.stdtrit(largest, tail)
    return moved, largest
