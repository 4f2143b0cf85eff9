"""Means over studies of many genes that share what is known of the variance between studies.

With two or three studies one gene says next to nothing of its own variance between studies tau2;
thousands of genes together say how it is distributed. That distribution is estimated without a
form (Laird 1978, J Am Stat Assoc 73:805; Kiefer & Wolfowitz 1956, Ann Math Stat 27:887) and is the
prior of each gene, as limma's prior is for the residual variance (Smyth 2004).
"""

from typing import NamedTuple

import numpy as np
from scipy import special

from revertome.arrays import Array
from revertome.statistics.between_studies import usable
from revertome.statistics.set_tests import normal_score

STEP = 0.7  # of the grid of tau2, in log(tau2)
MOST = 60  # points of the grid
FIRST = 30  # the smallest tau2 above 0 is this part of the median of the genes' smallest variances
GENES = 1.0  # genes that stand for not knowing: spread evenly over the grid
ROUNDS = 500  # of the EM algorithm
SETTLED = 1e-8  # change of a share at which it ends
LOST = 1e-5  # weight of a gene's unlikeliest tau2 that limits of intervals leave out
CLOSE = {"xrtol": 1e-9, "fatol": 1e-12}  # of the search for limits
SERIES = 3.0  # degrees of freedom from which Hill's series is exact enough
QUANTILE = 0.975


class Prior(NamedTuple):
    """Distribution of tau2 over genes: its values and their shares, (J,) each."""

    tau2: Array
    share: Array


class Given(NamedTuple):
    """Restricted log likelihood, mean over studies, its variance and df at every tau2, (J, G)."""

    likelihood: Array
    mean: Array
    variance: Array
    df: Array


def moderated(
    effect: Array, variance: Array, df: Array, even: Array, prior: Prior | None = None
) -> tuple[dict[str, Array], Given, Array, Prior]:
    """Mean over studies of every gene, whose tau2 has the distribution of all genes as prior.

    At one tau2 the mean is sum(c y) / sum(c), c = 1 / (u + tau2), with u the variances evened out
    (see `evened`); its variance is sum(c^2 (v + tau2)) / sum(c)^2 on t with Satterthwaite's degrees
    of freedom. The differences between the studies give the likelihood of tau2 (multivariate t
    with Welch's degrees of freedom, as v is estimated); with the prior, the weight of every tau2 of
    a gene. What is said of the mean is the mixture of those t distributions. Given the differences
    and tau2 the mean is independent of them, so P is uniform over genes of mean 0, whichever part
    of them varies between studies, as far as they vary no more than the other genes.

    Parameters
    ----------
    effect, variance, df, even : (k, G)
        Estimates, squared standard errors with their degrees of freedom, and evened variances; NaN
        where a study has none.
    prior
        Of other genes or studies; without it, of these.

    Returns
    -------
    result
        estimate; statistic, the normal score of P.Value with its sign; P.Value, twice the smaller
        share of the mixture on either side of 0; tau2_moderated, the mean tau2; (G,) each, NaN for
        fewer than two studies or where the numbers leave the range of doubles.
    given, weight, prior
        At every tau2 of the prior, for `limits`; weight (J, G).
    """
    with np.errstate(all="ignore"):
        prior_tau2 = prior.tau2 if prior else _grid(effect, variance)
        given = _given(effect, variance, df, even, prior_tau2)
        height = given.likelihood - given.likelihood.max(0)
        relative = np.exp(height)
    if prior is None:
        known = np.isfinite(relative).all(0)
        prior = Prior(prior_tau2, _shares(relative[:, known]))
    with np.errstate(invalid="ignore"):
        weight = prior.share[:, None] * relative
        weight /= weight.sum(0)
        at_zero = given.mean / np.sqrt(given.variance)
    below, above = (_mixed(weight, sign * at_zero, given.df) for sign in (-1, 1))
    p = np.minimum(2 * np.minimum(below, above), 1.0)
    estimate = (weight * given.mean).sum(0)
    statistic = np.where(below < above, -1, 1) * special.ndtri(np.maximum(p, 1e-320) / 2)
    found = {"estimate": estimate, "statistic": statistic, "P.Value": p}
    found["tau2_moderated"] = (weight * prior.tau2[:, None]).sum(0)
    return found, given, weight, prior


