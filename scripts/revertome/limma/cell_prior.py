"""How far the variance of a contrast strays from the common pattern: a prior from all genes.

The own variance of a contrast in one part of the people over what the pattern says has a scaled F
distribution (Smyth 2004, Stat Appl Genet Mol Biol 3:3, equations 6 and 10 on the log scale). Its
location may follow a covariate: genes that move vary more between patients.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy import special

from revertome.arrays import Array, Mask
from revertome.limma.prior import SMALLEST, trigamma_inverse

BINS = 10  # of the covariate, narrower towards its upper end
GENES = 50  # that a bin has at least
NOISE = 1e-10  # ratio up to which an own variance is what rounding leaves of 0
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
        self.used: tuple[Mask, tuple[Array, Array, Array]] | None = None
        self.read: tuple[Array, Array] | None = None

    def bins(self, use: Mask) -> tuple[Array, Array, Array]:
        """Members of bins (g, bins) among the genes to `use`; their number and mean covariate."""
        if self.used is None or not np.array_equal(self.used[0], use):
            self.used = use, _bins(self.values[use])
        return self.used[1]  # which contrasts share

    def between(self, centre: Array, values: Array) -> Array:
        """Values (..., G) of all genes, read between those (..., K) at the centres of bins."""
        if self.read is None or self.read[0] is not centre:  # which many contrasts share
            self.read = centre, _weights(centre, self.values)
        return np.asarray(values @ self.read[1])

    def take(self, at: Any) -> "Along":
        """Some of the genes."""
        some = Along(self.values[at])
        if self.read is not None:
            some.read = self.read[0], self.read[1][:, at]
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


NOWHERE = (np.zeros(1), np.zeros(1))  # the pattern itself, whatever the covariate


def scales(priors: Sequence[ContrastPrior], covariate: Along) -> Array:
    """Prior variances over those of the pattern, (K, G), by K priors."""
    found = np.empty((len(priors), len(covariate.values)))
    centres = {id(prior.centre): prior.centre for prior in priors}
    for centre in centres.values():  # which most share
        rows = [k for k, prior in enumerate(priors) if prior.centre is centre]
        values = np.stack([priors[k].log_scale for k in rows])
        found[rows] = covariate.between(centre, values)
    return np.exp(found, out=found)


def contrast_priors(
    ratio: Array, df: Array, df_scale: Array, covariate: Along
) -> list[ContrastPrior]:
    """Fit priors by the moments of the log ratio, one to each row.

    The gene's scale s2 with df_scale degrees of freedom contains the own variance. Under the
    pattern their ratio is that of a chi-square to a sum with itself (a beta distribution): its log
    has the variance trigamma(df/2) - trigamma(df_scale/2). What exceeds it is trigamma(df_prior/2).

    Parameters
    ----------
    ratio : (K, G)
        Own variance over pattern and unmoderated scale, of a contrast in K parts of the people;
        NaN where a gene has none.
    df : (K, 1) or (K, G)
        Degrees of freedom of the own variances.
    df_scale : (1,) or (G,)
        Those of the scale.
    covariate : Along
        What the locations follow.
    """
    total = ratio.sum(axis=1)
    every = np.isfinite(total) & ((df >= FEWEST) & (df < df_scale)).all(axis=1)
    found = [ContrastPrior(*NOWHERE, np.inf)] * len(ratio)
    # Rows that have a value of every gene are fitted in one go, the others one by one.
    groups = [np.flatnonzero(every), *np.flatnonzero(~every)[:, None]]
    for rows in groups:
        if not len(rows):
            continue
        some, own, scale = ratio[rows], df[rows], df_scale
        use = np.ones(ratio.shape[1], dtype=bool)
        if not every[rows[0]]:
            use = (np.isfinite(some) & (own >= FEWEST) & (own < scale))[0]
            some, own, scale = (v[..., use] if v.shape[-1] > 1 else v for v in (some, own, scale))
        if use.sum() > 2:
            told, e = _logs(some)
            own = own[told]
            for row, one in zip(rows[told], _fitted(e, own, scale, covariate, use), strict=True):
                found[row] = one
    return found


def _logs(ratio: Array) -> tuple[Mask, Array]:
    """Which rows tell anything, and the logs of these ratios, the smallest of them raised."""
    # Where one person drawn again makes up a part, all its own variances are 0 but for rounding,
    # and tell nothing.
    smallest = ratio.min(axis=1)
    if (smallest <= NOISE).any():
        ratio = np.where(ratio > NOISE, ratio, 0.0)
        smallest = ratio.min(axis=1)
    # No more than half of a row are above twice the mean, so that the median is below it.
    low = smallest < 2 * SMALLEST * ratio.mean(axis=1)
    told = (smallest > 0) | low
    if low.any():
        least = SMALLEST * np.median(ratio[low], axis=1)
        ratio = ratio.copy()
        ratio[low] = np.maximum(ratio[low], least[:, None])
        told[low] = least > 0
    kept = ratio if told.all() else ratio[told]
    return told, np.log(kept)


def _fitted(
    e: Array, df: Array, df_scale: Array, covariate: Along, use: Mask
) -> list[ContrastPrior]:
    """Priors from log ratios (K, g) of the genes to `use`, which become their residuals."""
    half, whole = df / 2, df_scale / 2
    expected = special.digamma(half) - np.log(half) - special.digamma(whole) + np.log(whole)
    if expected.shape[1] > 1:
        e, expected = e - expected, np.zeros((1, 1))
    members, size, centre = covariate.bins(use)
    mean = (e @ members) / size
    e -= covariate.between(centre, mean)[:, _kept(use)]
    spread = np.einsum("kg,kg->k", e, e) / max(len(members) - len(centre), 1)
    # zeta(2, x) is the trigamma function.
    excess = spread - np.mean(special.zeta(2, half) - special.zeta(2, whole), axis=-1)
    mean -= expected
    df_prior = np.full(len(e), np.inf)
    known = excess > 0
    own = trigamma_inverse(excess[known])
    df_prior[known] = 2 * own
    mean[known] += (special.digamma(own) - np.log(own))[:, None]
    return [ContrastPrior(centre, *both) for both in zip(mean, df_prior.tolist(), strict=True)]


def _kept(use: Mask) -> Mask | slice:
    return slice(None) if use.all() else use


def own_variances(
    ratio: Array, df: Array, df_scale: Array, covariate: Along
) -> list[ContrastPrior]:
    """No priors: every own variance counts alone. Parameters are those of `contrast_priors`."""
    return [ContrastPrior(*NOWHERE, 0.0)] * len(ratio)


def _weights(centre: Array, values: Array) -> Array:
    """Weights (K, G) by which one reads between values at centres; the outermost go on."""
    at = np.arange(len(values))
    weights = np.zeros((len(centre), len(values)))
    if len(centre) == 1:
        return weights + 1.0
    left = np.clip(np.searchsorted(centre, values) - 1, 0, len(centre) - 2)
    share = np.clip((values - centre[left]) / np.diff(centre)[left], 0.0, 1.0)
    weights[left, at], weights[left + 1, at] = 1 - share, share
    return weights


def _bins(covariate: Array) -> tuple[Array, Array, Array]:
    n_bins = int(np.clip(len(covariate) // GENES, 1, BINS))
    # Few genes move, so bins get narrower towards the upper end.
    share = 1 - (1 - np.arange(1, n_bins) / n_bins) ** 1.5
    # Their quantiles, without what else np.quantile does, as every resample comes here.
    order, at = np.sort(covariate), share * (len(covariate) - 1)
    low = at.astype(np.intp)
    ends = order[low] + (at - low) * (order[low + 1] - order[low])
    bins = np.searchsorted(ends, covariate, side="right")
    size = np.bincount(bins)
    there = size > 0  # ties may leave bins empty, which are left out
    members = np.eye(len(size))[:, there].take(bins, axis=0)
    return members, size[there].astype(float), covariate @ members / size[there]
