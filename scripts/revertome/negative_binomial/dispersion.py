"""Dispersions that maximise the Cox-Reid adjusted profile likelihood, of all genes at once."""

from typing import Any

import numpy as np
import numpy.typing as npt

from revertome.arrays import Array, Mask
from revertome.negative_binomial.chunks import chunks
from revertome.negative_binomial.design import Layout, layout
from revertome.negative_binomial.likelihood import Profile

STEPS = 100
WIDTH = 2.5  # of the intervals of log(alpha) in which the slope is looked at first
CLOSE = 1e-9  # of log(alpha)


def maximise(
    counts: Any,
    design: Any,
    mu: Any,
    min_disp: float,
    max_disp: float,
    center: Any = None,
    variance: float | None = None,
    adjust: bool = True,
) -> tuple[Array, Mask]:
    """The dispersion at the largest maximum of the adjusted profile likelihood between two bounds.

    The slope by log(alpha) is taken on a coarse grid; every fall through zero, and a bound away
    from which the likelihood falls, is a maximum. Newton steps, halved intervals where the
    likelihood is not concave or a step leaves its interval, find it; among several the highest
    counts.

    Parameters
    ----------
    counts, mu : (n, G)
        Counts and fitted means above 0.
    design : (n, p), or Layout
    min_disp, max_disp : float
        Bounds of alpha.
    center : (G,), optional
        Dispersions at the centre of a normal prior of log(alpha).
    variance : float, optional
        Variance of that prior; None for no prior.
    adjust : bool
        Whether 1/2 log det X'WX is subtracted (Cox & Reid 1987).

    Returns
    -------
    alpha : (G,)
    converged : (G,)

    References
    ----------
    Cox DR, Reid N 1987, J R Stat Soc B 49:1; McCarthy DJ, Chen Y, Smyth GK 2012, Nucleic Acids
    Res 40:4288; Love MI, Huber W, Anders S 2014, Genome Biol 15:550.
    """
    k, means = np.asarray(counts), np.asarray(mu, dtype=float)
    plan = design if hasattr(design, "predictor") else layout(design, space=True)
    genes = k.shape[1]
    found, good = np.empty(genes), np.empty(genes, dtype=bool)
    low, high = float(np.log(min_disp)), float(np.log(max_disp))
    for part in chunks(len(k), genes):
        prior = None if variance is None else np.log(np.asarray(center, dtype=float)[part])
        profile = Profile(k[plan.order, part].astype(float), means[plan.order, part],
                          plan if adjust else None, prior, variance)  # fmt: skip
        found[part], good[part] = _maximum(profile, low, high)
    return np.exp(np.clip(found, low, high)), good


def profile_likelihood(counts: Any, design: Any, mu: Any, alpha: Any) -> Array:
    """Cox-Reid adjusted log-likelihood at given means and dispersions, without -log k!, (G,).

    Parameters
    ----------
    counts, mu : (n, G)
    design : (n, p), or Layout
    alpha : (G,) or float
    """
    k, means = np.asarray(counts), np.asarray(mu, dtype=float)
    plan: Layout = design if hasattr(design, "predictor") else layout(design, space=True)
    a = np.log(np.broadcast_to(np.asarray(alpha, dtype=float), (k.shape[1],)))
    out = np.empty(k.shape[1])
    for part in chunks(*k.shape):
        rows = k[plan.order, part].astype(float), means[plan.order, part]
        out[part] = Profile(*rows, plan).value(a[part])
    return out


def _maximum(profile: Profile, low: float, high: float) -> tuple[Array, Mask]:
    genes = profile.k.shape[1]
    grid = np.linspace(low, high, int(np.ceil((high - low) / WIDTH)) + 1)
    slope = np.array([profile.slopes(np.full(genes, a), second=False)[0] for a in grid])
    fall = (slope[:-1] > 0) & (slope[1:] <= 0)
    gene, at = np.nonzero(fall.T)
    peak, good = _root(profile.rows(gene), grid[at], grid[at + 1], slope[at, gene],
                       slope[at + 1, gene])  # fmt: skip
    for end, side in ((low, slope[0] <= 0), (high, slope[-1] > 0)):
        more = np.flatnonzero(side)
        gene = np.concatenate([gene, more])
        peak = np.concatenate([peak, np.full(len(more), end)])
        good = np.concatenate([good, np.ones(len(more), dtype=bool)])
    return _highest(profile, gene, peak, good)


def _highest(
    profile: Profile, gene: npt.NDArray[np.intp], peak: Array, good: Mask
) -> tuple[Array, Mask]:
    """The highest of each gene's maxima, the first of equal ones."""
    genes = profile.k.shape[1]
    several = np.bincount(gene, minlength=genes)[gene] > 1
    value = np.zeros(len(gene))
    if several.any():
        value[several] = profile.rows(gene[several]).value(peak[several])
    order = np.lexsort((peak, -value, gene))
    first = order[np.r_[True, np.diff(gene[order]) > 0]]
    return peak[first], good[first]


def _root(
    profile: Profile, left: Array, right: Array, above: Array, below: Array
) -> tuple[Array, Mask]:
    """Where the slope falls through zero between `left` and `right`, and whether it was met."""
    left, right = left.copy(), right.copy()
    a = left + (right - left) * np.clip(above / (above - below), 0.1, 0.9)
    out, good = a.copy(), np.zeros(len(a), dtype=bool)
    active = np.arange(len(a))
    for _ in range(STEPS):
        if not len(active):
            break
        slope, curve = profile.slopes(a)
        up = slope > 0
        left, right = np.where(up, a, left), np.where(up, right, a)
        with np.errstate(divide="ignore", invalid="ignore"):
            new = a - slope / curve
        inside = (curve < 0) & (new > left) & (new < right)
        new = np.where(inside, new, (left + right) / 2)
        # A step of 1e-4 leaves its square; one by halves must be as small as is asked for.
        done = np.where(inside, np.abs(new - a) < 1e-5, right - left < CLOSE) | (slope == 0)
        out[active] = np.where(slope == 0, a, new)
        good[active[done]] = True
        left, right, a = left[~done], right[~done], new[~done]
        active = active[~done]
        if done.any():
            profile = profile.rows(~done)
    return out, good
