"""Variance between studies by restricted maximum likelihood, for many genes at once."""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from revertome.arrays import Array

SPACING = 0.25  # of the grid, in log(1 + tau2 / smallest variance)
LAST = 200  # steps in a bracket; bisection alone needs 50
CLOSE = 1e-13  # width of a bracket, on the same scale


class Scaled(NamedTuple):
    """Estimates in units in which the smallest variance of every gene is 1; (k, G) each.

    y and w0 = 1 / v are 0 and v infinite where a study has none. `unit` (G,) takes squares back.
    """

    y: Array
    v: Array
    unit: Array

    def take(self, genes: npt.NDArray[np.intp]) -> "Scaled":
        """The genes at the given places."""
        return Scaled(self.y[:, genes], self.v[:, genes], self.unit[genes])


def usable(effect: Array, variance: Array) -> npt.NDArray[np.bool_]:
    """Where a study has a finite estimate and a finite positive variance."""
    return np.isfinite(effect) & np.isfinite(variance) & (variance > 0)


def between_variance(effect: Array, variance: Array) -> Array:
    """Between-study variance tau2 by restricted maximum likelihood, (G,).

    The restricted log likelihood (Viechtbauer 2005, J Educ Behav Stat 30:261-93)

        l(tau2) = -(sum log(v + tau2) + log sum w + sum w (y - m)^2) / 2,   w = 1 / (v + tau2),

    can have several maxima; this is the highest, of equal ones the smallest. Its slope is below 0
    beyond (s2 + sqrt(s2^2 + 4 s2 max v)) / 2, s2 the variance of the estimates, so every maximum
    lies between 0 and there. A grid over log(1 + tau2 / min v) brackets each, and Newton's method
    on the slope, kept in its bracket by bisection, always ends. With equal variances v it is
    max(0, s2 - v), with two studies max(0, ((y1 - y2)^2 - v1 - v2) / 2).

    Parameters
    ----------
    effect, variance : (k,) or (k, G)
        Estimates and their squared standard errors; NaN where a study has none. An estimate that
        is not finite, or whose variance is not a positive finite number, counts as none.

    Returns
    -------
    (G,), in squared units of the effect; NaN for a gene of fewer than two studies, and where the
    squares of the estimates or of the variances leave the range of doubles.
    """
    data = scaled(effect, variance)
    with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
        upper = _upper(data)
        can = np.flatnonzero(np.isfinite(upper) & np.isfinite(data.unit))
        tau2 = np.full(data.unit.shape, np.nan)
        if len(can):
            tau2[can] = _highest(data.take(can), upper[can]) * data.unit[can]
    tau2[~np.isfinite(tau2)] = np.nan
    return tau2


def scaled(effect: Array, variance: Array) -> Scaled:
    """Bring (k, G) estimates to the units of `Scaled`."""
    y, v = (np.asarray(x, float).reshape(len(x), -1) for x in (effect, variance))
    known = usable(y, v)
    v = np.where(known, v, np.inf)
    unit = v.min(0, initial=np.inf)
    unit[known.sum(0) < 2] = np.nan
    with np.errstate(over="ignore", invalid="ignore", divide="ignore", under="ignore"):
        return Scaled(np.where(known, y, 0.0) / np.sqrt(unit), v / unit, unit)


def restricted_likelihood(data: Scaled, tau2: Array) -> Array:
    """Restricted log likelihood (G,) at tau2 (G,), without its constant."""
    w = 1 / (data.v + tau2)
    total = w.sum(0)
    residual = data.y - (w * data.y).sum(0) / total
    known = np.isfinite(data.v)
    spread = np.log(np.where(known, data.v + tau2, 1.0)).sum(0)
    return np.asarray(-(spread + np.log(total) + (w * residual**2).sum(0)) / 2)


def _upper(data: Scaled) -> Array:
    """No maximum is beyond: there the slope is below (k - 1)(s2 / tau2^2 - 1 / (tau2 + max v))."""
    known = np.isfinite(data.v)
    k = known.sum(0)
    mean = data.y.sum(0) / k
    s2 = (np.where(known, data.y - mean, 0.0) ** 2).sum(0) / (k - 1)
    largest = np.where(known, data.v, 0.0).max(0, initial=0.0)
    return np.asarray((s2 + np.sqrt(s2**2 + 4 * s2 * largest)) / 2)


