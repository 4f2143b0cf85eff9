"""Two samples of every block and one further column: log det X'WX in closed form."""

import numpy as np

from revertome.arrays import Array
from revertome.negative_binomial.absorbed import Absorbed


class Pairs(Absorbed):
    """See `design.Layout`. With weights a, b of a pair and D the difference of its two values.

    det X'WX = prod (a + b) sum h D^2 with h = ab / (a + b). As 1 / w = 1 / mu + alpha, the
    derivative of 1 / h by alpha is 2: h' = -2 h^2, h'' = 8 h^3; and a + b = ab / h.
    """

    def log_determinant(self, w: Array) -> Array:
        total, h = self._halves(w)
        return np.asarray(np.log(total).sum(axis=0) + np.log((h * self._square).sum(axis=0)))

    def log_determinant_slopes(self, w: Array) -> tuple[Array, Array]:
        _, h = self._halves(w)
        square = h * h
        one, two, three = ((self._square * part).sum(axis=0) for part in (h, square, square * h))
        ratio = 2 * two / one
        first = 2 * h.sum(axis=0) - w.sum(axis=0) - ratio
        second = (w * w).sum(axis=0) - 4 * square.sum(axis=0) + 8 * three / one - ratio * ratio
        return first, second

    def _halves(self, w: Array) -> tuple[Array, Array]:
        a, b = w[: self.blocks], w[self.blocks :]
        total = a + b
        return total, a * b / total

    @property
    def _square(self) -> Array:
        return (self.rest[: self.blocks] - self.rest[self.blocks :]) ** 2
