"""Gene-wise linear models by least squares or generalised least squares.

The model is limma's ``lmFit`` (Smyth 2004, Stat Appl Genet Mol Biol 3:3; block
correlation: Smyth, Michaud & Scott 2005, Bioinformatics 21:2067).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from revertome.arrays import Array
from revertome.limma.constant import zero_constant
from revertome.limma.solve_absorbed import Absorbed, solve_absorbed
from revertome.limma.solve_genewise import Blocks, solve_genewise, unknown_directions
from revertome.limma.solve_shared import solve_shared
from revertome.trial import aliased, check_freedom

__all__ = ["Array", "Fit", "lm_fit", "whitener"]


@dataclass(frozen=True)
class Fit:
    """Gene-wise fits.

    Attributes
    ----------
    coefficients : (G, p)
        Estimates, log2 units; NaN where the observations of a gene cannot estimate one.
    covariance : (1, p, p) or (G, p, p)
        Unscaled covariance of the estimates; times sigma squared it is their covariance. In
        parts (`Absorbed`) after a weighted fit of independent samples.
    sigma : (G,)
        Residual standard deviation; NaN without residual degrees of freedom.
    df_residual : float or (G,)
        Residual degrees of freedom, n - p; one a gene when values are missing.
    mean : (G,)
        Mean log2 expression over the samples with a value (AveExpr), unweighted.
    names : list of str
        Coefficient names.
    untold : dict of int to (p, k)
        Of genes (positions) whose observations leave coefficients aliased: combinations of
        coefficients that can be added to the estimates without changing the fit.
    """

    coefficients: Array
    covariance: Array | Absorbed
    sigma: Array
    df_residual: float | Array
    mean: Array
    names: list[str]
    untold: Mapping[int, Array] = field(default_factory=dict)


def whitener(block: "pd.Series | None", n: int, correlation: float) -> Array:
    """Matrix W (n, n) with W'W the inverse of the block correlation matrix.

    Samples of one block have correlation `correlation`, all others none.
    """
    white = np.eye(n)
    if block is None:
        return white
    code = pd.factorize(block, sort=True)[0]
    order, size = np.argsort(code, kind="stable"), np.bincount(code)
    own = {m: _whitener_of(m, correlation) for m in set(size)}
    for rows in np.split(order, np.cumsum(size)[:-1]):
        white[np.ix_(rows, rows)] = own[len(rows)]
    return white


def _whitener_of(m: int, correlation: float) -> Array:
    """Matrix W (m, m) of one block of m samples."""
    same = np.full((m, m), correlation)
    np.fill_diagonal(same, 1.0)
    # R = LL', so W = L^-1 has W R W' = I and W'W = R^-1.
    return np.asarray(np.linalg.inv(np.linalg.cholesky(same)))


def lm_fit(
    y: Array,
    design: pd.DataFrame,
    block: "pd.Series | None" = None,
    correlation: float | Array = 0.0,
    weights: Array | None = None,
) -> Fit:
    """Fit one linear model to every gene.

    Parameters
    ----------
    y : (n, G)
        Log2 expression, samples in rows; NaN where missing. A gene is fitted to the samples
        in which it has a value.
    design : (n, p)
        Full-rank design matrix with named columns.
    block : (n,), optional
        Block (patient) of each sample.
    correlation : float or (G,)
        Correlation between samples of one block; one for all genes, or one a gene.
    weights : (n,) or (n, G), optional
        Sample or observation weights (inverse variances up to a factor). A weight of 0 makes
        the sample, or the observation, a missing one.

    Returns
    -------
    Fit
        A gene that does not vary beyond the design has sigma 0, where limma has what rounding
        leaves. A gene without any value has NaN coefficients and no residual degrees of freedom;
        one with as many values as coefficients has coefficients and a NaN sigma.

    Raises
    ------
    ValueError
        When values are infinite, weights are negative or not finite, the design is not of full
        rank or leaves no residual degrees of freedom, or the correlation is not possible.
    """
    complete = _check_values(y)
    _check_weights(weights, y.shape)
    mean, n = _mean(y, complete), len(y)
    if np.ndim(correlation):
        weights = np.broadcast_to(1.0 if weights is None else weights.T, y.shape[::-1]).T
    if weights is not None and weights.ndim == 1:
        kept = weights > 0
        y = y[kept]
        design = design[kept]
        weights = weights[kept]
        block = None if block is None else block[kept]
    elif weights is not None and not (weights > 0).all():
        y, complete = np.where(weights > 0, y, np.nan), False
    x = _checked(design, n - len(design))
    _check_correlation(block, correlation)
    names = [str(c) for c in design.columns]
    df_shared = float(len(x) - x.shape[1])
    # Three solvers by what the genes share: weights of their own and independent samples; weights
    # or correlations of their own with blocks, or missing values; one design and one weighting.
    alone = block is None or not np.any(correlation)
    if complete and alone and weights is not None and weights.ndim == 2:
        coefficients, swept, rss = solve_absorbed(x, y, weights)
        zero_constant(rss, y, weights)
        return Fit(coefficients, swept, np.sqrt(rss / df_shared), df_shared, mean, names)
    if weights is not None and weights.ndim == 2:
        found = solve_genewise(x, y, Blocks(block, len(y), correlation), weights)
        zero_constant(found[2], y, weights)
        return _genewise_fit(*found, mean, names, unknown_directions(x, y, found[0]))
    white = whitener(block, len(y), float(correlation))
    if weights is not None:
        white = white * np.sqrt(weights)
    if complete:
        coefficients, covariance, rss = solve_shared(white, x, y)
        zero_constant(rss, y, weights)
        return Fit(coefficients, covariance, np.sqrt(rss / df_shared), df_shared, mean, names)
    found = _with_gaps(white, x, y, Blocks(block, len(y), correlation), weights)
    zero_constant(found[2], y, weights)
    return _genewise_fit(*found, mean, names, unknown_directions(x, y, found[0]))


def _with_gaps(
    white: Array, x: Array, y: Array, blocks: Blocks, weights: Array | None
) -> tuple[Array, Array, Array, Array]:
    """Coefficients, covariances, residual sums of squares and their df where values are missing.

    Genes with a value in every sample share their design; the others have one each.
    """
    gaps = np.isnan(y).any(axis=0)
    n_genes, p = y.shape[1], x.shape[1]
    coefficients, covariance = np.empty((n_genes, p)), np.empty((n_genes, p, p))
    rss, df = np.empty(n_genes), np.full(n_genes, float(len(x) - p))
    if not gaps.all():
        coefficients[~gaps], covariance[~gaps], rss[~gaps] = solve_shared(white, x, y[:, ~gaps])
    wide = None
    if weights is not None:
        wide = np.broadcast_to(weights[:, None], (len(y), int(gaps.sum())))
    own = solve_genewise(x, y[:, gaps], blocks, wide)
    coefficients[gaps], covariance[gaps], rss[gaps], df[gaps] = own
    return coefficients, covariance, rss, df


def _genewise_fit(
    coefficients: Array,
    covariance: Array,
    rss: Array,
    df: Array,
    mean: Array,
    names: list[str],
    untold: dict[int, Array],
) -> Fit:
    with np.errstate(divide="ignore", invalid="ignore"):
        sigma = np.where(df > 0, np.sqrt(rss / df), np.nan)
    same = len(df) > 0 and (df == df[0]).all()
    return Fit(coefficients, covariance, sigma, float(df[0]) if same else df, mean, names, untold)


def _mean(y: Array, complete: bool) -> Array:
    if complete:
        return np.asarray(y.mean(axis=0))
    there = ~np.isnan(y)
    with np.errstate(invalid="ignore"):
        return np.asarray(np.where(there, y, 0.0).sum(axis=0) / there.sum(axis=0))


def _check_values(y: Array) -> bool:
    """Whether no value is missing."""
    if np.isfinite(y).all():
        return True
    infinite = np.argwhere(np.isinf(y))
    if len(infinite):
        sample, gene = infinite[0]
        raise ValueError(
            f"expression holds {len(infinite)} infinite values (first: sample {sample}, "
            f"gene {gene}); mark them as missing (NaN) or remove them"
        )
    return False


def _check_weights(weights: Array | None, shape: tuple[int, ...]) -> None:
    if weights is None:
        return
    if weights.shape not in (shape, shape[:1]):
        raise ValueError(f"weights have shape {weights.shape}, not {shape[:1]} or {shape}")
    if not np.isfinite(weights).all() or (weights < 0).any():
        raise ValueError("weights must be finite and not negative; 0 leaves an observation out")


def _checked(design: pd.DataFrame, left_out: int) -> Array:
    x = design.to_numpy(float)
    n, p = x.shape
    without = f" ({left_out} more have weight 0)" if left_out else ""
    check_freedom(n, p, without)
    lost = aliased(design)
    if lost:
        raise ValueError(
            f"design is not of full rank over {n} samples{without}: {', '.join(lost)} "
            "can be written as combinations of the columns before (aliased); remove them"
        )
    return np.asarray(x)


def _check_correlation(block: "pd.Series | None", correlation: float | Array) -> None:
    if block is None:
        return
    largest = int(block.value_counts().max())
    lowest = -1.0 if largest == 1 else 1 / (1 - largest)
    given = np.atleast_1d(correlation)
    wrong = given[~((lowest < given) & (given < 1))]
    if len(wrong):
        raise ValueError(
            f"correlation {wrong[0]:g} is not possible in blocks of {largest} samples; "
            f"expected more than {lowest:g} and less than 1"
        )
