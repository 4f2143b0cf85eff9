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


def remainders(x: Array, order: int) -> tuple[Array, ...]:
    """R, S and T (the first `order` + 1 of them) of x of `LEAST` and more."""
    inverse = 1 / x
    square = inverse * inverse
    found = [_series(square, R_TERMS) * inverse]
    if order > 0:
        found.append((_series(square, S_TERMS) * inverse - 0.5) * inverse)
    if order > 1:
        found.append((_series(square, T_TERMS) * inverse + 0.5) * square)
    return tuple(found)


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


def small(r: Array) -> tuple[Array, Array, Array]:
    """R, S and T of r + j for j = 0, ..., `LEAST`: (LEAST + 1, G) each, for r > 0 (G,).

    The recurrences of the gamma function, downwards from the series at r + `LEAST`.
    """
    tables = [np.empty((LEAST + 1, len(r))) for _ in range(3)]
    for table, last in zip(tables, remainders(r + LEAST, 2), strict=True):
        table[LEAST] = last
    for j in range(LEAST - 1, -1, -1):
        x = r + j
        inverse = 1 / x
        log = np.log1p(inverse)
        tables[0][j] = tables[0][j + 1] + (x + 0.5) * log - 1
        tables[1][j] = tables[1][j + 1] + log - inverse
        tables[2][j] = tables[2][j + 1] + inverse * inverse / (x + 1)
    return tables[0], tables[1], tables[2]


def _series(square: Array, terms: tuple[float, ...]) -> Array:
    value = np.multiply(square, terms[-1])
    for term in terms[-2:0:-1]:
        value += term
        value *= square
    value += terms[0]
    return value
