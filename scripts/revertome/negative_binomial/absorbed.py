"""Normal equations with the dummies of blocks (patients) swept out: linear in samples."""

import numpy as np

from revertome.arrays import Array, Mask
from revertome.negative_binomial import small_systems


class Absorbed:
    """See `design.Layout`. Blocks of any size; samples without a block are kept as they are.

    Samples are ordered by their number in the block: first those that are first in theirs (blocks
    in order of size, the largest first), then samples without a block, then the second ones, and
    so on. Sums over blocks are then sums of slices.
    """

    def __init__(self, x: Array, swept: Mask) -> None:
        at = np.flatnonzero(swept)
        at = at[np.argsort(-x[:, at].sum(axis=0), kind="stable")]
        self.columns = np.r_[at, np.flatnonzero(~swept)]
        self.blocks = len(at)
        free = np.flatnonzero(x[:, at].sum(axis=1) == 0)
        members = [np.flatnonzero(x[:, j]) for j in at]
        self.slots: list[tuple[int, int]] = []  # first row, number of blocks
        parts = [np.array([m[0] for m in members]), free]
        start = self.blocks + len(free)
        for number in range(1, len(members[0])):
            part = np.array([m[number] for m in members if len(m) > number])
            parts.append(part)
            self.slots.append((start, len(part)))
            start += len(part)
        self.order = np.concatenate(parts).astype(np.intp)
        self.rest = np.ascontiguousarray(x[self.order][:, ~swept])

    def sum(self, values: Array) -> Array:
        """Sums over the samples of every block, (B, G)."""
        total = values[: self.blocks].copy()
        for start, count in self.slots:
            total[:count] += values[start : start + count]
        return total

    def add(self, values: Array, of_blocks: Array) -> None:
        """Add to every sample what belongs to its block."""
        values[: self.blocks] += of_blocks
        for start, count in self.slots:
            values[start : start + count] += of_blocks[:count]

    def predictor(self, coefficients: Array) -> Array:
        eta = self.rest @ coefficients[self.blocks :]
        self.add(eta, coefficients[: self.blocks])
        return eta

    def products(self, values: Array, power: int = 1) -> Array:
        """Sums of values times columns of the design to a power, (p, G)."""
        return np.concatenate([self.sum(values), (self.rest**power).T @ values])

    def centred(self, w: Array, total: Array) -> tuple[list[Array], list[Array]]:
        """Means of the other columns over each block, and the columns less them."""
        means, left = [], []
        for column in self.rest.T:
            column = column[:, None]
            mean = self.sum(w * column) / total
            rest = np.broadcast_to(column, w.shape).copy()
            self.add(rest, -mean)
            means.append(mean)
            left.append(rest)
        return means, left

    def solver(self, w: Array, ridge: Array) -> "AbsorbedSolver":
        total = self.sum(w)
        means, left = self.centred(w, total)
        schur = _products(left, w)
        # A ridge on a dummy keeps a little of its block's mean in the equations of the rest.
        own, rest = ridge[: self.blocks].reshape(self.blocks, -1), ridge[self.blocks :]
        schur += _products(means, own * total / (total + own))
        schur[small_systems.diagonal(len(means))] += rest.reshape(len(means), -1)
        shrunk = [mean * (total / (total + own)) for mean in means]
        return AbsorbedSolver(self, w, total + own, shrunk, schur)

    def log_determinant(self, w: Array) -> Array:
        total = self.sum(w)
        _, left = self.centred(w, total)
        rest = small_systems.log_determinant(_products(left, w), len(left))
        return np.asarray(np.log(total).sum(axis=0) + rest)

    def log_determinant_slopes(self, w: Array, second: bool = True) -> tuple[Array, Array]:
        total = self.sum(w)
        _, left = self.centred(w, total)
        square = w * w
        two = self.sum(square) / total
        # S = sum w d d' has the derivatives -sum w^2 d d' (d moves, but sum w d = 0) and
        # 2 sum w^3 d d' - 2 sum_b (sum w^2 d)(sum w^2 d)' / T_b.
        changes, blocks = None, np.zeros(w.shape[1])
        if second:
            cube = square * w
            moved = [self.sum(square * rest) for rest in left]
            changes = _products(left, 2 * cube) - _products(moved, 2 / total)
            blocks = (2 * self.sum(cube) / total - two * two).sum(axis=0)
        first, other = small_systems.log_determinant_slopes(
            _products(left, w), -_products(left, square), changes, len(left)
        )
        return first - two.sum(axis=0), other + blocks


class AbsorbedSolver:
    """Solves (X'WX + ridge) b = c for every gene by blocks.

    `means` of the other columns over each block are shrunk by the ridge of its dummy, `total` has
    that ridge added, `schur` is the upper half of what is left of the other columns.
    """

    def __init__(
        self, of: Absorbed, w: Array, total: Array, means: list[Array], schur: Array
    ) -> None:
        self.of, self.w, self.total, self.means, self.schur = of, w, total, means, schur

    def solve(self, score: Array, extra: Array) -> Array:
        """Coefficients (p, G) of right-hand sides X'score - extra."""
        blocks = self.of.blocks
        own = self.of.sum(score) - extra[:blocks]
        return self._both(own, self.of.rest.T @ score - extra[blocks:])

    def of_contrast(self, c: Array) -> Array:
        """(X'WX + ridge)^-1 c, (p, G)."""
        genes = self.w.shape[1]
        blocks = self.of.blocks
        own, rest = (np.repeat(part[:, None], genes, axis=1) for part in (c[:blocks], c[blocks:]))
        return self._both(own, rest)

    def _both(self, own: Array, rest: Array) -> Array:
        beta = small_systems.solve(self.schur, rest - self.gathered(own))
        return np.concatenate([own / self.total - self.spread(beta), beta])

    def gathered(self, own: Array) -> Array:
        """Sums over blocks of their means times `own` (B, G), (q, G)."""
        return np.array([(mean * own).sum(axis=0) for mean in self.means])

    def spread(self, beta: Array) -> Array:
        """The means of every block times coefficients (q, G), (B, G)."""
        return np.asarray(sum(mean * row for mean, row in zip(self.means, beta, strict=True)))

    def hat(self) -> Array:
        """w x'(X'WX + ridge)^-1 x of every sample, (n, G)."""
        inverse = small_systems.inverse(self.schur, len(self.means))
        left = []
        for column, mean in zip(self.of.rest.T, self.means, strict=True):
            rest = np.broadcast_to(column[:, None], self.w.shape).copy()
            self.of.add(rest, -mean)
            left.append(rest)
        value = np.zeros_like(self.w)
        self.of.add(value, 1 / self.total)
        for i, a in enumerate(left):
            value += a * sum(inverse[i, j] * b for j, b in enumerate(left))
        return value * self.w


def _products(columns: list[Array], weights: Array) -> Array:
    """Sums over samples of weight x column x column, upper half (q (q + 1) / 2, G)."""
    weighted = [weights * column for column in columns]
    pairs = zip(*small_systems.upper(len(columns)), strict=True)
    return np.array([(weighted[i] * columns[j]).sum(axis=0) for i, j in pairs])
