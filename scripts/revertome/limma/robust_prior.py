"""Prior of the gene-wise variances when some genes are hypervariable.

Phipson et al. 2016 (Ann Appl Stat 10:946): moments of the winsorized log variances give the
prior; genes whose variance is larger than it explains get fewer prior degrees of freedom.
"""

import numpy as np
from scipy import special, stats

from revertome.arrays import Array
from revertome.errors import StudyError
from revertome.limma.prior import fit_f_dist, usable
from revertome.statistics.lowess import lowess
from revertome.statistics.zeroin import zeroin

TAILS = (0.05, 0.1)  # shares winsorized below and above
SPAN = 0.4
_ROOTS, _WEIGHTS = special.roots_legendre(128)
NODES, WEIGHTS = (_ROOTS + 1) / 2, _WEIGHTS / 2


def fit_f_dist_robustly(
    variance: Array, df: float | Array, covariate: Array | None = None
) -> tuple[Array, Array]:
    """Scale and degrees of freedom of the prior, limma 3.54's ``fitFDistRobustly``.

    Parameters
    ----------
    variance, df, covariate
        As in `prior.fit_f_dist`.

    Returns
    -------
    s2_prior : (G,)
    df_prior : (G,)
        Smaller for genes with outlying variance.

    Raises
    ------
    StudyError
        When most variances are 0, or fewer than three genes have one: limma stops there too.
    """
    use = usable(variance, df)
    n = int(use.sum())
    if len(use) == 1:
        return variance.copy(), np.zeros(1)
    if n < 3:
        raise StudyError(
            f"robust moderation needs three genes with a residual variance, not {n}; set "
            "differential.robust to false"
        )
    if n == len(use):
        return _fit(variance, df, covariate)
    part = None if covariate is None else covariate[use]
    scale, shrunk = _fit(variance[use], df if isinstance(df, float) else df[use], part)
    s2_prior = np.full(use.shape, scale[0])
    df_prior = np.full(use.shape, shrunk.max())
    s2_prior[use], df_prior[use] = scale, shrunk
    if covariate is not None and part is not None:
        at, which = np.unique(part, return_inverse=True)
        log_scale = np.bincount(which, np.log(scale)) / np.bincount(which)
        s2_prior[~use] = np.exp(np.interp(covariate[~use], at, log_scale))
    return s2_prior, df_prior


def _fit(variance: Array, df: float | Array, covariate: Array | None) -> tuple[Array, Array]:
    n = len(variance)
    middle = np.median(variance)
    if middle <= 0:
        raise StudyError(
            f"{int((variance <= 0).sum())} of {n} genes do not vary beyond the model: robust "
            "moderation needs genes that vary; set differential.robust to false, or leave the "
            "others out of the matrix"
        )
    x = np.maximum(variance, middle * 1e-12)
    plain_scale, plain_df = fit_f_dist(x, df, covariate)
    plain = plain_scale, np.full(n, plain_df)
    if max(TAILS) < 1 / n:
        return plain
    # The winsorized moments are those of one df1, so all variances are brought to it first.
    x, df1 = _equal_df(x, df, plain_scale, plain_df)
    # log s2 = log s0^2 + log F(df1, df2). The trend gives log s0^2; the spread around it gives
    # df2, because the variance of log F falls with df2.
    z = np.log(x)
    trend = _trend(z, covariate)
    low, high = np.quantile(z - trend, [TAILS[0], 1 - TAILS[1]])
    winsorized = np.clip(z - trend, low, high)
    mean, spread = winsorized.mean(), winsorized.var(ddof=1)

    def gap(share: float) -> float:
        df2 = np.inf if share == 1 else share / (1 - share)
        return float(np.log(spread / _winsorized_moments(df1, df2)[1]))

    # gap is positive where the observed spread exceeds that of df2. If even df2 = infinity
    # spreads as much, the prior is a point.
    if gap(1.0) <= 0:
        centre = trend + mean - _winsorized_moments(df1, np.inf)[0]
        return np.exp(centre), _shrunk_from_infinity(np.exp(z - centre), df1)
    if np.isinf(plain_df):
        return plain
    start = plain_df / (1 + plain_df)
    df2 = plain_df
    if gap(start) < 0:
        # df2 is searched as df2 / (1 + df2), which maps it to (0, 1).
        root = zeroin(gap, start, 1.0, 1e-8)
        df2 = root / (1 - root)
    # The mean of winsorized log F is not 0; it is taken off the location.
    centre = trend + mean - _winsorized_moments(df1, df2)[0]
    return np.exp(centre), _shrunk(np.exp(z - centre), df1, df2)


def _equal_df(x: Array, df: float | Array, scale: Array, df2: float) -> tuple[Array, float]:
    """Variances with fewer df moved to the same tail probability at the largest df."""
    if isinstance(df, float):
        return x, df
    largest = float(df.max())
    few = df < largest - 1e-14
    f = x[few] / scale[few]
    upper, lower = log_f_sf(f, df[few], df2), log_f_cdf(f, df[few], df2)
    above = upper < lower
    p = np.maximum(np.exp(np.minimum(upper, lower)), 1e-300)
    f[above] = _f_quantile(p[above], largest, df2, upper=True)
    f[~above] = _f_quantile(p[~above], largest, df2, upper=False)
    moved = x.copy()
    moved[few] = f * scale[few]
    return moved, largest


