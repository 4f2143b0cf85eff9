"""The plane of people drawn again, held to the shrinkage of the observed data."""

from dataclasses import dataclass

import numpy as np
from scipy import special

from revertome.arrays import Array, Mask
from revertome.limma.cell_variance import CellVariance
from revertome.limma.cluster_robust import combine


@dataclass(frozen=True)
class DrawnPlane:
    """Plane of people drawn again; its statistics are z-scores.

    Attributes
    ----------
    cells : CellVariance
        Of the observed data, with its shrinkage and degrees of freedom.
    d, t, post : (G,)
        Disease, change and moderated scale.
    own : (parts, 3, G)
        Own sums of squares, with the influence that people had in the observed data.
    size : (parts, 2)
        How many people were drawn, and of how many.
    where : (genes of cells,), optional
        Which genes these are.
    """

    cells: CellVariance
    d: Array
    t: Array
    post: Array
    own: Array
    size: Array
    where: Mask | None = None
    df: float = np.inf
    one_df: bool = True

    def variance(self, a: float, b: float) -> Array:
        """Moderated variance of a d + b t."""
        total = np.zeros_like(self.post)
        for part, scale, own in self.cells.shares(a, b):
            drawn, n = self.size[part]
            # The influence of a person is that in n people. With fewer the variance is larger, as
            # 1 / drawn, and their mean takes one degree of freedom of fewer squares.
            fewer = n / drawn if drawn else 1.0
            squares = (n - 1) / (drawn - 1) if drawn > 1 else 0.0
            total += fewer * self._some(scale) * self.post
            total += fewer * squares * self._some(own) * combine(self.own[part], a, b)
        return total

    def statistic(self, a: float, b: float) -> Array:
        """z-score with the p of the moderated t of a d + b t."""
        t = (a * self.d + b * self.t) / np.sqrt(self.variance(a, b))
        return zscore(t, self._some(self.cells.degrees(a, b)))

    def upper(self, a: float, b: float, sign: float | Array = 1.0) -> Array:
        """p of a one-sided test that sign (a d + b t) is above 0, (G,)."""
        return np.asarray(special.ndtr(-sign * self.statistic(a, b)))

    def two_sided(self, a: float, b: float) -> Array:
        """p of a two-sided test of a d + b t, (G,)."""
        return np.asarray(2 * special.ndtr(-np.abs(self.statistic(a, b))))

    def degrees(self, a: float, b: float) -> float:
        """Those of z-scores."""
        return self.df

    def take(self, where: Mask) -> "DrawnPlane":
        """The genes selected by a mask."""
        kept = where if self.where is None else self.where.copy()
        if self.where is not None:
            kept[self.where] = where
        return DrawnPlane(
            self.cells, self.d[where], self.t[where], self.post[where],
            self.own[:, :, where], self.size, kept,
        )  # fmt: skip

    def _some(self, values: Array) -> Array:
        """Values of these genes, where each gene has its own."""
        return values if self.where is None or len(values) == 1 else values[self.where]


def zscore(t: Array, df: Array) -> Array:
    """z-score with the tail probability of t (Hill 1970, Commun ACM 13:617, as limma's zscoreT)."""
    a = df - 0.5
    b = 48 * a * a
    z2 = a * np.log1p(t / df * t)
    size = (((((-0.4 * z2 - 3.3) * z2 - 24) * z2 - 85.5) / (0.8 * z2 * z2 + 100 + b)
             + z2 + 3) / b + 1) * np.sqrt(z2)  # fmt: skip
    return np.asarray(np.copysign(size, t))
