"""voom: precision weights for log-counts (Law et al. 2014, Genome Biol 15:R29)."""

import numpy as np
import pandas as pd

from revertome.arrays import Array
from revertome.errors import StudyError
from revertome.limma.array_weights import array_weights
from revertome.limma.duplicate_correlation import duplicate_correlation
from revertome.limma.fit import lm_fit
from revertome.statistics.lowess import lowess

SPAN = 0.5


def voom(
    counts: Array,
    library_size: Array,
    design: pd.DataFrame,
    block: pd.Series | None = None,
    correlation: float = 0.0,
    samples: Array | None = None,
) -> tuple[Array, Array]:
    """Log2 counts per million and their precision weights.

    y = log2((count + 0.5) / (library + 1) * 1e6); the weight is the inverse fourth power of the
    lowess curve (span 0.5) of sqrt(sigma) on mean log2 count at the fitted count.

    Parameters
    ----------
    counts : (n, G)
        Counts; genes without any have no part in the curve.
    library_size : (n,)
        Effective library sizes (size x normalisation factor).
    design : (n, p)
        Full-rank design matrix.
    block, correlation
        Patient blocks and their correlation, as in `lm_fit`.
    samples : (n,), optional
        Sample weights of the fit behind the curve; the weights returned do not hold them.

    Returns
    -------
    y : (n, G)
    weights : (n, G)

    Raises
    ------
    StudyError
        When there are fewer than two genes, a count is missing or negative, all are 0, or the
        counts do not vary (limma's weights are then infinite).
    """
    _check_counts(counts)
    # 0.5 and 1 keep logs finite and the ratio below 1.
    million = np.log2(library_size + 1) - np.log2(1e6)
    y = np.log2(counts + 0.5) - million[:, None]
    fit = lm_fit(y, design, block, correlation, samples)
    # Back from counts per million to counts: the mean-variance relation belongs to counts, so a
    # gene's noise depends on how many reads it has in that sample.
    counted = counts.any(axis=0)  # the others tell nothing of the trend
    abundance = fit.mean[counted] + million.mean()
    at, first = np.unique(abundance, return_index=True)
    curve = lowess(abundance, np.sqrt(fit.sigma[counted]), SPAN)[first]
    if not (curve != 0).all():
        raise StudyError(
            "voom: most genes do not vary beyond the model; their weights are infinite"
        )
    # The curve is read at the fitted count, not at the observed one, whose noise would enter the
    # weight. It is sqrt(sigma), so its fourth power is a variance.
    fitted = design.to_numpy(float) @ fit.coefficients.T + million[:, None]
    return y, _interpolate(fitted, at, curve) ** -4


def _check_counts(counts: Array) -> None:
    if counts.shape[1] < 2:
        raise StudyError(f"voom needs at least two genes for its trend, not {counts.shape[1]}")
    if not np.isfinite(counts).all() or counts.min() < 0:
        raise StudyError("voom: counts must not be missing, infinite or negative")
    if not counts.any():
        raise StudyError("voom: every count of every gene is 0")


def _interpolate(x: Array, at: Array, value: Array) -> Array:
    """``numpy.interp`` of the rows of x, sorted first: neighbours fall between the same points."""
    result = np.empty_like(x)
    for row, found in zip(x, result, strict=True):
        order = np.argsort(row)
        found[order] = np.interp(row[order], at, value)
    return result


def voom_with_quality_weights(
    counts: Array,
    library_size: Array,
    design: pd.DataFrame,
    block: pd.Series | None = None,
    correlation: float = 0.0,
) -> tuple[Array, Array]:
    """voom whose weights also hold the quality of samples (Liu et al. 2015, NAR 43:e97).

    Two passes of `voom` and `array_weights`; limma's ``voomWithQualityWeights(method = "reml")``.
    Parameters and results are those of `voom`.
    """
    y, weights = voom(counts, library_size, design, block, correlation)
    samples = array_weights(y, design, weights)
    y, weights = voom(counts, library_size, design, block, correlation, samples)
    return y, array_weights(y, design, weights)[:, None] * weights


def voom_blocked(
    counts: Array,
    library_size: Array,
    design: pd.DataFrame,
    block: pd.Series,
    weigh_samples: bool = False,
) -> tuple[Array, Array, float]:
    """voom with a consensus patient correlation in two passes, as limma's guide advises.

    Parameters
    ----------
    counts, library_size, design, block
        As in `voom`.
    weigh_samples : bool
        With `voom_with_quality_weights` in place of `voom`.

    Returns
    -------
    y, weights : (n, G)
    correlation : float
    """
    weigh = voom_with_quality_weights if weigh_samples else voom
    y, weights = weigh(counts, library_size, design)
    correlation = duplicate_correlation(y, design, block, weights)
    y, weights = weigh(counts, library_size, design, block, correlation)
    return y, weights, duplicate_correlation(y, design, block, weights)