def limits(given: Given, weight: Array, prior: Prior) -> dict[str, Array]:
    """95% limits of the mean over studies (CI) and of the effect in another study (PI), (G,).

    The 2.5% and 97.5% points of the mixture of `moderated`; for another study each variance is
    larger by its tau2.
    """
    # The likeliest values of tau2 of each gene, as many as the gene of most needs.
    order = np.argsort(-weight, axis=0, kind="stable")
    ranked = np.take_along_axis(weight, order, 0)
    most = 1 + int((np.cumsum(ranked, 0) < 1 - LOST).sum(0).max(initial=0))
    order, weight = order[:most], ranked[:most] / ranked[:most].sum(0)
    given = Given(*(np.take_along_axis(each, order, 0) for each in given))
    tau2 = prior.tau2[order]
    with np.errstate(invalid="ignore"):
        total = given.variance + tau2
        # tau2 is given: its part of the variance has no error.
        ahead = given.df * (total / given.variance) ** 2
    found = {}
    for name, variance, df in (("CI", given.variance, given.df), ("PI", total, ahead)):
        for end, sign in (("L", -1), ("R", 1)):
            error = np.sqrt(variance)
            found[f"{name}.{end}"] = sign * _quantile(weight, sign * given.mean, error, df)
    return found


def evened(variance: Array, df: Array) -> Array:
    """Variances (k, G) of a study's level times a gene's level, as far as the rest is error.

    Weights of variances with few degrees of freedom favour the study that happens to vary least,
    and a mean so weighted is less certain than it seems. log v = study + gene + rest; the share of
    the rest that is more than the error of log v, trigamma(df / 2), is kept.
    """
    known = np.isfinite(variance)
    level = np.log(np.where(known, variance, 1.0))
    k, g = known.sum(1, keepdims=True), np.maximum(known.sum(0), 1)
    study, gene = np.zeros(k.shape), np.zeros(g.shape)
    for _ in range(10):  # alternating means; exact at once where every study has every gene
        study = np.where(known, level - gene, 0.0).sum(1, keepdims=True) / np.maximum(k, 1)
        gene = np.where(known, level - study, 0.0).sum(0) / g
    rest = np.where(known, level - study - gene, 0.0)
    half = np.where(known, df, np.inf) / 2
    by_chance = np.where(known & (g > 1), special.zeta(2, half) * (1 - 1 / g), 0.0).sum()
    squares = (rest**2).sum()
    kept = max(0.0, 1 - by_chance / squares) if squares > 0 else 0.0
    return np.where(known, np.exp(study + gene + kept * rest), np.nan)


def tail(t: Array, df: Array) -> Array:
    """P(T > t) with df degrees of freedom; Hill's series (see `normal_score`) from 3 on."""
    few = df < SERIES
    p = special.ndtr(-normal_score(t, np.where(few, SERIES, df)))
    p[few] = special.stdtr(df[few], -t[few])
    return np.asarray(p)


def _grid(effect: Array, variance: Array) -> Array:
    """0, and values from far below the variances to the largest variance of the estimates."""
    known = usable(effect, variance)
    k = known.sum(0)
    y = np.where(known, effect, 0.0)
    spread = (np.where(known, y - y.sum(0) / k, 0.0) ** 2).sum(0) / (k - 1)
    smallest = np.where(known, variance, np.inf).min(0, initial=np.inf)
    fit = np.isfinite(spread) & np.isfinite(smallest)
    if not fit.any():
        return np.zeros(1)
    low = np.median(smallest[fit]) / FIRST
    high = max(spread[fit].max(), FIRST**2 * low)
    points = 1 + int(min(np.ceil(np.log(high / low) / STEP), MOST))
    return np.append(0.0, np.geomspace(low, high, points))


