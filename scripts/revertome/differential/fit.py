"""Gene-wise linear models by least squares or generalised least squares.

The model is limma's ``lmFit`` (Smyth 2004, Stat Appl Genet Mol Biol 3:3; block
correlation: Smyth, Michaud & Scott 2005, Bioinformatics 21:2067).
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

Array = npt.NDArray[np.float64]
CHUNK = 512  # genes whose weighted designs are held in memory together


@dataclass(frozen=True)
class Fit:
    """Gene-wise fits.

    Attributes
    ----------
    coefficients : (G, p)
        Estimates, log2 units.
    covariance : (1, p, p) or (G, p, p)
        Unscaled covariance of the estimates; times sigma squared it is their covariance.
    sigma : (G,)
        Residual standard deviation.
    df_residual : float
        Residual degrees of freedom, n - p.
    mean : (G,)
        Mean log2 expression over the samples (AveExpr).
    names : list of str
        Coefficient names.
    """

    coefficients: Array
    covariance: Array
    sigma: Array
    df_residual: float
    mean: Array
    names: list[str]


def whitener(block: "pd.Series | None", n: int, correlation: float) -> Array:
    """Matrix W (n, n) with W'W the inverse of the block correlation matrix.

    Samples of one block have correlation `correlation`, all others none.
    """
    same = np.eye(n)
    if block is not None:
        code = pd.factorize(block, sort=True)[0]
        same = np.where(code[:, None] == code[None, :], correlation, 0.0)
        np.fill_diagonal(same, 1.0)
    lower = np.linalg.cholesky(same)
    return np.asarray(np.linalg.inv(lower))


def lm_fit(
    y: Array,
    design: pd.DataFrame,
    block: "pd.Series | None" = None,
    correlation: float = 0.0,
    weights: Array | None = None,
) -> Fit:
    """Fit one linear model to every gene.

    Parameters
    ----------
    y : (n, G)
        Log2 expression, samples in rows, finite.
    design : (n, p)
        Full-rank design matrix with named columns.
    block : (n,), optional
        Block (patient) of each sample.
    correlation : float
        Correlation between samples of one block.
    weights : (n, G), optional
        Observation weights (inverse variances up to a factor), positive.

    Returns
    -------
    Fit

    Raises
    ------
    ValueError
        When values are not finite, the design lacks full rank or leaves no residual df.
    """
    x = design.to_numpy(float)
    n, p = x.shape
    if not np.isfinite(y).all():
        raise ValueError("expression holds missing or infinite values; remove or impute them first")
    if np.linalg.matrix_rank(x) < p:
        raise ValueError("design is not of full rank")
    if n <= p:
        raise ValueError(f"{n} samples leave no residual degrees of freedom for {p} coefficients")
    white = whitener(block, n, correlation)
    names = [str(c) for c in design.columns]
    if weights is None:
        coefficients, covariance, rss = _solve_shared(white @ x, white @ y)
    else:
        coefficients, covariance, rss = _solve_weighted(white, x, y, weights)
    df = float(n - p)
    return Fit(coefficients, covariance, np.sqrt(rss / df), df, y.mean(axis=0), names)


def _solve_shared(x: Array, y: Array) -> tuple[Array, Array, Array]:
    q, r = np.linalg.qr(x)
    effects = q.T @ y
    inverse = np.linalg.inv(r)
    residual = y - q @ effects
    rss = np.einsum("ng,ng->g", residual, residual)
    return (inverse @ effects).T, (inverse @ inverse.T)[None], rss


def _solve_weighted(white: Array, x: Array, y: Array, weights: Array) -> tuple[Array, Array, Array]:
    n_genes, p = y.shape[1], x.shape[1]
    coefficients = np.empty((n_genes, p))
    covariance = np.empty((n_genes, p, p))
    rss = np.empty(n_genes)
    for start in range(0, n_genes, CHUNK):
        part = slice(start, start + CHUNK)
        root = np.sqrt(weights[:, part]).T
        xw = white @ (root[:, :, None] * x)
        yw = (root * y[:, part].T) @ white.T
        q, r = np.linalg.qr(xw)
        effects = np.einsum("gnp,gn->gp", q, yw)
        inverse = np.linalg.inv(r)
        residual = yw - np.einsum("gnp,gp->gn", q, effects)
        coefficients[part] = np.einsum("gpq,gq->gp", inverse, effects)
        covariance[part] = inverse @ inverse.transpose(0, 2, 1)
        rss[part] = np.einsum("gn,gn->g", residual, residual)
    return coefficients, covariance, rss
