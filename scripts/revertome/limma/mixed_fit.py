"""Gene-wise mixed models, y = Xb + Zu + e with a random patient intercept, by REML.

Each gene has its own variance ratio g = var(u) / var(e), where `lm_fit` with a block
correlation has one for all. The model is that of dream (Hoffman & Roussos 2021,
Bioinformatics 37:192); degrees of freedom after Satterthwaite, as in lmerTest (Kuznetsova et
al. 2017, J Stat Softw 82:13).
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from revertome.arrays import Array
from revertome.limma.constant import constant
from revertome.limma.satterthwaite import satterthwaite
from revertome.statistics.reml import inverse_hessian, reml_ratio, residual_squares


@dataclass(frozen=True)
class MixedFit:
    """Contrasts of gene-wise mixed models.

    Attributes
    ----------
    coefficients : (G, k)
        Estimates of the contrasts, log2 units.
    covariance : (G, k, k)
        C'(X'W^-1 X)^-1 C with W = I + g ZZ'; times sigma squared it is their covariance.
    sigma : (G,)
        Residual standard deviation.
    ratio : (G,)
        Variance ratio g, never negative.
    df_sigma : (G,)
        Degrees of freedom 2 sigma^4 / var(sigma^2) of the residual variance.
    df : (G, k)
        Satterthwaite degrees of freedom of the contrasts.
    mean : (G,)
        Mean log2 expression.
    names : list of str
        Contrast names.
    slope : (G, k, k)
        Derivative of the contrasts' covariance in var(u).
    inverse : three of (G,)
        Entries (00, 01, 11) of `inverse_hessian`.
    """

    coefficients: Array
    covariance: Array
    sigma: Array
    ratio: Array
    df_sigma: Array
    df: Array
    mean: Array
    names: list[str]
    slope: Array
    inverse: tuple[Array, Array, Array]


def mixed_fit(
    y: Array, design: pd.DataFrame, block: pd.Series, contrasts: dict[str, pd.Series]
) -> MixedFit:
    """Fit the mixed model of every gene and estimate contrasts.

    A variance ratio that would be negative is 0: least squares. A gene without residual
    variance has ratio and sigma 0.

    With v = c'(X'V^-1 X)^-1 c, its gradient d in (sigma^2, var(u)) and the inverse H^-1 of
    half the Hessian of -2 log REML, the degrees of freedom are v^2 / (d'H^-1 d), twice the
    squared variance over the variance of the variance; n - p where the ratio is 0.

    Parameters
    ----------
    y : (n, G)
        Log2 expression, samples in rows, finite.
    design : (n, p)
        Full-rank design matrix.
    block : (n,)
        Patient of each sample.
    contrasts : dict of str to Series, (p,)
        Coefficients of each contrast.

    Returns
    -------
    MixedFit

    Raises
    ------
    ValueError
        When values are not finite, or no patient has two samples, or too few samples are left
        to split the variance, or none between patients.
    """
    if not np.isfinite(y).all():
        raise ValueError("expression holds missing or infinite values; remove or impute them first")
    x = design.to_numpy(float)
    code = pd.factorize(block, sort=True)[0]
    z = np.eye(code.max() + 1)[code]
    if z.sum(axis=0).max() < 2:
        raise ValueError("no patient has two samples: a patient variance cannot be estimated")
    if len(y) - x.shape[1] <= 2:
        raise ValueError("too few samples beyond the design to estimate a patient variance")
    # Squares of the n - p independent residual contrasts; all that REML needs of the data.
    square, eigen = residual_squares(y, x, z)
    if np.ptp(eigen) < 1e-9:
        raise ValueError(
            "the design leaves no information to separate patient from residual variance"
        )
    alive = ~constant(square.sum(axis=0), np.einsum("ng,ng->g", y, y))
    ratio = reml_ratio(np.where(alive, square, 1.0), eigen)
    ratio[~alive] = 0.0
    # Divided by their variances up to sigma^2, the squares estimate sigma^2 alike; REML takes the
    # mean.
    scaled = square / (1 + np.outer(eigen, ratio))
    variance = np.where(alive, scaled.mean(axis=0), 0.0)
    inverse = inverse_hessian(scaled, eigen, ratio, variance)
    c = np.column_stack([v.reindex(design.columns, fill_value=0.0) for v in contrasts.values()])
    beta, covariance, slope = _estimates(y, x, z, ratio, c)
    return MixedFit(
        coefficients=beta,
        covariance=covariance,
        sigma=np.sqrt(variance),
        ratio=ratio,
        df_sigma=1 / inverse[0],
        df=satterthwaite(
            np.einsum("gkk->gk", covariance), np.einsum("gkk->gk", slope), ratio, inverse
        ),
        mean=y.mean(axis=0),
        names=list(contrasts),
        slope=slope,
        inverse=inverse,
    )


def _estimates(y: Array, x: Array, z: Array, ratio: Array, c: Array) -> tuple[Array, Array, Array]:
    """Contrasts (G, k), their unscaled covariance, and its derivative in var(u), (G, k, k).

    W^-1 = I - Z diag(g / (1 + g n_b)) Z' depends on a block through its size n_b only, so the
    sums over the blocks of one size serve all genes.
    """
    # Sherman-Morrison in every block: (I + g 11')^-1 = I - g / (1 + g n_b) 11'. So X'W^-1 X is
    # X'X less a multiple of the outer products of block sums.
    sizes = z.sum(axis=0)
    xwx = np.broadcast_to(x.T @ x, (len(ratio), x.shape[1], x.shape[1]))
    xwy = (x.T @ y).T
    outer = np.zeros_like(xwx)
    for size in np.unique(sizes):
        zx = z[:, sizes == size].T @ x
        shrink = ratio / (1 + ratio * size)
        xwx = xwx - shrink[:, None, None] * (zx.T @ zx)
        xwy = xwy - shrink[:, None] * (zx.T @ (z[:, sizes == size].T @ y)).T
        outer += ((1 + ratio * size) ** -2)[:, None, None] * (zx.T @ zx)
    # solved = (X'W^-1 X)^-1 C. Then beta = C'(X'W^-1 X)^-1 X'W^-1 y, and by dW^-1/dg = -W^-1 ZZ'
    # W^-1 the covariance changes with var(u) by solved' (X'W^-1 ZZ' W^-1 X) solved.
    solved = np.linalg.solve(xwx, np.broadcast_to(c, (len(ratio), *c.shape)))
    beta = np.einsum("gpk,gp->gk", solved, xwy)
    slope = np.swapaxes(solved, 1, 2) @ outer @ solved
    return beta, c.T @ solved, slope
