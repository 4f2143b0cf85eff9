"""Random draws: one independent stream for each part of the trial."""

from collections.abc import Callable, Sequence
from zlib import crc32

import numpy as np
from scipy import special  # scipy.stats takes half a second to import

Generator = np.random.Generator


def stream(seed: int, part: str) -> Generator:
    """Random numbers of one part of the trial, the same whatever else is drawn."""
    return np.random.default_rng([seed, crc32(part.encode())])


def in_parts(
    parts: Sequence[tuple[Generator, np.ndarray]], draw: Callable[[Generator, int], np.ndarray]
) -> np.ndarray:
    """Draw the rows of each part from its own stream, and put them in their places.

    Parameters
    ----------
    parts
        Stream and row numbers; together the numbers are 0 to n - 1.
    draw
        Of a stream and a number of rows, (rows, variables).

    Returns
    -------
    array, (n, variables)
    """
    order = np.argsort(np.concatenate([rows for _, rows in parts]))
    drawn: np.ndarray = np.concatenate([draw(rng, len(rows)) for rng, rows in parts])[order]
    return drawn


def stratified(rng: Generator, n: int) -> np.ndarray:
    """`n` uniform numbers, one in each of `n` equal strata of (0, 1), in random order.

    Means and spreads of small groups then follow the distribution they are drawn from closely
    (McKay 1979, Technometrics 21:239-45).
    """
    return (rng.permutation(n) + rng.uniform(size=n)) / n


def lognormal(uniform: np.ndarray, mean: float, sd: float) -> np.ndarray:
    """Quantiles of the lognormal distribution with the given mean and SD."""
    variance = np.log1p((sd / mean) ** 2)
    centre = np.log(mean) - variance / 2
    value: np.ndarray = np.exp(special.ndtri(uniform) * np.sqrt(variance) + centre)
    return value
