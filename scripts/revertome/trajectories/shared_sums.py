"""Refits of genes that share one design to people drawn again, as products with their residuals."""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from revertome.arrays import Array
from revertome.limma.cell_pattern import squares
from revertome.limma.clusters import Blocks
from revertome.trajectories.gene_sums import Drawn, information, left, mean_square
from revertome.trajectories.refit import inverses


class _Design(NamedTuple):
    """X'V^-1 X of each person (N, p, p), and V^-1 X of their samples (N m, p)."""

    xx: Array
    weighted: Array

    def sums(self, counts: Array, who: npt.NDArray[np.intp]) -> tuple[Array, Array]:
        """X'V^-1 X (B, p, p) and X'V^-1 (B, p, N m) of people drawn again."""
        times = counts[:, who]
        return np.tensordot(counts, self.xx, 1), self.weighted.T * times[:, None]


class SharedDesign:
    """Genes that share one design, held ready for people drawn again.

    Their residuals are made anew for every few resamples: to hold them takes a copy of the data.

    Parameters are those of `gene_sums.OwnDesigns`.
    """

    def __init__(self, blocks: Blocks, covariance: Array, df: Array) -> None:
        self.genes, self.df, self.blocks = blocks.genes, df, blocks
        self.seen = blocks.seen[0].sum(axis=1)[:, None]  # (N, 1)
        n_people, m = blocks.root.shape[1:]
        self.who = np.repeat(np.arange(n_people), m)
        inverse = np.linalg.inv(blocks.restricted(covariance))
        self.inverse = inverse[0]
        self.working, self.pattern = (
            _Design(information(blocks, x)[:, 0], x[0].reshape(n_people * m, -1))
            for x in (blocks.weighted, inverse @ blocks.x)
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
        for genes, e in self.blocks.pieces():
            by_person = np.moveaxis(e, 0, -1)
            found = (both @ by_person.reshape(n_samples, -1)).reshape(2, n, p, -1)
            moved[:, genes] = np.swapaxes(found[0], 1, 2)
            told = np.einsum("bpg,bpg->bg", found[1], found[1])
            rss[:, genes] = left(counts @ squares(self.inverse, by_person), told)
        df = self.df + (counts - 1) @ self.seen
        return Drawn(moved, mean_square(rss, df), df)


def _roots(xx: Array) -> Array:
    """R with R'R the inverse, of matrices (B, p, p); NaN where one is not positive definite."""
    told = np.asarray(np.isfinite(inverses(xx)).all(axis=(0, 1)), dtype=bool)
    whole = np.where(told[:, None, None], xx, np.eye(xx.shape[1]))
    root = np.asarray(np.linalg.inv(np.linalg.cholesky(whole)))
    root[~told] = np.nan
    return root
