"""Trimmed mean of M-values."""

import numpy as np
import numpy.typing as npt
from scipy.stats import rankdata

Array = npt.NDArray[np.float64]

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

    References
    ----------
    Robinson & Oshlack 2010, Genome Biol 11:R25.
    """
    counts = counts[:, (counts > 0).any(axis=0)]
    if counts.shape[1] == 0 or len(counts) == 1:
        return np.ones(len(counts))
    quartile = np.quantile(counts, 0.75, axis=1) / library_size
    if np.median(quartile) < 1e-20:
        reference = int(np.argmax(np.sqrt(counts).sum(axis=1)))
    else:
        reference = int(np.argmin(np.abs(quartile - quartile.mean())))
    ratios = np.array(
        [
            _trimmed_mean(row, counts[reference], size, library_size[reference])
            for row, size in zip(counts, library_size, strict=True)
        ]
    )
    factors: Array = np.exp2(ratios - ratios.mean())
    return factors


def _trimmed_mean(sample: Array, reference: Array, n: float, n_reference: float) -> float:
    """Weighted trimmed mean of the log2 ratios of two samples."""
    both = (sample > 0) & (reference > 0)
    a, b = sample[both], reference[both]
    if not len(a):
        return 0.0
    ratio = np.log2((a / n) / (b / n_reference))
    if np.abs(ratio).max() < 1e-6:
        return 0.0
    abundance = (np.log2(a / n) + np.log2(b / n_reference)) / 2
    variance = (n - a) / n / a + (n_reference - b) / n_reference / b
    keep = _untrimmed(ratio, LOG_RATIO_TRIM) & _untrimmed(abundance, SUM_TRIM)
    if not keep.any():
        return 0.0
    return float(np.average(ratio[keep], weights=1 / variance[keep]))


def _untrimmed(values: Array, share: float) -> npt.NDArray[np.bool_]:
    low = np.floor(len(values) * share) + 1
    rank = rankdata(values)
    inside: npt.NDArray[np.bool_] = (rank >= low) & (rank <= len(values) + 1 - low)
    return inside
