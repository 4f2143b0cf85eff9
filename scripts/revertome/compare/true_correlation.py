"""Correlation of the true effects of two studies: what is left once their errors are taken out."""

import numpy as np

from revertome.arrays import Array
from revertome.compare.products import Noise, Products

UNTOLD = "how much of the effects is no error cannot be told"
UPPER = 0.975  # quantile of 95% limits


def true_correlation(found: Products) -> dict[str, float]:
    """Correlation of the true effects with its 95% interval.

    r* = C / sqrt(A B), C = u'v, A = |u|^2 - tr(S_a), B = |v|^2 - tr(S_b): expected products and
    squares of the true effects. The interval holds every r* for which C - r* sqrt(A B) is not shown
    to differ from 0 (Fieller 1954, J R Stat Soc B 16:175-85). Variances, with m and n the true
    effects and their quadratic forms estimated without bias and no less than 0,

        var(C) = n'S_a n + m'S_b m + tr(S_a S_b)
        var(A) = 4 m'S_a m + 2 (1 + 1/df) tr(S_a^2),   cov(C, A) = 2 m'S_a n

    and those of sqrt(A B) by its derivatives; t with Welch's df. It is for other patients: the
    genes are those measured.

    Returns
    -------
    disattenuated, disattenuated_CI.L, disattenuated_CI.R, from -1 to 1; missing where |u|^2 is not
    above the 97.5% quantile of error alone (of either study: F of |u|^2 / tr(S) with k and k df
    degrees of freedom, k = tr(S)^2 / tr(S^2)), or where the interval has no end.
    reliability_a, reliability_b: A / |u|^2, at
    least 0.
    """
    a = found.uu - found.first.trace
    b = found.vv - found.second.trace
    row = {"reliability_a": max(a / found.uu, 0.0), "reliability_b": max(b / found.vv, 0.0)}
    shown = _shown(found.uu, found.first) and _shown(found.vv, found.second)
    low, high = _limits(found, a, b) if shown else (np.nan, np.nan)
    r = float(np.clip(found.uv / np.sqrt(a * b), -1, 1)) if np.isfinite(low) else np.nan
    return row | {"disattenuated": r, "disattenuated_CI.L": low, "disattenuated_CI.R": high}


def _shown(length: float, noise: Noise) -> bool:
    from scipy import special

    df = noise.trace**2 / noise.square
    return bool(length > noise.trace * special.fdtri(df, df * noise.df, UPPER))


def _limits(found: Products, a: float, b: float) -> tuple[float, float]:
    """Roots of (C - r M)^2 = t^2 var(C - r M), M = sqrt(A B), by study for Welch's df."""
    from scipy import special

    c, m = found.uv, np.sqrt(a * b)
    # By study: var(C), cov(C, M), var(M).
    one = _parts(found.first, found.first.on, found.cross, m / a)
    two = _parts(found.second, found.second.on[:, ::-1], found.cross, m / b)
    weight = np.array([1, -2 * c / m, (c / m) ** 2])
    own = np.array([weight @ one, weight @ two])
    df = own.sum() ** 2 / (own**2 / [found.first.df, found.second.df]).sum()
    t2 = special.stdtrit(df, UPPER) ** 2
    var_c, cov, var_m = one + two
    lead, half, last = m**2 - t2 * var_m, c * m - t2 * cov, c**2 - t2 * var_c
    inside = half**2 - lead * last
    if lead <= 0 or inside < 0:
        return np.nan, np.nan
    ends = (half + np.array([-1, 1]) * np.sqrt(inside)) / lead
    low, high = np.clip(ends, -1, 1)
    return float(low), float(high)


def _parts(noise: Noise, on: Array, cross: float, slope: float) -> Array:
    """var(C), cov(C, M) and var(M) that the errors of one study make; dM = slope dA / 2.

    The quadratic forms of the true effects are those of the estimates less what errors add to them,
    and no less than 0 in any direction.
    """
    size, axes = np.linalg.eigh(on.T @ on - np.diag([noise.square, cross]))
    form = (axes * np.maximum(size, 0.0)) @ axes.T
    own = form[0, 0] + (1 + 1 / noise.df) * noise.square / 2
    return np.array([form[1, 1] + cross / 2, slope * form[0, 1], slope**2 * own])
