"""Negative binomial regressions with a log link of all genes at once."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from revertome.arrays import Array, Mask
from revertome.negative_binomial.chunks import chunks
from revertome.negative_binomial.design import Layout, layout

RIDGE = 1e-6  # of DESeq2, on natural logarithms
BOUND = 30.0  # of coefficients
LONGEST = 4.0  # move of a linear predictor in one step
NEAR = 3.0  # move of a linear predictor from which on the observed information is used
MOVED = 1e-5  # of a linear predictor in the last step: its square is left
GAINED = 1e-13  # log-likelihood that one more step could add


@dataclass(frozen=True)
class Fit:
    """Regressions of all genes.

    Attributes
    ----------
    coefficients : (G, p)
        Natural logarithms, columns as in the design.
    mu : (n, G)
        Fitted means, not floored.
    hat : (n, G)
        Diagonal of W^1/2 X (X'WX + ridge)^-1 X' W^1/2 at floored means.
    converged : (G,)
    """

    coefficients: Array
    mu: Array
    hat: Array
    converged: Mask


def fit(
    counts: Any,
    design: Any,
    offset: Any,
    alpha: Any,
    min_mu: float = 0.5,
    ridge: Any = RIDGE,
    start: Any = None,
    bound: float = BOUND,
    maxiter: int = 250,
    hat: bool = True,
) -> Fit:
    """Maximum likelihood coefficients at given dispersions.

    DESeq2's floor on the means bends the likelihood: below `min_mu` a sample enters with the
    weight and the slope that it has at the floor, so that its part of the likelihood goes on as a
    parabola. What is maximised is concave; Newton steps on it, after a first one by expected
    weights, reach the fixed point of DESeq2's iterations, which stop when the deviance changes
    by 1e-8 of itself, near that point.

    Parameters
    ----------
    counts : (n, G)
    design : (n, p), or Layout
        Full rank.
    offset : (n,) or (n, G)
        Logarithms of size factors, or of effective library sizes.
    alpha : (G,) or float
        Dispersions, above 0: variance mu + alpha mu^2.
    min_mu : float
        Floor of the means; 0 for none.
    ridge : float or (p,)
        Ridge penalty of the coefficients, in the order of the design.
    start : (G, p), optional
        Coefficients to begin with; weighted least squares of log(count / size factor + 0.1) by
        default.
    bound : float
        Largest absolute coefficient.
    maxiter : int
        Steps after which a gene is left as not converged.
    hat : bool
        False leaves `hat` empty, to save time.

    Returns
    -------
    Fit

    References
    ----------
    Love MI, Huber W, Anders S 2014, Genome Biol 15:550.
    """
    plan = design if hasattr(design, "predictor") else layout(design)
    k = np.asarray(counts)
    n, genes = k.shape
    p = len(plan.columns)
    alphas = np.broadcast_to(np.asarray(alpha, dtype=float), (genes,))
    offsets = np.asarray(offset, dtype=float).reshape(n, -1)
    penalty = np.broadcast_to(np.asarray(ridge, dtype=float), (p,))[plan.columns]
    out = Fit(np.empty((genes, p)), np.empty((n, genes)), np.empty((n, genes if hat else 0)),
              np.zeros(genes, dtype=bool))  # fmt: skip
    for part in chunks(n, genes):
        own = offsets[plan.order] if offsets.shape[1] == 1 else offsets[plan.order, part]
        own = np.ascontiguousarray(own)
        problem = _Problem(plan, k[plan.order, part].astype(float), own, alphas[part],
                           min_mu, penalty, bound)  # fmt: skip
        first = problem.start() if start is None else np.asarray(start)[part][:, plan.columns].T
        b, out.converged[part] = problem.solve(first, maxiter)
        eta = plan.predictor(b)
        out.mu[plan.order, part] = np.exp(eta + own)
        out.coefficients[part, plan.columns] = b.T
        if hat:
            w = problem.at(eta).expected
            out.hat[plan.order, part] = plan.solver(w, penalty).hat()
    return out


@dataclass(frozen=True)
class _State:
    """Scores, expected and observed weights at a linear predictor, (n, G) each."""

    score: Array
    expected: Array
    observed: Array


class _Problem:
    """The regressions of a chunk of genes, samples and columns in the order of the layout."""

    def __init__(
        self, plan: Layout, k: Array, offset: Array, alpha: Array, min_mu: float,
        ridge: Array, bound: float,
    ) -> None:  # fmt: skip
        self.plan, self.k, self.offset, self.alpha = plan, k, offset, alpha
        self.ridge, self.bound = ridge, bound
        with np.errstate(divide="ignore"):
            self.floor = np.log(min_mu) - offset

    def start(self) -> Array:
        """Coefficients by least squares of log(count / size factor + 0.1), counts as means."""
        size = np.exp(self.offset)
        mu = self.k + 0.1 * size
        w = mu / (1 + self.alpha * mu)
        none = np.zeros((len(self.ridge), 1))
        return np.asarray(self.plan.solver(w, self.ridge).solve(w * np.log(mu / size), none))

    def at(self, eta: Array) -> _State:
        above = np.maximum(eta, self.floor)
        mu = np.exp(above + self.offset)
        inverse = 1 / (1 + self.alpha * mu)
        expected = mu * inverse
        score = (self.k - mu) * inverse
        observed = expected * inverse * (1 + self.alpha * self.k)
        low = above > eta
        if low.any():
            score += expected * (above - eta)
            observed = np.where(low, expected, observed)
        return _State(score, expected, observed)

    def rows(self, keep: Mask) -> "_Problem":
        """The regressions of some of the genes."""
        part = object.__new__(_Problem)
        part.plan, part.ridge, part.bound = self.plan, self.ridge, self.bound
        part.k, part.alpha = self.k[:, keep], self.alpha[keep]
        wide = self.offset.shape[1] > 1
        part.offset = self.offset[:, keep] if wide else self.offset
        part.floor = self.floor[:, keep] if wide else self.floor
        return part

    def solve(self, b: Array, maxiter: int) -> tuple[Array, Mask]:
        """Coefficients (p, G), and which have converged."""
        genes = b.shape[1]
        out, good = np.clip(b, -self.bound, self.bound), np.zeros(genes, dtype=bool)
        active, now, b = np.arange(genes), self, out.copy()
        step = np.zeros_like(b)
        near = np.zeros(genes, dtype=bool)
        for number in range(maxiter):
            b, step, done = now.move(b, step, near)
            out[:, active] = b
            good[active[done]] = True
            near = np.abs(now.plan.predictor(step)).max(axis=0) < NEAR
            if done.all():
                break
            if done.any() and (number > 2 or done.mean() > 0.2):
                active, b, step, near = active[~done], b[:, ~done], step[:, ~done], near[~done]
                now = now.rows(~done)
        return out, good

    def move(self, b: Array, last: Array, near: Mask) -> tuple[Array, Array, Mask]:
        """One step: coefficients, the step, and which genes need no other.

        The likelihood is concave: where it falls at the end of the last step more steeply than
        half of what this step promises, its maximum along that step was passed, and half of it is
        taken back.
        """
        state = self.at(self.plan.predictor(b))
        pull = self.ridge[:, None] * b
        weight = state.observed if near.all() else state.expected
        if near.any() and not near.all():
            weight = np.where(near, state.observed, state.expected)
        solver = self.plan.solver(weight, self.ridge)
        step = np.clip(b + solver.solve(state.score, pull), -self.bound, self.bound) - b
        moved = self.plan.predictor(step)
        # Weights of means far below their counts promise far too much: shorter, the same way.
        short = np.minimum(1, LONGEST / np.maximum(np.abs(moved).max(axis=0), LONGEST))
        step, moved = step * short, moved * short
        gain = (moved * state.score).sum(axis=0) - (step * pull).sum(axis=0)
        done = (np.abs(moved).max(axis=0) < MOVED) | (np.abs(gain) < GAINED)
        back = (self.plan.predictor(last) * state.score).sum(axis=0) - (last * pull).sum(axis=0)
        past = (back < -0.5 * gain) & (back < -1e-3) & ~done
        step = np.where(past, -last / 2, step)
        return b + step, step, done
