"""Quasi-likelihood fit and F tests, edgeR 3.40's ``glmQLFit`` and ``glmQLFTest``.

Lund et al. 2012 (Stat Appl Genet Mol Biol 11:8); Chen, Lun & Smyth 2016 (F1000Research 5:1438).
"""

from dataclasses import dataclass

import numpy as np
from scipy import special

from revertome.arrays import Array
from revertome.limma.ebayes import moderate_variance
from revertome.quasi_likelihood.dispersion import (
    Dispersions,
    estimate_dispersion,
    residual_df,
    with_prior,
    zero_fits,
)
from revertome.quasi_likelihood.regression import Regression, regress

PRIOR_COUNT = 0.125  # of the reported coefficients


@dataclass(frozen=True)
class QuasiFit:
    """Quasi-likelihood fit of all genes.

    Attributes
    ----------
    y : (G, n)
        Counts.
    design : (n, p)
    offset : (n,)
    dispersions : Dispersions
    plain : Regression
        Maximum likelihood at the trended dispersions.
    coefficients : (G, p)
        With a prior count of 0.125, natural log.
    df_residual : (G,)
        Without the counts that are fitted by an exact zero.
    df_prior : float
    var_prior, var_post : (G,)
        Quasi-likelihood dispersions: their trend on abundance, and moderated towards it.
    """

    y: Array
    design: Array
    offset: Array
    dispersions: Dispersions
    plain: Regression
    coefficients: Array
    df_residual: Array
    df_prior: float
    var_prior: Array
    var_post: Array

    @property
    def df_total(self) -> Array:
        """Denominator degrees of freedom, (G,), at most those of all genes together."""
        most = len(self.y) * (self.design.shape[0] - self.design.shape[1])
        return np.asarray(np.minimum(self.df_prior + self.df_residual, most))


def quasi_fit(y: Array, design: Array, library: Array) -> QuasiFit:
    """Dispersions, regressions and moderated quasi-likelihood dispersions of counts.

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
        When the design has one column, as edgeR refuses it too, or no gene varies beyond it.
    """
    if design.shape[1] < 2:
        raise ValueError("a model of one coefficient has no smaller one to be tested against")
    found = estimate_dispersion(y, design, library)
    offset = np.log(library)
    plain = regress(y, design, found.trended, offset)
    more, with_more = with_prior(y, library, PRIOR_COUNT)
    shrunk = regress(more, design, found.trended, with_more).coefficients
    df = residual_df(zero_fits(y, plain.mu), design)
    variance = np.maximum(np.where(df > 0, plain.deviance / np.maximum(df, 1), 0.0), 0.0)
    prior, df_prior, post, _ = moderate_variance(variance, df, found.abundance)
    return QuasiFit(y, design, offset, found, plain, shrunk, df, float(df_prior), prior, post)


def f_test(fit: QuasiFit, contrast: Array) -> tuple[Array, Array, Array]:
    """log2 fold change, F and P of one contrast (p,), each (G,).

    F = (deviance without the contrast - deviance) / var_post, on 1 and `df_total` degrees of
    freedom. Where the moderated variance of a gene is below that of a Poisson count in some
    sample, its P is at least that of the Poisson likelihood ratio.
    """
    reduced = without(fit.design, contrast)
    trended = fit.dispersions.trended
    ratio = regress(fit.y, reduced, trended, fit.offset).deviance - fit.plain.deviance
    f = ratio / fit.var_post
    p = np.where(f > 0, special.fdtrc(1, fit.df_total, np.maximum(f, 0)), 1.0)
    below = ((1 + fit.plain.mu * trended[:, None]) * fit.var_post[:, None] < 1).any(axis=1)
    if below.any():
        y = fit.y[below]
        start = fit.plain.coefficients[below]
        full = regress(y, fit.design, 0.0, fit.offset, start).deviance
        poisson = regress(y, reduced, 0.0, fit.offset).deviance - full
        p[below] = np.maximum(p[below], special.chdtrc(1, np.maximum(poisson, 0)))
    return fit.coefficients @ contrast / np.log(2), f, p


def without(design: Array, contrast: Array) -> Array:
    """The design under the hypothesis that the contrast is 0, (n, p - 1).

    Its columns are the design's after a Householder reflection that turns the contrast into the
    first coefficient, which is left out.
    """
    length = np.copysign(np.linalg.norm(contrast), contrast[0])
    v = contrast / length
    v[0] += 1
    return np.asarray(design @ (np.eye(len(v)) - np.outer(v, v) / v[0])[:, 1:])
