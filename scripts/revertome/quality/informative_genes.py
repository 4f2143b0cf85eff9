"""Genes that tell people apart, chosen without one patient after the other."""

import numpy as np
import numpy.typing as npt

from revertome.arrays import Array

Ints = npt.NDArray[np.intp]

GENES = 100
POOL = 500
# ASSUME genes correlated more than this repeat each other's evidence.
REDUNDANT = 0.5
PRIOR_DF = 20.0  # weight of the typical variance within patients, in degrees of freedom


class OtherPatients:
    """Sums over trusted patients, from which those of one are taken away.

    What is taken away is subtracted, so that the work for a patient does not grow with the
    number of samples. Nothing is lost by it: values are centred, and a patient is one of five or
    more.

    Parameters
    ----------
    x : (samples, genes)
        Centred log2 expression.
    codes : (samples,)
        Patient of each sample, from 0.
    trusted : bool, (patients,)
    """

    def __init__(self, x: Array, codes: Ints, trusted: npt.NDArray[np.bool_]) -> None:
        self.trusted, self.count = trusted, np.bincount(codes)
        self.order = np.argsort(codes, kind="stable")
        self.start = np.append(0, np.cumsum(self.count))
        self.x = x
        sums = np.add.reduceat(x[self.order], self.start[:-1], axis=0)
        self.mean = sums / self.count[:, None]
        self.within = np.add.reduceat(
            (x - self.mean[codes])[self.order] ** 2, self.start[:-1], axis=0
        )
        known = x[trusted[codes]]
        self.gram = known.T @ known
        weight = np.where(trusted, self.count, 0).astype(float)
        self.sums = np.array([weight @ self.mean, weight @ self.mean**2, trusted @ self.within])

    def samples(self, p: int) -> Ints:
        """Rows of a patient's samples."""
        return self.order[self.start[p] : self.start[p + 1]]

    def variances(self, p: int) -> tuple[Array, Array]:
        """Variance within (shrunk) and between the others, by one-way analysis of variance."""
        total, square, within = self.sums
        if self.trusted[p]:
            c, m = self.count[p], self.mean[p]
            total = total - c * m
            square = square - c * m**2
            within = within - self.within[p]
        n, k = self._size(p)
        raw = np.maximum(within, 0) / (n - k)
        between = (square - total**2 / n) / (k - 1)
        b = np.maximum(between - raw, 0) / (n / k)
        w = ((n - k) * raw + PRIOR_DF * np.median(raw)) / (n - k + PRIOR_DF)
        return np.maximum(w, 1e-6), b

    def genes(self, p: int, ratio: Array) -> Ints:
        """Genes best by `ratio`, leaving out those correlated with a better one."""
        pool = np.argsort(-ratio, kind="stable")[:POOL]
        own = self.x[np.ix_(self.samples(p), pool)] if self.trusted[p] else np.zeros((0, len(pool)))
        total, n = self.sums[0][pool] - own.sum(axis=0), self._size(p)[0]
        square = self.gram[pool, pool] - (own**2).sum(axis=0) - total**2 / n
        spread = np.maximum(np.sqrt(np.maximum(square, 0)), 1e-12)
        chosen: list[int] = []
        free = np.ones(len(pool), dtype=bool)
        for i in range(len(pool)):
            if free[i]:
                chosen.append(i)
                if len(chosen) == GENES:
                    break
                product = self.gram[pool[i], pool] - own[:, i] @ own - total[i] / n * total
                free &= np.abs(product) < REDUNDANT * spread[i] * spread
        genes: Ints = pool[chosen]
        return genes

    def _size(self, p: int) -> tuple[int, int]:
        """Number of samples and of patients among the others."""
        own = self.count[p] if self.trusted[p] else 0
        return int(self.count[self.trusted].sum() - own), int(self.trusted.sum() - (own > 0))
