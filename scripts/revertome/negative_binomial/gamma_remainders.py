"""What the gamma function and its derivatives add to Stirling's leading terms, in few operations.

With R(x) = log Gamma(x) - (x - 1/2) log x + x - log(2 pi) / 2, S(x) = digamma(x) - log x and
T(x) = trigamma(x) - 1 / x, sums over counts k of R(k + r), S(k + r) and T(k + r) hold the whole of
a negative binomial likelihood beside elementary terms, without the cancellation of
log Gamma(k + r) - log Gamma(r) at large r (Abramowitz & Stegun 1964, 6.1.41, 6.3.18, 6.4.12).
"""

import numpy as np

from revertome.arrays import Array

LEAST = 10  # series in 1/x from here on: the first term left out is below 3e-14
R_TERMS = (1 / 12, -1 / 360, 1 / 1260, -1 / 1680, 1 / 1188, -691 / 360360)
S_TERMS = (-1 / 12, 1 / 120, -1 / 252, 1 / 240, -1 / 132, 691 / 32760)
T_TERMS = (1 / 6, -1 / 30, 1 / 42, -1 / 30, 5 / 66, -691 / 2730)


def remainder(x: Array) -> Array:
    """R of x of `LEAST` and more."""
    inverse = 1 / x
    value = _series(inverse * inverse, R_TERMS)
    value *= inverse
    return value


def slopes(x: Array, second: bool) -> tuple[Array, Array | None]:
    """S of x of `LEAST` and more, and T where it is asked for."""
    inverse = 1 / x
    square = inverse * inverse
    first = _series(square, S_TERMS)
    first *= inverse
    first -= 0.5
    first *= inverse
    if not second:
        return first, None
    other = _series(square, T_TERMS)
    other *= inverse
    other += 0.5
    other *= square
    return first, other


def steps(r: Array, order: int) -> Array:
    """Falls of R (`order` 0), S (1) or T (2) from r + j to r + j + 1, j < `LEAST`.

    (LEAST, G) for r > 0 (G,), by the recurrences of the gamma function.
    """
    x = r + np.arange(LEAST)[:, None]
    inverse = 1 / x
    if order == 2:
        return np.asarray(inverse * inverse / (x + 1))
    log = np.log1p(inverse)
    return np.asarray(log - inverse if order else (x + 0.5) * log - 1)


def _series(square: Array, terms: tuple[float, ...]) -> Array:
    value = np.multiply(square, terms[-1])
    for term in terms[-2:0:-1]:
        value += term
        value *= square
    value += terms[0]
    return value
