"""Symmetric positive definite systems of few unknowns, one a gene, written out up to two.

Matrices are their upper halves, (q (q + 1) / 2, G), row by row.
"""

import numpy as np

from revertome.arrays import Array


def upper(size: int) -> tuple[list[int], list[int]]:
    """Rows and columns of the upper half of a matrix, row by row."""
    pairs = [(i, j) for i in range(size) for j in range(i, size)]
    return [i for i, _ in pairs], [j for _, j in pairs]


def diagonal(size: int) -> list[int]:
    """Places of the diagonal in the upper half."""
    rows, columns = upper(size)
    return [place for place, (i, j) in enumerate(zip(rows, columns, strict=True)) if i == j]


def filled(half: Array, size: int) -> Array:
    """Whole matrices, (G, q, q)."""
    whole = np.empty((half.shape[1], size, size))
    rows, columns = upper(size)
    whole[:, rows, columns] = whole[:, columns, rows] = half.T
    return whole


def solve(half: Array, right: Array) -> Array:
    """A^-1 c of right-hand sides (q, G), (q, G)."""
    size = len(right)
    if size == 1:
        return right / half
    if size == 2:
        ratio = half[1] / half[0]
        second = (right[1] - ratio * right[0]) / (half[2] - ratio * half[1])
        return np.array([right[0] / half[0] - ratio * second, second])
    return np.asarray(np.linalg.solve(filled(half, size), right.T[..., None])[..., 0].T)


def inverse(half: Array, size: int) -> Array:
    """A^-1, (q, q, G)."""
    if size == 1:
        return 1 / half[None]
    return np.asarray(np.linalg.inv(filled(half, size)).transpose(1, 2, 0))


def log_determinant(half: Array, size: int) -> Array:
    """log det A, (G,)."""
    if size == 1:
        return np.asarray(np.log(half[0]))
    if size == 2:
        return np.asarray(np.log(half[0]) + np.log(half[2] - half[1] / half[0] * half[1]))
    return np.asarray(np.linalg.slogdet(filled(half, size))[1])


def log_determinant_slopes(
    half: Array, first: Array, second: Array | None, size: int
) -> tuple[Array, Array]:
    """Derivatives of log det A by those of A; without `second` the other is 0.

    tr(A^-1 A') and tr(A^-1 A'') - tr(A^-1 A' A^-1 A').
    """
    if size > 2:
        more = None if second is None else filled(second, size)
        return slopes_of(filled(half, size), filled(first, size), more)
    if size == 1:
        ratio = first[0] / half[0]
        other = np.zeros_like(ratio) if second is None else second[0] / half[0] - ratio * ratio
        return ratio, other
    (a, b, c), (da, db, dc) = half, first
    scale = 1 / (a * (c - b / a * b))
    p, q, r, s = c * da - b * db, c * db - b * dc, a * db - b * da, a * dc - b * db
    trace = (p + s) * scale
    if second is None:
        return trace, np.zeros_like(trace)
    other = (c * second[0] - 2 * b * second[1] + a * second[2]) * scale
    return trace, other - (p * p + 2 * q * r + s * s) * scale * scale


def slopes_of(matrix: Array, first: Array, second: Array | None) -> tuple[Array, Array]:
    """`log_determinant_slopes` of whole matrices (G, q, q)."""
    ratio = np.linalg.solve(matrix, first)
    trace = np.einsum("gii->g", ratio)
    if second is None:
        return trace, np.zeros_like(trace)
    other = np.einsum("gii->g", np.linalg.solve(matrix, second))
    return trace, other - np.einsum("gij,gji->g", ratio, ratio)
