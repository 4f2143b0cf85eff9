"""Two samples of every block: the normal equations in closed form."""

import numpy as np

from revertome.arrays import Array, Mask
from revertome.negative_binomial import small_systems
from revertome.negative_binomial.absorbed import Absorbed, AbsorbedSolver


class Pairs(Absorbed):
    """See `design.Layout`. With weights a, b of a pair and d the difference of its two rows.

    det X'WX = prod (a + b) det S, S = sum h d d' with h = ab / (a + b), to which samples without a
    block add w x x'. As 1 / w = 1 / mu + alpha, the derivative of 1 / h by alpha is 2: h' = -2 h^2,
    h'' = 8 h^3; and a + b = ab / h. Sums over pairs are products of matrices of q (q + 1) / 2 rows.
    """

    def __init__(self, x: Array, swept: Mask) -> None:
        super().__init__(x, swept)
        self.after = len(x) - self.blocks  # first of the second samples
        first, second = self.rest[: self.blocks], self.rest[self.after :]
        gap = first - second
        i, j = small_systems.upper(gap.shape[1])
        self.second, self.gap = second.T.copy(), gap.T.copy()
        self.alone = self.rest[self.blocks : self.after]
        self.squares = (gap[:, i] * gap[:, j]).T.copy()
        self.mixed = (second[:, i] * gap[:, j] + gap[:, i] * second[:, j]).T.copy()
        self.level = (second[:, i] * second[:, j]).T.copy()
        self.single = (self.alone[:, i] * self.alone[:, j]).T.copy()

    def solver(self, w: Array, ridge: Array) -> "PairSolver":
        return PairSolver(self, w, ridge)

    def log_determinant(self, w: Array) -> Array:
        total, h = self.halves(w)
        rest = small_systems.log_determinant(self.schur(w, h), len(self.gap))
        return np.asarray(np.log(total).sum(axis=0) + rest)

    def log_determinant_slopes(self, w: Array, second: bool = True) -> tuple[Array, Array]:
        total, h = self.halves(w)
        square, alone = h * h, self.of_single(w)
        changes, blocks = None, np.zeros(w.shape[1])
        if second:
            changes = 8 * (self.squares @ (square * h)) + 2 * (self.single @ alone**3)
            # Of log(a + b): 2 h - a - b, and a^2 + b^2 - 4 h^2.
            blocks = (w * w).sum(axis=0) - (alone * alone).sum(axis=0) - 4 * square.sum(axis=0)
        first, other = small_systems.log_determinant_slopes(
            self.schur(w, h),
            -2 * (self.squares @ square) - self.single @ (alone * alone),
            changes,
            len(self.gap),
        )
        return first + 2 * h.sum(axis=0) - total.sum(axis=0), other + blocks

    def halves(self, w: Array) -> tuple[Array, Array]:
        """a + b and ab / (a + b) of every pair, (B, G)."""
        a, b = w[: self.blocks], w[self.after :]
        total = a + b
        return total, a * b / total

    def of_single(self, w: Array) -> Array:
        """What belongs to the samples without a block."""
        return w[self.blocks : self.after]

    def schur(self, w: Array, h: Array) -> Array:
        """Upper half of S."""
        return np.asarray(self.squares @ h + self.single @ self.of_single(w))


class PairSolver(AbsorbedSolver):
    """Solves (X'WX + ridge) b = c; the mean of a pair's rows is x2 + a / (a + b) d."""

    of: Pairs

    def __init__(self, of: Pairs, w: Array, ridge: Array) -> None:
        total, h = of.halves(w)
        own, rest = ridge[: of.blocks].reshape(of.blocks, -1), ridge[of.blocks :]
        self.of, self.w, self.total = of, w, total + own
        self.share = w[: of.blocks] / total
        self.left = total / self.total
        # A ridge on a dummy keeps a little of its pair's mean in the equations of the rest.
        kept = own * self.left
        slope = kept * self.share
        self.schur = of.schur(w, h + slope * self.share) + of.level @ kept + of.mixed @ slope
        self.schur[small_systems.diagonal(len(rest))] += rest.reshape(len(rest), -1)

    @property
    def means(self) -> list[Array]:  # type: ignore[override]
        return [self.left * (second[:, None] + self.share * gap[:, None])
                for second, gap in zip(self.of.second, self.of.gap, strict=True)]  # fmt: skip

    def gathered(self, own: Array) -> Array:
        part = self.left * own
        return np.asarray(self.of.second @ part + self.of.gap @ (self.share * part))

    def spread(self, beta: Array) -> Array:
        return self.left * (self.of.second.T @ beta + self.share * (self.of.gap.T @ beta))
