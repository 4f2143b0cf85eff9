"""Normal equations of a design without blocks: small systems of all genes at once."""

from typing import Any

import numpy as np

from revertome.arrays import Array


class Dense:
    """See `design.Layout`."""

    def __init__(self, x: Array) -> None:
        self.x = x
        self.order = np.arange(x.shape[0])
        self.columns = np.arange(x.shape[1])
        self._at = np.triu_indices(x.shape[1])
        self._products = x[:, self._at[0]] * x[:, self._at[1]]

    def predictor(self, coefficients: Array) -> Array:
        return self.x @ coefficients

    def solver(self, w: Array, ridge: Array) -> "DenseSolver":
        matrix = self.information(w)
        np.einsum("gii->gi", matrix)[...] += ridge.T
        return DenseSolver(self.x, matrix, w)

    def information(self, w: Array) -> Array:
        """X'WX, (G, p, p)."""
        return filled(w.T @ self._products, self._at, self.x.shape[1])

    def log_determinant(self, w: Array) -> Array:
        return np.asarray(np.linalg.slogdet(self.information(w))[1])

    def log_determinant_slopes(self, w: Array) -> tuple[Array, Array]:
        square = w * w
        return slopes_of(self.information(w), -self.information(square),
                         2 * self.information(square * w))  # fmt: skip


class DenseSolver:
    """Solves (X'WX + ridge) b = c for every gene."""

    def __init__(self, x: Array, matrix: Array, w: Array) -> None:
        self.x, self.matrix, self.w = x, matrix, w

    def solve(self, score: Array, extra: Array) -> Array:
        """Coefficients (p, G) of right-hand sides X'score - extra."""
        right = self.x.T @ score - extra
        return np.asarray(np.linalg.solve(self.matrix, right.T[..., None])[..., 0].T)

    def hat(self) -> Array:
        """w x'(X'WX + ridge)^-1 x of every sample, (n, G)."""
        inverse = np.linalg.inv(self.matrix)
        return np.asarray(
            self.w * np.einsum("ni,gin->ng", self.x, inverse @ self.x.T, optimize=True)
        )

    def of_contrast(self, c: Array) -> Array:
        """(X'WX + ridge)^-1 c, (p, G)."""
        right = np.broadcast_to(c[:, None], (len(self.matrix), len(c), 1))
        return np.asarray(np.linalg.solve(self.matrix, right)[..., 0].T)


def filled(half: Array, at: tuple[Any, Any], size: int) -> Array:
    """Symmetric matrices (G, size, size) from their upper halves (G, ...)."""
    whole = np.empty((len(half), size, size))
    whole[:, at[0], at[1]] = half
    whole[:, at[1], at[0]] = half
    return whole


def slopes_of(matrix: Array, first: Array, second: Array) -> tuple[Array, Array]:
    """Derivatives of log det of matrices (G, q, q) by their own first and second derivatives.

    tr(A^-1 A') and tr(A^-1 A'') - tr(A^-1 A' A^-1 A').
    """
    ratio = np.linalg.solve(matrix, first)
    return (
        np.einsum("gii->g", ratio),
        np.einsum("gii->g", np.linalg.solve(matrix, second))
        - np.einsum("gij,gji->g", ratio, ratio),
    )
