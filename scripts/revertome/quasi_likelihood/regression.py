"""Negative binomial regressions of all genes, by the steps that edgeR's ``glmFit`` takes.

Its answers are the iterates at which it stops (the deviance is then within 1e-6 of its minimum),
so that small likelihood ratios are equal only where the steps are: damped Fisher scoring
(Levenberg-Marquardt), or one-way groups each by Newton's method (McCarthy et al. 2012).
"""

from dataclasses import dataclass

import numpy as np

from revertome.arrays import Array
from revertome.quasi_likelihood.deviance import deviance, weighted

TOLERANCE = 1e-6  # of the squared Newton decrement
MAXIMUM = 250
LOW = 1e-13
CHUNK = 4_000_000  # numbers of the informations that are held at once


@dataclass(frozen=True)
class Regression:
    """Regressions of all genes: coefficients (G, p), natural log; means (G, n); deviance (G,)."""

    coefficients: Array
    mu: Array
    deviance: Array


def regress(
    y: Array, design: Array, dispersion: float | Array, offset: Array, start: Array | None = None
) -> Regression:
    """Maximum likelihood at given dispersions.

    Parameters
    ----------
    y : (G, n)
        Counts.
    design : (n, p)
        Full rank.
    dispersion : float or (G,)
        Variance mu + dispersion mu^2.
    offset : (n,)
        Log effective library sizes.
    start : (G, p), optional
        Coefficients to begin with; those of equal expression by default. Not used by one-way
        layouts, which are solved to 1e-10.

    Returns
    -------
    Regression
        A gene without counts has missing coefficients and means 0.
    """
    d = np.broadcast_to(np.asarray(dispersion, dtype=float), len(y))
    rows = groups_of(design)
    if len(rows[0]) == design.shape[1]:
        return _one_way(y, design, d, offset, *rows)
    size = max(1, CHUNK // max(design.shape[1] ** 2, design.shape[0]))
    parts = [slice(i, i + size) for i in range(0, len(y), size)]
    out = Regression(np.empty((len(y), design.shape[1])), np.empty(y.shape), np.empty(len(y)))
    for part in parts:
        first = _equal(y[part], design, d[part], offset) if start is None else start[part]
        found = _Damped(y[part], design, d[part], offset, first).solve()
        out.coefficients[part], out.mu[part], out.deviance[part] = found
    return out


def groups_of(design: Array) -> tuple[Array, Array]:
    """First sample of each distinct row of a design, and the row of every sample."""
    near = np.round(design, 10) + 0.0
    _, first, each = np.unique(near, axis=0, return_index=True, return_inverse=True)
    return first, each.reshape(-1)


def one_group(y: Array, d: Array, offset: Array) -> Array:
    """Log mean of one group by Newton's method, (G,); -inf for a gene without counts."""
    total = (y / np.exp(offset)).mean(axis=1)
    with np.errstate(divide="ignore"):
        beta = np.log(total)
    active = np.flatnonzero(total > 0)
    for _ in range(50):
        mu = np.exp(beta[active, None] + offset)
        denominator = 1 + mu * d[active, None]
        step = ((y[active] - mu) / denominator).sum(axis=1) / (mu / denominator).sum(axis=1)
        beta[active] += step
        active = active[np.abs(step) >= 1e-10]
        if not len(active):
            break
    return np.asarray(beta)


def _one_way(
    y: Array, design: Array, d: Array, offset: Array, first: Array, group: Array
) -> Regression:
    beta = np.empty((len(y), len(first)))
    for g in range(len(first)):
        at = group == g
        beta[:, g] = np.maximum(one_group(y[:, at], d, offset[at]), -1e8)
    mu = np.exp(beta[:, group] + offset)
    return Regression(np.linalg.solve(design[first], beta.T).T, mu, deviance(y, mu, d))


def _equal(y: Array, design: Array, d: Array, offset: Array) -> Array:
    """Coefficients nearest to the same weighted mean count per library size in all samples."""
    size = np.exp(offset)
    w = size / (1 + d[:, None] * size)
    with np.errstate(divide="ignore"):
        level = np.log((y * w / size).sum(axis=1) / w.sum(axis=1))
    direction = np.linalg.lstsq(design, np.ones(len(design)), rcond=None)[0]
    return np.asarray(np.where(np.isfinite(level), level, 0.0)[:, None] * direction)


class _Damped:
    """Damped scoring of a chunk of genes; those that are done are left where they stopped."""

    def __init__(self, y: Array, design: Array, d: Array, offset: Array, start: Array) -> None:
        self.y, self.x, self.d, self.offset = y, design, d, offset
        self.most = y.max(axis=1)
        self.empty = self.most < 1e-10
        self.beta = np.where(self.empty[:, None], 0.0, start)
        self.mu = np.exp(self.beta @ design.T + offset)
        self.deviance = deviance(y, self.mu, d)
        self.damping, self.highest = np.zeros(len(y)), np.full(len(y), -1.0)

    def solve(self) -> tuple[Array, Array, Array]:
        active = np.flatnonzero(~self.empty)
        for number in range(MAXIMUM):
            if not len(active):
                break
            active = active[self._step(active, number == 0)]
        self.beta[self.empty] = np.nan
        self.mu[self.empty] = self.deviance[self.empty] = 0
        return self.beta, self.mu, self.deviance

    def _step(self, at: Array, first: bool) -> Array:
        """One accepted step of some genes; which of them go on."""
        mu = self.mu[at]
        denominator = 1 + mu * self.d[at, None]
        w = mu / denominator
        slope = ((self.y[at] - mu) / denominator) @ self.x
        information = weighted(w, self.x)
        diagonal = np.einsum("gii->gi", information)
        self.highest[at] = np.maximum(self.highest[at], diagonal.max(axis=1))
        if first:
            self.damping[at] = np.maximum(self.highest[at] * 1e-6, LOW)
        fragile = w.min(axis=1) < 1e-8 * w.max(axis=1)
        go_on, easy = np.ones(len(at), dtype=bool), np.ones(len(at), dtype=bool)
        pending = np.arange(len(at))
        while len(pending):
            own = at[pending]
            step = self._move(own, information[pending], slope[pending], fragile[pending])
            accepted, low = self._try(own, step)
            gain = (slope[pending] * step).sum(axis=1)
            go_on[pending[accepted & (low | (gain < TOLERANCE))]] = False
            refused = ~accepted
            easy[pending[refused]] = False
            self.damping[own[refused]] *= 2
            failed = refused & (self.damping[own] > self.highest[own] / LOW)
            go_on[pending[failed]] = False
            pending = pending[refused & ~failed]
        self.damping[at[go_on & easy]] /= 10
        return go_on

    def _try(self, own: Array, step: Array) -> tuple[Array, Array]:
        """Take the steps that do not raise the deviance: which, and which fit to all digits."""
        beta = self.beta[own] + step
        with np.errstate(over="ignore", invalid="ignore"):
            mu = np.exp(beta @ self.x.T + self.offset)
            new = deviance(self.y[own], mu, self.d[own])
        low = new / self.most[own] < LOW
        accepted = (new <= self.deviance[own]) | low
        taken = own[accepted]
        self.beta[taken], self.mu[taken] = beta[accepted], mu[accepted]
        self.deviance[taken] = new[accepted]
        return accepted, low

    def _move(self, own: Array, information: Array, slope: Array, fragile: Array) -> Array:
        """(X'WX + damping I)^-1 slope; more damping where means of 0 leave it singular."""
        p = self.x.shape[1]
        eye = np.eye(p)
        for g in np.flatnonzero(fragile):
            while not _definite(information[g] + self.damping[own[g]] * eye):
                self.damping[own[g]] *= 10
        damped = information + self.damping[own, None, None] * eye
        return np.asarray(np.linalg.solve(damped, slope[:, :, None])[:, :, 0])


def _definite(matrix: Array) -> bool:
    try:
        np.linalg.cholesky(matrix)
    except np.linalg.LinAlgError:
        return False
    return True
