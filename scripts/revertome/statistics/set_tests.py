"""Tests of many gene sets that count samples, not genes.

`fry` asks whether the genes of a set change (self-contained; the limit of rotation tests, Wu et al.
2010, Bioinformatics 26:2176, as limma's ``fry``), `camera` whether they change more than the
other genes (competitive; Wu & Smyth 2012, Nucleic Acids Res 40:e133). Both take the noise of the
genes, so that genes which rise and fall together count for what they tell.
"""

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
from scipy import sparse, special

from revertome.arrays import Array

Places = npt.NDArray[np.intp]
LEAST_VARIANCE = 1e-8
CHUNK = 1024  # genes whose squares are held at once
KEPT = 0.92  # of the degrees of freedom once the largest square is left out, as limma has it
_ROOTS, _WEIGHTS = special.roots_legendre(128)
NODES, WEIGHTS = (_ROOTS + 1) / 2, _WEIGHTS / 2


class Tested(NamedTuple):
    """Estimate of every set, its t and two-sided p, (sets,)."""

    estimate: Array
    t: Array
    p: Array


def members(sets: Sequence[Places], n_genes: int) -> sparse.csr_array:
    """Sets x genes, 1 where the set holds the gene, from the places of the genes of each set."""
    rows = np.repeat(np.arange(len(sets)), [len(each) for each in sets])
    places = np.concatenate([*sets, np.empty(0)]).astype(np.intp)
    return sparse.csr_array((np.ones(len(rows)), (rows, places)), (len(sets), n_genes))


def means(sets: sparse.csr_array, values: Array) -> Array:
    """Mean of the values (G,) or (G, k) over the genes of each set; NaN for an empty set."""
    size = np.asarray(sets.sum(axis=1), dtype=float).reshape(-1, *[1] * (values.ndim - 1))
    total = sets @ values
    return np.asarray(np.divide(total, size, out=np.full_like(total, np.nan), where=size > 0))


def weighed(sets: sparse.csr_array, factor: Array) -> sparse.csr_array:
    """Sets whose genes count `factor` (G,) times: no copy of what is summed over them."""
    return sparse.csr_array(
        (sets.data * factor[sets.indices], sets.indices, sets.indptr), sets.shape
    )


def by_genes(sets: sparse.csr_array) -> Iterator[tuple[slice, sparse.csc_array]]:
    """Columns of sets x genes, so many at a time that what is made of their values is no copy."""
    columns = sets.tocsc()
    for start in range(0, sets.shape[1], CHUNK):
        part = slice(start, start + CHUNK)
        yield part, columns[:, part]


def _mean_of(sets: sparse.csr_array, values: npt.NDArray[np.floating[Any]], by: Array) -> Array:
    """Mean over the genes of each set of values (G, k) times factors (G,)."""
    size = np.asarray(sets.sum(axis=1), dtype=float)[:, None]
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray((weighed(sets, by) @ values) / size)


def mean_estimate(
    sets: sparse.csr_array, logfc: Array, noise: Array, unscaled: Array
) -> tuple[Array, Array, Array]:
    """Mean log2 fold change of each set with its 95% limits.

    Parameters
    ----------
    sets : (sets, G)
    logfc : (G,)
    noise : (G, d)
        Residual effects.
    unscaled : (G,)
        Standard deviation of the estimate over that of the gene.

    Returns
    -------
    estimate, low, high : (sets,)
        The t interval of d degrees of freedom for the mean over the genes: its standard error is
        the root mean square of the residual effects of that mean.
    """
    estimate = means(sets, logfc)
    error = _mean_of(sets, noise, unscaled)
    d = noise.shape[1]
    half = special.stdtrit(d, 0.975) * np.sqrt(np.einsum("sd,sd->s", error, error) / d)
    return estimate, estimate - half, estimate + half


