"""Robust multi-array average: background, quantiles, median polish."""

import numpy as np
import numpy.typing as npt
from scipy import fft

from revertome.arrays import Array
from revertome.intake.arrays.normexp import inverse_mills
from revertome.statistics.quantile import normalize_quantiles

Ints = npt.NDArray[np.intp]

GRID = 16384
CHUNK = 2000
ITERATIONS = 10
CONVERGED = 0.01


def rma(probes: Array, sizes: Ints) -> Array:
    """Summarise perfect-match probes: ``affy::rma``.

    Parameters
    ----------
    probes : (samples, probes)
        Intensities, probe sets one after the other.
    sizes : (probe sets,)
        Number of probes of each.

    Returns
    -------
    (samples, probe sets)
        Log2 expression.

    References
    ----------
    Irizarry et al. 2003, Biostatistics 4:249-264; Bolstad et al. 2003, Bioinformatics 19:185-193.
    """
    corrected = np.array([background_correct(sample) for sample in probes])
    logged = np.log2(normalize_quantiles(corrected))
    result = np.empty((len(probes), len(sizes)))
    start = np.cumsum(sizes) - sizes
    for size in np.unique(sizes):
        alike = np.flatnonzero(sizes == size)
        for first in range(0, len(alike), CHUNK):  # bounds the memory
            chosen = alike[first : first + CHUNK]
            at = start[chosen][:, None] + np.arange(size)
            result[:, chosen] = median_polish(logged[:, at].transpose(1, 2, 0)).T
    return result


def background_correct(x: Array) -> Array:
    """Expected signal of each probe, of normal background and exponential signal.

    With mu the mode of the values below their mode, sigma sqrt(2) times the root mean square
    distance of lower values from mu, and 1/alpha the mode of the values above mu, less mu:
    a + sigma phi(a/sigma) / Phi(a/sigma), a = x - mu - alpha sigma^2.

    Parameters
    ----------
    x : (probes,)
        Intensities of one array.

    Returns
    -------
    (probes,)
        Positive intensities.
    """
    mu = density_mode(x[x < density_mode(x)])
    below = x[x < mu] - mu
    sigma = np.sqrt((below**2).sum() / (len(below) - 1)) * np.sqrt(2)
    alpha = 1 / density_mode(x[x > mu] - mu)
    a = x - mu - alpha * sigma**2
    signal: Array = a + sigma * inverse_mills(a / sigma)
    return signal


def density_mode(x: Array) -> float:
    """Place of the highest kernel density estimate.

    Epanechnikov kernel of the bandwidth 0.9 min(sd, IQR/1.34) n^(-1/5), on 16,384 points from 3
    bandwidths below to 3 above the values: R's ``density(x, kernel = "epanechnikov", n = 2^14)``.

    Raises
    ------
    ValueError
        Fewer than two values.
    """
    if len(x) < 2:
        raise ValueError("a mode needs at least two values")
    low, high = np.quantile(x, [0.25, 0.75])
    sd = float(x.std(ddof=1))
    spread = min(sd, float(high - low) / 1.34) or sd or abs(float(x[0])) or 1.0
    width = 0.9 * spread * len(x) ** -0.2
    start, stop = float(x.min()) - 7 * width, float(x.max()) + 7 * width
    position = (x - start) / (stop - start) * (GRID - 1)
    left = np.floor(position).astype(np.intp)
    part = position - left
    mass = np.bincount(left, 1 - part, 2 * GRID) + np.bincount(left + 1, part, 2 * GRID)
    distance = np.arange(GRID + 1) / (2 * GRID - 1) * 2 * (stop - start)
    reach = width * np.sqrt(5)
    kernel = np.where(distance < reach, 1 - (distance / reach) ** 2, 0)
    kernel = np.concatenate([kernel, kernel[-2:0:-1]])
    density = fft.irfft(fft.rfft(mass) * fft.rfft(kernel), 2 * GRID)[:GRID]
    at = np.linspace(start + 4 * width, stop - 4 * width, GRID)
    found = np.interp(at, np.linspace(start, stop, GRID), density)
    return float(at[found.argmax()])


def median_polish(x: Array) -> Array:
    """Column effects plus overall level of many tables, by Tukey's median polish.

    Parameters
    ----------
    x : (tables, probes, samples)
        Log2 intensities.

    Returns
    -------
    (tables, samples)
        Log2 values. A table is done when the sum of its absolute residuals changes by less than
        1%, after 10 rounds at the latest.
    """
    result = np.empty((len(x), x.shape[2]))
    rest = x.copy()
    rows, columns = np.zeros(x.shape[:2]), np.zeros((len(x), x.shape[2]))
    overall, before = np.zeros(len(x)), np.zeros(len(x))
    active = np.arange(len(x))
    for _ in range(ITERATIONS):
        step = np.median(rest, axis=2)
        rest -= step[:, :, None]
        rows += step
        middle = np.median(columns, axis=1)
        columns -= middle[:, None]
        step = np.median(rest, axis=1)
        rest -= step[:, None, :]
        columns += step
        other = np.median(rows, axis=1)
        rows -= other[:, None]
        overall += middle + other
        result[active] = overall[:, None] + columns
        size = np.abs(rest).sum(axis=(1, 2))
        going = np.abs(size - before) >= CONVERGED * size
        going &= size > 0
        if not going.any():
            break
        active = active[going]
        before = size[going]
        overall = overall[going]
        rest = rest[going]
        rows = rows[going]
        columns = columns[going]
    return result