def _highest(data: Scaled, upper: Array) -> Array:
    gene, low, high = _brackets(data, upper)
    place = _solve(data.take(gene), low, high)
    several = np.flatnonzero(np.bincount(gene)[gene] > 1)
    height = np.zeros(len(gene))
    height[several] = restricted_likelihood(data.take(gene[several]), place[several])
    order = np.lexsort([place, -height, gene])
    _, first = np.unique(gene[order], return_index=True)
    return np.asarray(place[order[first]])


def _brackets(data: Scaled, upper: Array) -> tuple[npt.NDArray[np.intp], Array, Array]:
    """Gene, lower and upper end of every stretch of the grid in which the slope falls through 0.

    A gene whose slope at 0 is not above 0 has a maximum there: a stretch without length.
    """
    points = 1 + np.ceil(np.log1p(upper) / SPACING).astype(int)
    order = np.argsort(-points, kind="stable")  # genes with a next point stand first
    data, points = data.take(order), points[order]
    width = np.log1p(upper[order]) / np.maximum(points - 1, 1)
    above = _slope(data, np.zeros(len(order))) > 0
    found = [(np.flatnonzero(~above), 0, 0)]
    for number in range(1, points.max(initial=1)):
        n = int((points > number).sum())
        part = Scaled(data.y[:, :n], data.v[:, :n], data.unit[:n])
        # At the last point the slope is below 0 but for rounding.
        last = points[:n] == number + 1
        now = (_slope(part, np.expm1(number * width[:n])) > 0) & ~last
        found.append((np.flatnonzero(above[:n] & ~now), number - 1, number))
        above = now
    gene = np.concatenate([at for at, _, _ in found])
    low, high = (
        np.concatenate([np.expm1(each[end] * width[each[0]]) for each in found]) for end in (1, 2)
    )
    return order[gene], low, high


def _slope(data: Scaled, tau2: Array) -> Array:
    """Twice the derivative of the restricted log likelihood."""
    w = 1 / (data.v + tau2)
    square = w**2
    total = w.sum(0)
    residual = data.y - (w * data.y).sum(0) / total
    # P = W - W11'W / sum w projects out the mean: the slope is y'PPy - tr(P).
    return np.asarray((square * residual**2).sum(0) - (total - square.sum(0) / total))


def _solve(data: Scaled, low: Array, high: Array) -> Array:
    """Where the slope falls through 0 between `low` and `high`."""
    place = np.sqrt((1 + low) * (1 + high)) - 1  # the middle of the stretch
    left = np.flatnonzero(high > low)
    low, high = low.copy(), high.copy()
    for _ in range(LAST):
        if not len(left):
            break
        now = place[left]
        slope, curve = _derivatives(data.take(left), now)
        low[left], high[left] = (
            np.where(slope > 0, now, low[left]),
            np.where(slope > 0, high[left], now),
        )
        with np.errstate(divide="ignore"):
            after = now - slope / curve
        out = ~((after > low[left]) & (after < high[left]))
        after[out] = (np.sqrt((1 + low[left]) * (1 + high[left])) - 1)[out]
        moved = np.abs(after - now) > CLOSE * (1 + now)
        place[left] = after
        left = left[moved & (high[left] - low[left] > CLOSE * (1 + now))]
    return place


def _derivatives(data: Scaled, tau2: Array) -> tuple[Array, Array]:
    """The slope, and its derivative tr(PP) - 2 y'PPPy."""
    w = 1 / (data.v + tau2)
    square = w**2
    total, second = w.sum(0), square.sum(0)
    py = w * (data.y - (w * data.y).sum(0) / total)
    ppy = w * (py - (w * py).sum(0) / total)
    trace = second - 2 * (square * w).sum(0) / total + (second / total) ** 2
    return (py**2).sum(0) - (total - second / total), trace - 2 * (py * ppy).sum(0)
