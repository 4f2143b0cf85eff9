"""Normal equations of a design without blocks: small systems of all genes at once."""

import numpy as np

from revertome.arrays import Array
from revertome.negative_binomial.small_systems import filled, slopes_of, upper


class Dense:
    """See `design.Layout`."""

    def __init__(self, x: Array) -> None:
        self.x = x
        self.order = np.arange(x.shape[0])
        self.columns = np.arange(x.shape[1])
        rows, columns = upper(x.shape[1])
        self._products = x[:, rows] * x[:, columns]

    def predictor(self, coefficients: Array) -> Array:
        return self.x @ coefficients

    def products(self, values: Array, power: int = 1) -> Array:
        return np.asarray((self.x**power).T @ values)

    def solver(self, w: Array, ridge: Array) -> "DenseSolver":
        matrix = self.information(w)
        np.einsum("gii->gi", matrix)[...] += ridge.T
        return DenseSolver(self.x, matrix, w)

    def information(self, w: Array) -> Array:
        """X'WX, (G, p, p)."""
        return filled(self._products.T @ w, self.x.shape[1])

    def log_determinant(self, w: Array) -> Array:
        return np.asarray(np.linalg.slogdet(self.information(w))[1])

    def log_determinant_slopes(self, w: Array, second: bool = True) -> tuple[Array, Array]:
        square = w * w
        changes = 2 * self.information(square * w) if second else None
        return slopes_of(self.information(w), -self.information(square), changes)


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