def _trend(z: Array, covariate: Array | None) -> Array:
    if covariate is None:
        return np.full(z.shape, stats.trim_mean(z, TAILS[1]))
    return lowess(covariate, z, SPAN)


def _winsorized_moments(df1: float, df2: float) -> tuple[float, float]:
    """Mean and variance of the winsorized log F by Gauss-Legendre quadrature on f / (1 + f)."""
    below, above = TAILS
    ends = np.array(
        [_f_quantile(below, df1, df2, upper=False), _f_quantile(above, df1, df2, upper=True)]
    )
    # The substitution u = f / (1 + f) maps (0, infinity) to (0, 1); du = df / (1 + f)^2 gives the
    # Jacobian below.
    low, high = ends / (1 + ends)
    nodes = low + (high - low) * NODES
    f = nodes / (1 - nodes)
    density = df1 * stats.chi2.pdf(df1 * f, df1) if np.isinf(df2) else stats.f.pdf(f, df1, df2)
    mass = (high - low) * WEIGHTS * density / (1 - nodes) ** 2
    share, z = np.array(TAILS), np.log(ends)
    # What lies beyond the winsorizing ends counts as point masses on them.
    mean = float(mass @ np.log(f) + share @ z)
    return mean, float(mass @ (np.log(f) - mean) ** 2 + share @ (z - mean) ** 2)


def _shrunk_from_infinity(f: Array, df1: float) -> Array:
    n = len(f)
    # Chance of so large a variance over the chance that its rank gives: far below 1 marks an
    # outlier.
    tail = stats.chi2.sf(f * df1, df1)
    expected = (n - stats.rankdata(f) + 0.5) / n
    regular = np.minimum(tail / expected, 1.0)
    shrunk = np.where(regular < 1, regular * n * df1, np.inf)
    order = np.argsort(tail, kind="stable")
    shrunk[order] = np.maximum.accumulate(shrunk[order])
    return np.asarray(shrunk)


def _shrunk(f: Array, df1: float, df2: float) -> Array:
    """Prior df between `df2` and that of the most outlying gene, by the chance of no outlier."""
    n = len(f)
    log_tail = log_f_sf(f, df1, df2)
    # As above on the log scale, where tails of 1e-300 and less are still apart.
    log_regular = np.minimum(log_tail - np.log(n - stats.rankdata(f) + 0.5) + np.log(n), 0.0)
    if not (log_regular < 0).any():
        return np.full(n, df2)
    regular = np.exp(log_regular)
    # df with which the most extreme variance would be a median one: the tail is made 1/2.
    outlier_df = np.log(0.5) / log_tail.min() * df2
    outlier_df *= np.log(0.5) / log_f_sf(f.max(keepdims=True), df1, outlier_df)[0]
    shrunk = regular * df2 - np.expm1(log_regular) * outlier_df
    order = np.argsort(log_tail, kind="stable")
    ordered = shrunk[order]
    # Pooled from the most extreme gene on, so that a more extreme gene never has more prior df.
    running = np.cumsum(ordered) / np.arange(1, n + 1)
    lowest = int(running.argmin())
    ordered[: lowest + 1] = running[lowest]
    shrunk[order] = np.maximum.accumulate(ordered)
    return np.asarray(shrunk)


def _f_quantile(p: float | Array, df1: float, df2: float, upper: bool) -> Array:
    if np.isinf(df2):
        return np.asarray((stats.chi2.isf if upper else stats.chi2.ppf)(p, df1) / df1)
    return np.asarray((stats.f.isf if upper else stats.f.ppf)(p, df1, df2))


def log_f_sf(f: Array, df1: float | Array, df2: float) -> Array:
    """Log upper tail of F, also where the probability itself is 0 in double precision."""
    if np.isinf(df2):
        return np.asarray(stats.chi2.logsf(f * df1, df1))
    with np.errstate(divide="ignore"):
        log_p = np.asarray(np.log(special.fdtrc(df1, df2, f)))
    far = log_p < -600
    if far.any():
        # Incomplete beta by its series, which is one term of order 1 this far out.
        a, b = df2 / 2, np.broadcast_to(np.asarray(df1) / 2, f.shape)[far]
        x = a / (a + b * f[far])
        series = np.log(special.hyp2f1(a + b, 1.0, a + 1, x) / a)
        log_p[far] = a * np.log(x) + b * np.log1p(-x) - special.betaln(a, b) + series
    return log_p


def log_f_cdf(f: Array, df1: float | Array, df2: float) -> Array:
    """Log lower tail of F."""
    if np.isinf(df2):
        return np.asarray(stats.chi2.logcdf(f * df1, df1))
    with np.errstate(divide="ignore"):
        return np.asarray(np.log(special.fdtr(df1, df2, f)))
