"""How far the variance of a contrast strays from the common pattern: a prior from all genes.

The own variance of a contrast in one part of the people over what the pattern says has a scaled F
distribution (Smyth 2004, Stat Appl Genet Mol Biol 3:3, equations 6 and 10 on the log scale). Its
location may follow a covariate: genes that move vary more between patients.
"""

from dataclasses import dataclass

import numpy as np
from scipy import special

from revertome.arrays import Array
from revertome.limma.prior import SMALLEST, trigamma_inverse

BINS = 10  # of the covariate, narrower towards its upper end
GENES = 50  # that a bin has at least
FEWEST = 0.5  # degrees of freedom below which a variance is none


@dataclass(frozen=True)
class ContrastPrior:
    """Prior of variance over pattern, in one part of the people.

    Attributes
    ----------
    scale : (G,)
        Prior variance over that of the pattern.
    df : float
        Prior degrees of freedom, infinite where genes do not differ.
    """

    scale: Array
    df: float


def contrast_prior(ratio: Array, df: Array, df_scale: Array, covariate: Array) -> ContrastPrior:
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
    covariate : (G,)
        What the location follows.
    """
    use = np.isfinite(ratio) & np.isfinite(covariate) & (df >= FEWEST) & (df < df_scale)
    if use.sum() < 3:
        return ContrastPrior(np.ones(ratio.shape), np.inf)
    half, whole = (v[use] / 2 if len(v) > 1 else v / 2 for v in (df, df_scale))
    expected = special.digamma(half) - np.log(half) - special.digamma(whole) + np.log(whole)
    lowest = SMALLEST * np.median(ratio[use])
    e = np.log(np.maximum(ratio[use], max(lowest, 1e-300))) - expected
    location, n_bins = _location(e, covariate[use], covariate)
    spread = np.mean((e - location[use]) ** 2) * len(e) / max(len(e) - n_bins, 1)
    excess = spread - np.mean(special.polygamma(1, half) - special.polygamma(1, whole))
    if excess <= 0:
        return ContrastPrior(np.exp(location), np.inf)
    prior = 2 * trigamma_inverse(float(excess))
    return ContrastPrior(np.exp(location + special.digamma(prior / 2) - np.log(prior / 2)), prior)


def own_variances(ratio: Array, df: Array, df_scale: Array, covariate: Array) -> ContrastPrior:
    """No prior: every own variance counts alone. Parameters are those of `contrast_prior`."""
    return ContrastPrior(np.ones(ratio.shape), 0.0)


def _location(e: Array, covariate: Array, at: Array) -> tuple[Array, int]:
    """Mean of e along the covariate, evaluated `at` (G,), and the number of means it is made of."""
    n_bins = int(np.clip(len(e) // GENES, 1, BINS))
    # Few genes move, so bins get narrower towards the upper end.
    share = 1 - (1 - np.arange(1, n_bins) / n_bins) ** 1.5
    bins = np.searchsorted(np.quantile(covariate, share), covariate, side="right")
    size = np.maximum(np.bincount(bins, minlength=n_bins), 1)
    centre = np.bincount(bins, covariate, n_bins) / size
    mean = np.bincount(bins, e, n_bins) / size
    there = np.bincount(bins, minlength=n_bins) > 0
    found = np.interp(np.where(np.isnan(at), 0.0, at), centre[there], mean[there])
    return found, int(there.sum())
