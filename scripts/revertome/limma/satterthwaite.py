"""Satterthwaite's degrees of freedom in gene-wise mixed models (Kuznetsova et al. 2017, J Stat
Softw 82:13)."""

from dataclasses import dataclass

import numpy as np

from revertome.arrays import Array, Mask

Entries = tuple[Array, Array, Array]


def satterthwaite(variance: Array, slope: Array, ratio: Array, inverse: Entries) -> Array:
    """Degrees of freedom (G, k) of contrasts with unscaled variances and slopes (G, k).

    The variance is homogeneous in (sigma^2, var(u)): its other slope is variance - g slope. A
    contrast without variance, of columns that the samples of a gene do not have, has NaN.
    """
    residual = variance - ratio[:, None] * slope
    a, b, d = (entry[:, None] for entry in inverse)
    spread = a * residual**2 + 2 * b * residual * slope + d * slope**2
    none = np.full(spread.shape, np.nan)
    return np.asarray(np.divide(variance**2, spread, out=none, where=variance != 0))


@dataclass(frozen=True)
class Degrees:
    """Degrees of freedom of every sum a d + b t of two contrasts d and t.

    Attributes
    ----------
    variance, slope : three of (G,)
        Of d, of t and between them: unscaled covariance, and its derivative in var(u).
    ratio : (G,)
        Variance ratio.
    inverse : three of (G,)
        Entries of the inverse Hessian, see `mixed_fit`.
    df_prior : float or (G,)
        Added by the moderation.
    most : float
        Of all genes together.
    """

    variance: Entries
    slope: Entries
    ratio: Array
    inverse: Entries
    df_prior: float | Array
    most: float

    def of(self, a: float, b: float) -> Array:
        """Degrees of freedom of the moderated t of a d + b t, (G,)."""
        variance, slope = (
            a * a * d + b * b * t + 2 * a * b * between
            for d, t, between in (self.variance, self.slope)
        )
        df = satterthwaite(variance[:, None], slope[:, None], self.ratio, self.inverse)[:, 0]
        return np.asarray(np.minimum(df + self.df_prior, self.most))

    def take(self, where: Mask) -> "Degrees":
        """The genes selected by a mask."""
        variance, slope, inverse = (
            (a[where], b[where], c[where]) for a, b, c in (self.variance, self.slope, self.inverse)
        )
        prior = self.df_prior[where] if isinstance(self.df_prior, np.ndarray) else self.df_prior
        return Degrees(variance, slope, self.ratio[where], inverse, prior, self.most)
