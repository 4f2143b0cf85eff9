"""Negative binomial regressions of all genes, by the steps that edgeR's ``glmFit`` takes.

Its answers are the iterates at which it stops (the deviance is then within 1e-6 of its minimum),
so that small likelihood ratios are equal only where the steps are: damped Fisher scoring
(Levenberg-Marquardt), or one-way groups each by Newton's method (McCarthy et al. 2012).
"""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from revertome.arrays import Array, Mask
from revertome.negative_binomial.chunks import chunks
from revertome.negative_binomial.design import Layout, layout
from revertome.quasi_likelihood.deviance import deviance

TOLERANCE = 1e-6  # of the squared Newton decrement
MAXIMUM = 250
LOW = 1e-13

Indices = npt.NDArray[np.intp]


@dataclass(frozen=True)
class Regression:
    """Regressions of all genes: coefficients (G, p), natural log; means (G, n); deviance (G,)."""

    coefficients: Array
    mu: Array
    deviance: Array


def regress(
    y: Array,
    design: Array,
    dispersion: float | Array,
    offset: Array,
    start: Array | None = None,
    plan: Layout | None = None,
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
    offset : (n,) or (G, n)
        Log effective library sizes.
    start : (G, p), optional
        Coefficients to begin with; those of equal expression by default. Not used by one-way
        layouts, which are solved to 1e-10.
    plan : Layout, optional
        That of the design, where it is made once for many calls.

    Returns
    -------
    Regression
        A gene without counts has missing coefficients and means 0.
    """
    d = np.broadcast_to(np.asarray(dispersion, dtype=float), len(y))
    rows = groups_of(design)
    if len(rows[0]) == design.shape[1]:
        return _one_way(y, design, d, offset, *rows)
    plan = plan or layout(design)
    out = Regression(np.empty((len(y), design.shape[1])), np.empty(y.shape), np.empty(len(y)))
    for part in chunks(len(design), len(y)):
        own = offset if offset.ndim == 1 else offset[part]
        first = _equal(y[part], design, d[part], own) if start is None else start[part]
        problem = _Damped(plan, design, y[part], d[part], own, first)
        problem.solve()
        out.coefficients[part, plan.columns] = problem.beta.T
        out.mu[part, plan.order] = problem.mu.T
        out.deviance[part] = problem.deviance
    return out


def groups_of(design: Array) -> tuple[Indices, Indices]:
    """First sample of each distinct row of a design, and the row of every sample."""
    return _groups_of(np.ascontiguousarray(design, dtype=float).tobytes(), design.shape)


@lru_cache(maxsize=8)  # asked at every point of the grid
def _groups_of(design: bytes, shape: tuple[int, ...]) -> tuple[Indices, Indices]:
    near = np.round(np.frombuffer(design).reshape(shape), 10) + 0.0
    _, first, each = np.unique(near, axis=0, return_index=True, return_inverse=True)
    return first, each.reshape(-1)


def one_group(y: Array, d: Array, offset: Array) -> Array:
    """Log mean of one group by Newton's method, (G,); -inf for a gene without counts."""
    offset = np.broadcast_to(offset, y.shape)
    total = (y / np.exp(offset)).mean(axis=1)
    with np.errstate(divide="ignore"):
        beta = np.log(total)
    active = np.flatnonzero(total > 0)
    for _ in range(50):
        mu = np.exp(beta[active, None] + offset[active])
        denominator = 1 + mu * d[active, None]
        step = ((y[active] - mu) / denominator).sum(axis=1) / (mu / denominator).sum(axis=1)
        beta[active] += step
        active = active[np.abs(step) >= 1e-10]
        if not len(active):
            break
    return np.asarray(beta)


def _one_way(
    y: Array, design: Array, d: Array, offset: Array, first: Indices, group: Indices
) -> Regression:
    beta = np.empty((len(y), len(first)))
    for g in range(len(first)):
        at = group == g
        beta[:, g] = np.maximum(one_group(y[:, at], d, offset[..., at]), -1e8)
    mu = np.exp(beta[:, group] + offset)
    b = np.asarray(np.linalg.solve(design[first], beta.T).T)
    return Regression(b, mu, deviance(y, mu, d))


def _equal(y: Array, design: Array, d: Array, offset: Array) -> Array:
    """Coefficients nearest to the same weighted mean count per library size in all samples."""
    size = np.exp(offset)
    w = size / (1 + d[:, None] * size)
    with np.errstate(divide="ignore"):
        level = np.log((y * w / size).sum(axis=1) / w.sum(axis=1))
    direction = np.linalg.lstsq(design, np.ones(len(design)), rcond=None)[0]
    return np.asarray(np.where(np.isfinite(level), level, 0.0)[:, None] * direction)


class _Damped:
    """Damped scoring of a chunk of genes; those that are done are left where they stopped.

    Arrays are samples (in the order of the plan) x genes.
    """

    def __init__(
        self, plan: Layout, design: Array, y: Array, d: Array, offset: Array, start: Array
    ) -> None:
        self.plan, self.d = plan, d
        self.offset = np.broadcast_to(offset, y.shape)[:, plan.order].T
        self.y = np.ascontiguousarray(y[:, plan.order].T)
        self.x = design[np.ix_(plan.order, plan.columns)]
        self.most = y.max(axis=1)
        self.empty = self.most < 1e-10
        self.beta = np.where(self.empty, 0.0, start[:, plan.columns].T)
        self.mu = np.exp(plan.predictor(self.beta) + self.offset)
        self.deviance = deviance(self.y.T, self.mu.T, d)
        self.damping, self.highest = np.zeros(len(y)), np.full(len(y), -1.0)

    def solve(self) -> None:
        active = np.flatnonzero(~self.empty)
        for number in range(MAXIMUM):
            if not len(active):
                break
            active = active[self._step(active, number == 0)]
        self.beta[:, self.empty] = np.nan
        self.mu[:, self.empty] = self.deviance[self.empty] = 0

    def _step(self, at: Indices, first: bool) -> Mask:
        """One accepted step of some genes; which of them go on."""
        mu = self.mu.take(at, axis=1)
        denominator = 1 + mu * self.d[at]
        w = mu / denominator
        score = (self.y.take(at, axis=1) - mu) / denominator
        slope = self.plan.products(score)
        self.highest[at] = np.maximum(self.highest[at], self.plan.products(w, 2).max(axis=0))
        if first:
            self.damping[at] = np.maximum(self.highest[at] * 1e-6, LOW)
        self._strengthen(at, w)
        go_on, easy = np.ones(len(at), dtype=bool), np.ones(len(at), dtype=bool)
        pending = np.arange(len(at))
        while len(pending):
            own = at[pending]
            ridge = np.broadcast_to(self.damping[own], (len(self.beta), len(own)))
            solver = self.plan.solver(w.take(pending, axis=1), ridge)
            step = solver.solve(score.take(pending, axis=1), 0 * ridge)
            accepted, low = self._try(own, step)
            gain = (slope[:, pending] * step).sum(axis=0)
            go_on[pending[accepted & (low | (gain < TOLERANCE))]] = False
            refused = ~accepted
            easy[pending[refused]] = False
            self.damping[own[refused]] *= 2
            failed = refused & (self.damping[own] > self.highest[own] / LOW)
            go_on[pending[failed]] = False
            pending = pending[refused & ~failed]
        self.damping[at[go_on & easy]] /= 10
        return go_on

    def _try(self, own: Indices, step: Array) -> tuple[Mask, Mask]:
        """Take the steps that do not raise the deviance: which, and which fit to all digits."""
        beta = self.beta.take(own, axis=1) + step
        with np.errstate(over="ignore", invalid="ignore"):
            mu = np.exp(self.plan.predictor(beta) + self.offset.take(own, axis=1))
            new = deviance(self.y.take(own, axis=1).T, mu.T, self.d[own])
        low = new / self.most[own] < LOW
        accepted = (new <= self.deviance[own]) | low
        taken = own[accepted]
        self.beta[:, taken], self.mu[:, taken] = beta[:, accepted], mu[:, accepted]
        self.deviance[taken] = new[accepted]
        return accepted, low

    def _strengthen(self, at: Indices, w: Array) -> None:
        """More damping where means of 0 leave X'WX + damping I singular."""
        for g in np.flatnonzero(w.min(axis=0) < 1e-8 * w.max(axis=0)):
            information = (self.x.T * w[:, g]) @ self.x
            while not _definite(information + self.damping[at[g]] * np.eye(len(information))):
                self.damping[at[g]] *= 10


def _definite(matrix: Array) -> bool:
    try:
        np.linalg.cholesky(matrix)
    except np.linalg.LinAlgError:
        return False
    return True
