"""Normal-exponential background correction of BeadChips, and what follows: limma's neqc."""

import numpy as np
from scipy import special  # scipy.stats takes half a second to import

from revertome.arrays import Array
from revertome.errors import StudyError
from revertome.statistics.quantile import normalize_quantiles

OFFSET = 16.0
SMALLEST_ALPHA = 10.0


def neqc(x: Array, negative: Array, controls: Array) -> Array:
    """Correct, quantile normalise and log: ``limma::neqc`` with control probes.

    Parameters
    ----------
    x : (samples, probes)
        Signals of regular probes, unlogged; NaN where missing.
    negative : (samples, negative controls)
        Signals of negative control probes: mean and standard deviation of the background.
    controls : (samples, control probes)
        Signals of all control probes, which take part in the quantile normalisation.

    Returns
    -------
    (samples, probes)
        Log2 expression.

    Raises
    ------
    StudyError
        Fewer than two negative controls, or controls that do not vary.

    References
    ----------
    Shi, Oshlack & Smyth 2010, Nucleic Acids Res 38:e204.
    """
    if negative.shape[1] < 2 or not (negative.std(axis=1) > 0).all():
        raise StudyError("negative control probes are too few, or do not vary within an array")
    corrected = [
        normexp_signal(
            np.append(regular, control), regular, background.mean(), background.std(ddof=1)
        )
        for regular, control, background in zip(x, controls, negative, strict=True)
    ]
    return _finish(np.array(corrected))[:, : x.shape[1]]


def neqc_by_detection(x: Array, p: Array) -> Array:
    """Correct, quantile normalise and log: ``limma::neqc`` with detection p-values.

    Parameters
    ----------
    x, p : (samples, probes)
        Signals of regular probes, unlogged (NaN where missing), and their detection p-values, from
        which mean and standard deviation of the negative controls are inferred.

    Returns
    -------
    (samples, probes)
        Log2 expression.

    Raises
    ------
    StudyError
        P-values of fewer than three levels in an array.

    References
    ----------
    Shi, de Graaf, Chinkes & Smyth 2010, Bioinformatics 26:2363-2364.
    """
    if p[0, np.nanargmax(x[0])] < p[0, np.nanargmin(x[0])]:
        p = 1 - p
    corrected = [
        normexp_signal(y, y, *_background_of_detection(y, q)) for y, q in zip(x, p, strict=True)
    ]
    return _finish(np.array(corrected))


def normexp_signal(x: Array, regular: Array, mu: float, sigma: float) -> Array:
    """Expected signal, given background normal (mu, sigma) and signal exponential.

    The mean signal alpha is that of the regular probes above mu, at least 10. With
    m = x - mu - sigma^2 / alpha the expectation is m + sigma phi(m/sigma) / Phi(m/sigma).
    """
    alpha = max(float(np.nanmean(regular)) - mu, SMALLEST_ALPHA)
    m = x - mu - sigma**2 / alpha
    signal: Array = np.maximum(m + sigma * inverse_mills(m / sigma), 1e-6)
    return signal


def inverse_mills(z: Array) -> Array:
    """Ratio phi(z) / Phi(z) of the normal density and distribution, stable far below 0."""
    log_density = -(z**2) / 2 - np.log(2 * np.pi) / 2
    ratio: Array = np.exp(log_density - special.log_ndtr(z))
    return ratio


def _background_of_detection(y: Array, p: Array) -> tuple[float, float]:
    """Mean and standard deviation of negative controls.

    A detection p-value is the share of negative controls that are brighter, so it steps where a
    control lies between two probes; a step of k times the smallest is taken as k controls.
    """
    there = ~np.isnan(y)
    y, p = y[there], p[there]
    order = np.lexsort((y, p))
    y, p = y[order], p[order]
    at = np.flatnonzero(p[1:] != p[:-1]) + 1
    if len(at) < 2:
        raise StudyError("detection p-values have fewer than three levels in an array")
    control, step = (y[at] + y[at - 1]) / 2, p[at] - p[at - 1]
    number = step / step.min()
    n = number.sum()
    mu = float(control @ number / n)
    return mu, float(np.sqrt(((control - mu) ** 2) @ number / (n - 1)))


def _finish(corrected: Array) -> Array:
    logged: Array = np.log2(normalize_quantiles(corrected + OFFSET))
    return logged