def fry(sets: sparse.csr_array, signal: Array, noise: Array, scale: Array) -> Tested:
    """Test whether the genes of each set change, in one direction.

    Parameters
    ----------
    sets : (sets, G)
    signal, noise : (G,), (G, d)
        See `limma.effects.Effects`.
    scale : (G,)
        Standard deviation that genes are divided by, see `robust_variance`.

    Returns
    -------
    Tested
        The mean standardised signal of the set; t of d degrees of freedom, that over the root mean
        square of its mean standardised noise.
    """
    estimate, d = means(sets, signal / scale), noise.shape[1]
    spread = (_mean_of(sets, noise, 1 / scale) ** 2).mean(axis=1)
    with np.errstate(divide="ignore", invalid="ignore"):
        t = estimate / np.sqrt(spread)
    return Tested(estimate, t, 2 * special.stdtr(d, -np.abs(t)))


def robust_variance(signal: Array, noise: Array) -> tuple[Array, float]:
    """Variance of each gene from all its effects but the largest, and its degrees of freedom.

    A gene that changes has one large effect, its signal, which must not enter its own scale; nor
    may only the noise, which would tell the two apart in rotations.
    """
    d = noise.shape[1]
    # Expected largest square of d + 1 standard normal effects, by quadrature over its quantiles.
    largest = ((d + 1) * NODES**d * special.chdtri(1, 1 - NODES) * WEIGHTS).sum()
    top, left = np.empty(len(noise)), np.empty(len(noise))
    for start in range(0, len(noise), CHUNK):  # their squares are as many numbers again
        part = slice(start, start + CHUNK)
        square = noise[part] ** 2
        top[part], left[part] = square.max(axis=1), square.sum(axis=1)
    top = np.maximum(top, signal**2)
    left += signal**2 - top
    return left / (d + 1 - largest), KEPT * d


def inflation(sets: sparse.csr_array, noise: npt.NDArray[np.floating[Any]]) -> Array:
    """Inflation of the variance of each set's mean by the correlation of its genes, (sets,).

    With m genes of unit variance m x the variance of their mean, estimated by the mean square of
    its residual effects; 1 for a set of one gene.
    """
    variance = np.einsum("gd,gd->g", noise, noise) / noise.shape[1]
    unit = _mean_of(sets, noise, 1 / np.sqrt(np.maximum(variance, LEAST_VARIANCE)))
    size = np.asarray(sets.sum(axis=1), dtype=float)
    return np.where(size > 1, size * (unit**2).mean(axis=1), 1.0)


def camera(sets: sparse.csr_array, statistic: Array, inflated: Array, df: float) -> Tested:
    """Test whether the statistics of each set are higher or lower than those of other genes.

    Parameters
    ----------
    sets : (sets, G)
    statistic : (G,)
        Normal scores.
    inflated : (sets,)
        See `inflation`; at least 1 is taken, so that genes of a set are not held to be less alike
        than independent ones.
    df : float
        Degrees of freedom of the noise; at most G - 2 are used.

    Returns
    -------
    Tested
        Difference of the means inside and outside, with t and p; NaN for a set without a gene, or
        one that leaves no gene outside.
    """
    n = len(statistic)
    m = np.asarray(sets.sum(axis=1), dtype=float)
    others = np.where(m < n, n - m, np.nan)
    # mean(inside) - mean(outside) from the overall mean; `pooled` is the variance within both.
    delta = n / others * (means(sets, statistic) - statistic.mean())
    pooled = ((n - 1) * statistic.var(ddof=1) - delta**2 * m * others / n) / (n - 2)
    with np.errstate(divide="ignore", invalid="ignore"):
        t = delta / np.sqrt(pooled * (np.maximum(inflated, 1.0) / m + 1 / others))
    return Tested(delta, t, 2 * special.stdtr(min(df, n - 2), -np.abs(t)))


def normal_score(t: Array, df: float | Array) -> Array:
    """Normal deviate of the tail probability of t, by Hill's series (1970, CACM 13:617).

    It keeps its accuracy where the probability itself is 0 in double precision.
    """
    df = np.minimum(df, 1e100)
    a = df - 0.5
    b = 48 * a * a
    z = a * np.log1p(t / df * t)
    inner = (((-0.4 * z - 3.3) * z - 24) * z - 85.5) / (0.8 * z * z + 100 + b)
    return np.asarray(np.sign(t) * ((inner + z + 3) / b + 1) * np.sqrt(z))
