"""Refits of genes that share one design to people drawn again, as products with their residuals."""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from revertome.arrays import Array
from revertome.limma.clusters import Blocks
from revertome.trajectories.gene_sums import Drawn, information, left, mean_square, squares
from revertome.trajectories.refit import inverses

CACHED = 2**17  # numbers of the products of some genes, 1 MB


class _Design(NamedTuple):
    """X'V^-1 X of each person (N, p, p), and V^-1 X of their samples (n, p)."""

    xx: Array
    weighted: Array

    def sums(self, counts: Array, who: npt.NDArray[np.intp]) -> tuple[Array, Array]:
        """X'V^-1 X (B, p, p) and X'V^-1 (B, p, n) of people drawn again."""
        times = counts[:, who]
        return np.tensordot(counts, self.xx, 1), self.weighted.T * times[:, None]


class SharedDesign:
    """Genes that share one design, held ready for people drawn again.

    Parameters are those of `gene_sums.OwnDesigns`.
    """

    def __init__(self, blocks: Blocks, covariance: Array, df: Array) -> None:
        self.genes, self.df = blocks.genes, df
        seen = blocks.seen[0] > 0
        self.seen = seen.sum(axis=1)[:, None].astype(float)  # (N, 1)
        self.who = np.nonzero(seen)[0]
        self.e = np.ascontiguousarray(blocks.e[:, seen])  # (G, n)
        pattern = blocks.restricted(covariance)
        self.ee = squares(blocks, pattern)
        self.working, self.pattern = (
            _Design(information(blocks, x)[:, 0], x[0][seen])
            for x in (blocks.weighted, np.linalg.inv(pattern) @ blocks.x)
        )

    def drawn(self, counts: Array) -> Drawn:
        """Numbers of the genes in the people of each row of `counts` (B, N).

        Both what the coefficients are and what they tell of the sum of squares is a matrix times
        the residuals: (X'V^-1 X)^-1 X'V^-1 e, and of e'V^-1 e the square of R X'V^-1 e with R'R
        that inverse.
        """
        xx, xv = self.working.sums(counts, self.who)
        solving = np.moveaxis(inverses(xx), 2, 0) @ xv
        xx, xv = self.pattern.sums(counts, self.who)
        telling = _roots(xx) @ xv
        n, p, n_samples = solving.shape
        both = np.concatenate([solving, telling]).reshape(-1, n_samples)
        n_genes = len(self.genes)
        moved, rss = np.empty((n, n_genes, p)), np.empty((n, n_genes))
        step = max(CACHED // len(both), 1)
        for start in range(0, n_genes, step):
            genes = slice(start, start + step)
            found = (self.e[genes] @ both.T).reshape(-1, 2, n, p)
            moved[:, genes] = np.swapaxes(found[:, 0], 0, 1)
            told = np.einsum("gbp,gbp->bg", found[:, 1], found[:, 1])
            rss[:, genes] = left(counts @ self.ee[:, genes], told)
        df = self.df + (counts - 1) @ self.seen
        return Drawn(moved, mean_square(rss, df), df)


def _roots(xx: Array) -> Array:
    """R with R'R the inverse, of matrices (B, p, p); NaN where one is not positive definite."""
    told = np.asarray(np.isfinite(inverses(xx)).all(axis=(0, 1)), dtype=bool)
    whole = np.where(told[:, None, None], xx, np.eye(xx.shape[1]))
    root = np.asarray(np.linalg.inv(np.linalg.cholesky(whole)))
    root[~told] = np.nan
    return root
