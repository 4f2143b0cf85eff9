"""Residuals of genes that share one design, made anew for the genes that are asked for.

Residuals of all genes are a copy of the matrix. Coefficients are not, and from them residuals of
some genes are made in less time than they take to be fetched from memory.
"""

from copy import copy

import numpy as np
import numpy.typing as npt

from revertome.arrays import Array
from revertome.limma.constant import constant

CACHED = 2**17  # numbers of the residuals of some genes, 1 MB


class SharedResiduals:
    """Residuals of generalised least squares, times the root of the weights, by person.

    Parameters
    ----------
    y : (n, all genes)
        Values; not copied.
    genes : (G,)
        Positions of those that share the design.
    shared : tuple
        Samples of each person (N, m), -1 for none; roots of the weights (N, m), 0 where nothing
        was observed; the design times these roots (N, m, p); and (X'W^-1 X)^-1 X'W^-1, (p, N m),
        with W the working covariance.
    """

    def __init__(
        self,
        y: Array,
        genes: npt.NDArray[np.intp],
        shared: tuple[npt.NDArray[np.intp], Array, Array, Array],
    ) -> None:
        rows, root, x, solve = shared
        self.y, self.genes, self.shape = y, genes, rows.shape
        self.rows, self.root = np.maximum(rows, 0).ravel(), root.reshape(-1, 1)
        self.seen = self.root[:, 0] > 0
        self.x, n_genes = x.reshape(-1, x.shape[-1]), len(genes)
        self.beta, self.flat = np.empty((len(solve), n_genes)), np.zeros(n_genes, dtype=bool)
        for at in self.pieces():
            own = self._values(at)
            self.beta[:, at] = solve @ own
            total = np.einsum("ig,ig->g", own, own)
            own -= self.x @ self.beta[:, at]
            self.flat[at] = constant(np.einsum("ig,ig->g", own, own), total)

    def about(self, beta: Array) -> "SharedResiduals":
        """Those about other coefficients, (G, p), of the same genes."""
        found = copy(self)
        found.beta = np.ascontiguousarray(beta.T)
        return found

    def take(self, genes: slice | npt.NDArray[np.intp]) -> "SharedResiduals":
        """Those of some of the genes."""
        found = copy(self)
        found.genes, found.beta = self.genes[genes], self.beta[:, genes]
        found.flat = self.flat[genes]
        return found

    def pieces(self) -> list[slice]:
        """All genes, so many at a time that their residuals stay in the cache."""
        step = max(CACHED // len(self.rows), 1)
        return [slice(start, start + step) for start in range(0, len(self.genes), step)]

    def of(self, genes: slice | npt.NDArray[np.intp]) -> Array:
        """Those of some genes, (g, N, m)."""
        own = self._values(genes)
        own -= self.x @ self.beta[:, genes]
        own[:, self.flat[genes]] = 0.0
        return np.moveaxis(own.reshape(*self.shape, -1), -1, 0)

    def _values(self, genes: slice | npt.NDArray[np.intp]) -> Array:
        some = genes if len(self.genes) == self.y.shape[1] else self.genes[genes]
        own = self.y[:, some][self.rows]
        own *= self.root
        own[~self.seen] = 0.0  # also where a value is missing
        return np.asarray(own)
