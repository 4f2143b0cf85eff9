"""Normalisation factors of counts: trimmed mean of M-values, and upper quartile."""

import numpy as np
import numpy.typing as npt

from revertome.arrays import Array
from revertome.errors import StudyError

LOG_RATIO_TRIM = 0.3
SUM_TRIM = 0.05


def tmm_factors(counts: Array, library_size: Array) -> Array:
    """Normalisation factors as edgeR's ``calcNormFactors(method = "TMM")``.

    The factor of a sample is 2 to the weighted mean of its log ratios to a reference sample, over
    genes counted in both, after trimming 30% of the log ratios and 5% of the mean log abundances
    at each end; weights are inverse delta-method variances. The reference has the upper quartile
    (per library size) nearest to the mean. Factors multiply to 1.

    Parameters
    ----------
    counts : (samples, genes)
        Counts.
    library_size : (samples,)
        Total counts.

    Returns
    -------
    (samples,)
        Factors; effective library size = library size times factor.

    Raises
    ------
    StudyError
        A sample has no count while others have: it has no factor.

    References
    ----------
    Robinson & Oshlack 2010, Genome Biol 11:R25.
    """
    counts = _counted(counts)
    if counts.shape[1] == 0 or len(counts) == 1:
        return np.ones(len(counts))
    empty = np.flatnonzero(~(library_size > 0) | ~counts.any(axis=1))
    if len(empty):
        raise StudyError(
            f"normalise.method: tmm: sample {empty[0] + 1} of {len(counts)} has no count in the "
            "genes that are kept; exclude it (intake.exclude)"
        )
    quartile = _upper_quartile(counts) / library_size
    if np.median(quartile) < 1e-20:
        reference = int(np.argmax(np.sqrt(counts).sum(axis=1)))
    else:
        reference = int(np.argmin(np.abs(quartile - quartile.mean())))
    common = counts[reference], float(library_size[reference])
    sizes = zip(counts, library_size, strict=True)
    return _multiply_to_one(np.array([_trimmed_mean(row, n, *common) for row, n in sizes]))


def upper_quartile_factors(counts: Array, library_size: Array) -> Array:
    """Normalisation factors as edgeR's ``calcNormFactors(method = "upperquartile")``.

    The factor of a sample is the upper quartile of its counts, over genes counted in some
    sample, divided by its library size. Factors multiply to 1.

    Parameters
    ----------
    counts : (samples, genes)
        Counts.
    library_size : (samples,)
        Total counts.

    Returns
    -------
    (samples,)
        Factors; effective library size = library size times factor.

    Raises
    ------
    StudyError
        A quarter or less of the genes are counted in a sample, whose upper quartile is then 0.

    References
    ----------
    Bullard et al. 2010, BMC Bioinformatics 11:94.
    """
    counts = _counted(counts)
    if counts.shape[1] == 0 or len(counts) == 1:
        return np.ones(len(counts))
    quartile = _upper_quartile(counts)
    if (quartile == 0).any():
        at = int(np.argmin(quartile))
        raise StudyError(
            "normalise.method: upper_quartile: three quarters of the genes have no count in "
            f"sample {at + 1} of {len(counts)}; use tmm"
        )
    return _multiply_to_one(np.log2(quartile / library_size))


def _counted(counts: Array) -> Array:
    """Genes with a count in some sample."""
    there = counts.max(axis=0, initial=0) > 0
    return counts if there.all() else counts[:, there]


def _upper_quartile(counts: Array) -> Array:
    return np.array([np.quantile(sample, 0.75) for sample in counts])


def _multiply_to_one(log_factors: Array) -> Array:
    return np.asarray(np.exp2(log_factors - log_factors.mean()))


def _trimmed_mean(sample: Array, n: float, reference: Array, n_reference: float) -> float:
    """Weighted trimmed mean of the log2 ratios of two samples."""
    both = (sample > 0) & (reference > 0)
    a, b = sample[both], reference[both]
    if not len(a):
        return 0.0
    share, share_reference = a / n, b / n_reference
    ratio = np.log2(share / share_reference)
    if np.abs(ratio).max() < 1e-6:
        return 0.0
    abundance = np.log2(share) + np.log2(share_reference)
    variance = (n - a) / n / a + (n_reference - b) / n_reference / b
    keep = _untrimmed(ratio, LOG_RATIO_TRIM) & _untrimmed(abundance, SUM_TRIM)
    if not keep.any():
        return 0.0
    return float(np.average(ratio[keep], weights=1 / variance[keep]))


def _untrimmed(values: Array, share: float) -> npt.NDArray[np.bool_]:
    """Values whose rank lies within the trimmed ends; tied values have their average rank."""
    n, cut = len(values), int(np.floor(len(values) * share))
    ordered = np.sort(values)
    ends = ordered[[cut, n - 1 - cut]]
    rank = (np.searchsorted(ordered, ends) + 1 + np.searchsorted(ordered, ends, "right")) / 2
    above = values >= ends[0] if rank[0] >= cut + 1 else values > ends[0]
    below = values <= ends[1] if rank[1] <= n - cut else values < ends[1]
    return np.asarray(above & below)