def _given(effect: Array, variance: Array, df: Array, even: Array, grid: Array) -> Given:
    known = usable(effect, variance)
    k = known.sum(0)
    y, v = np.where(known, effect, 0.0), np.where(known, variance, 0.0)
    freedom = np.where(known, df, 1.0)
    shape = (len(grid), y.shape[1])
    found = Given(*(np.full(shape, np.nan) for _ in Given._fields))
    for j, tau2 in enumerate(grid):
        # The likelihood: residuals of the mean weighted by the variances themselves.
        w = known / np.where(known, v + tau2, 1.0)
        share = w / w.sum(0)
        q = (w * (y - (share * y).sum(0)) ** 2).sum(0)
        spread = np.log(np.where(known, v + tau2, 1.0)).sum(0) + np.log(w.sum(0))
        # Welch 1951 (Biometrika 38:330): the degrees of freedom of q.
        h = ((1 - share) ** 2 * (w * v) ** 2 / freedom).sum(0)
        nu, p = np.minimum((k**2 - 1) / (3 * h), 1e8), k - 1
        log_t = special.gammaln((nu + p) / 2) - special.gammaln(nu / 2) - p / 2 * np.log(nu / 2)
        found.likelihood[j] = log_t - (nu + p) / 2 * np.log1p(q / nu) - spread / 2
        # The mean.
        c = known / np.where(known, even + tau2, 1.0)
        c /= c.sum(0)
        own = c**2 * v
        found.mean[j] = (c * y).sum(0)
        found.variance[j] = (c**2 * (v + tau2)).sum(0)
        found.df[j] = np.minimum(found.variance[j] ** 2 / (own**2 / freedom).sum(0), 1e8)
    found.likelihood[:, k < 2] = np.nan
    return found


def _shares(relative: Array) -> Array:
    """Shares (J,) of the values of tau2 by the EM algorithm, from likelihoods (J, G)."""
    j = len(relative)
    share = np.full(j, 1 / j)
    for _ in range(ROUNDS):
        after = share * (relative @ (1 / (share @ relative))) + GENES / j
        after /= after.sum()
        moved = np.abs(after - share).max()
        share = after
        if moved < SETTLED:
            break
    return share


def _mixed(weight: Array, t: Array, df: Array) -> Array:
    """Share (G,) of the mixture beyond t."""
    part = np.zeros(weight.shape)
    part[:, np.isnan(weight).any(0)] = np.nan
    counts = weight > np.finfo(float).eps
    part[counts] = weight[counts] * tail(t[counts], df[counts])
    return np.asarray(part.sum(0))


def _quantile(weight: Array, mean: Array, error: Array, df: Array) -> Array:
    """Upper 2.5% point (G,) of the mixture; it lies between those of its parts."""
    from scipy.optimize import elementwise

    can = np.flatnonzero(np.isfinite(weight).all(0) & np.isfinite(error).all(0))
    found = np.full(weight.shape[1], np.nan)
    degrees = np.geomspace(1, 1e8, 400)
    points = special.stdtrit(degrees, QUANTILE)
    near = np.interp(np.log(df[:, can]), np.log(degrees), points)  # close enough for a bracket
    reach = mean[:, can] + near * error[:, can]
    counts = weight[:, can] > 0
    low = np.where(counts, reach, np.inf).min(0) - 0.1 * error[:, can].max(0)
    high = np.where(counts, reach, -np.inf).max(0) + 0.1 * error[:, can].max(0)

    def beyond(x: Array, gene: Array) -> Array:
        at = gene.astype(int)
        t = (x - mean[:, at]) / error[:, at]
        return np.asarray((weight[:, at] * tail(t, df[:, at])).sum(0) - (1 - QUANTILE))

    ends, args = (low, high), (can.astype(float),)
    found[can] = elementwise.find_root(beyond, ends, args=args, tolerances=CLOSE).x
    return found
