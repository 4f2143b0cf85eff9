"""How far the variance of a contrast strays from the common pattern: a prior from all genes.

The own variance of a contrast in one part of the people over what the pattern says has a scaled F
distribution (Smyth 2004, Stat Appl Genet Mol Biol 3:3, equations 6 and 10 on the log scale). Its
location may follow a covariate: genes that move vary more between patients.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy import special

from revertome.arrays import Array, Mask
from revertome.limma.prior import SMALLEST, trigamma_inverse

BINS = 10  # of the covariate, narrower towards its upper end
GENES = 50  # that a bin has at least
FEWEST = 0.5  # degrees of freedom below which a variance is none


class Along:
    """Covariate of genes that a prior follows, and its bins.

    Parameters
    ----------
    values : (G,)
        NaN counts as 0.
    """

    def __init__(self, values: Array) -> None:
        self.values = np.where(np.isnan(values), 0.0, values)
        self.used: tuple[Mask, tuple[npt.NDArray[np.intp], Array, Array]] | None = None
        self.read: tuple[Array, npt.NDArray[np.intp], Array] | None = None

    def bins(self, use: Mask) -> tuple[npt.NDArray[np.intp], Array, Array]:
        """Bin of each gene to `use`, size of the bins and mean of the covariate in each."""
        if self.used is None or not np.array_equal(self.used[0], use):
            self.used = use, _bins(self.values[use])
        return self.used[1]  # which contrasts share

    def between(self, centre: Array, values: Array) -> Array:
        """Values of all genes, read between those at the centres of bins."""
        if len(centre) == 1:
            return np.full(self.values.shape, values[0])
        if self.read is None or self.read[0] is not centre:  # which many contrasts share
            left = np.clip(np.searchsorted(centre, self.values) - 1, 0, len(centre) - 2)
            gap = np.diff(centre)
            share = np.clip((self.values - centre[left]) / gap[left], 0.0, 1.0)
            self.read = centre, left, share
        _, left, share = self.read
        return np.asarray(values.take(left) + share * np.diff(values).take(left))

    def take(self, at: Any) -> "Along":
        """Some of the genes."""
        some = Along(self.values[at])
        if self.read is not None:
            centre, left, share = self.read
            some.read = centre, left[at], share[at]
        return some


@dataclass(frozen=True)
class ContrastPrior:
    """Prior of variance over pattern, in one part of the people.

    Attributes
    ----------
    centre, log_scale : (K,)
        Log of the prior variance over that of the pattern, by the covariate; read between.
    df : float
        Prior degrees of freedom, infinite where genes do not differ.
    """

    centre: Array
    log_scale: Array
    df: float

    def scale(self, covariate: Along) -> Array:
        """Prior variance over that of the pattern of genes, (G,)."""
        return np.asarray(np.exp(covariate.between(self.centre, self.log_scale)))


NOWHERE = (np.zeros(1), np.zeros(1))  # the pattern itself, whatever the covariate


def contrast_prior(ratio: Array, df: Array, df_scale: Array, covariate: Along) -> ContrastPrior:
    """Fit the prior by the moments of the log ratio.

    The gene's scale s2 with df_scale degrees of freedom contains the own variance. Under the
    pattern their ratio is that of a chi-square to a sum with itself (a beta distribution): its log
    has the variance trigamma(df/2) - trigamma(df_scale/2). What exceeds it is trigamma(df_prior/2).

    Parameters
    ----------
    ratio : (G,)
        Own variance over pattern and unmoderated scale; NaN where a gene has none.
    df, df_scale : (1,) or (G,)
        Degrees of freedom of the own variance and of the scale.
    covariate : Along
        What the location follows.
    """
    use = np.isfinite(ratio) & (df >= FEWEST) & (df < df_scale)
    # Where one person drawn again makes up a part, all its own variances are 0 and tell nothing.
    kept = slice(None) if use.all() else use
    ratio = ratio[kept]
    if len(ratio) < 3 or (least := _least(ratio)) <= 0:
        return ContrastPrior(*NOWHERE, np.inf)
    half, whole = (v[kept] / 2 if len(v) > 1 else v / 2 for v in (df, df_scale))
    expected = special.digamma(half) - np.log(half) - special.digamma(whole) + np.log(whole)
    e = np.log(np.maximum(ratio, least)) - expected
    bins, size, centre = covariate.bins(use)
    mean = np.bincount(bins, e, len(size)) / size
    off = e - covariate.between(centre, mean)[kept]
    spread = float(off @ off) / max(len(e) - len(centre), 1)
    # zeta(2, x) is the trigamma function.
    excess = spread - np.mean(special.zeta(2, half) - special.zeta(2, whole))
    if excess <= 0:
        return ContrastPrior(centre, mean, np.inf)
    prior = 2 * trigamma_inverse(float(excess))
    return ContrastPrior(centre, mean + special.digamma(prior / 2) - np.log(prior / 2), prior)


def _least(ratio: Array) -> float:
    """`SMALLEST` times the median, or the smallest where that is no smaller."""
    smallest, largest = float(ratio.min()), float(ratio.max())
    if smallest > 0 and smallest >= SMALLEST * largest:  # whatever the median, nothing is raised
        return smallest
    half = len(ratio) // 2
    middle = np.partition(ratio, [half - 1, half])[half - 1 : half + 1]
    return SMALLEST * float(middle[1] if len(ratio) % 2 else middle.sum() / 2)


def own_variances(ratio: Array, df: Array, df_scale: Array, covariate: Along) -> ContrastPrior:
    """No prior: every own variance counts alone. Parameters are those of `contrast_prior`."""
    return ContrastPrior(*NOWHERE, 0.0)


def _bins(covariate: Array) -> tuple[npt.NDArray[np.intp], Array, Array]:
    n_bins = int(np.clip(len(covariate) // GENES, 1, BINS))
    # Few genes move, so bins get narrower towards the upper end.
    share = 1 - (1 - np.arange(1, n_bins) / n_bins) ** 1.5
    bins = np.searchsorted(np.quantile(covariate, share), covariate, side="right")
    # Ties may leave bins empty, which are left out.
    bins = np.unique(bins, return_inverse=True)[1].ravel()
    size = np.bincount(bins).astype(float)
    return bins, size, np.bincount(bins, covariate) / size
