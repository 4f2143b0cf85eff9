"""Negative binomial likelihood of given means by the logarithm of the dispersion."""

from typing import Any

import numpy as np

from revertome.arrays import Array
from revertome.negative_binomial.design import Layout
from revertome.negative_binomial.gamma_remainders import LEAST, remainder, slopes, steps


class Profile:
    """Cox-Reid adjusted log-likelihood of a chunk of genes at fixed means.

    l(a) = sum_i log NB(k_i; mu_i, e^a) - 1/2 log det X'W(a)X - (a - center)^2 / (2 variance)

    without the terms that are free of a (log k!). With r = e^-a and u = (k - mu) / (r + mu) the
    sums are of log(1 + u), and of the remainders of the gamma functions at k + r: exact also at
    r = 1e8, where the plain form loses all digits.

    Parameters
    ----------
    k, mu : (n, G)
        Samples in the order of `plan`.
    plan : Layout or None
        None for no adjustment.
    center, variance : (G,) and float, or None
        Normal prior of a.
    """

    def __init__(
        self, k: Array, mu: Array, plan: Layout | None,
        center: Array | None = None, variance: float | None = None,
    ) -> None:  # fmt: skip
        self.k, self.mu, self.plan = k, mu, plan
        self.center, self.variance = center, variance
        # F(k + r) - F(r) is F(max(k, LEAST) + r) - F(LEAST + r) less the falls of F from r to the
        # lesser of k and LEAST: the number of counts above each size is all that these take.
        self.above = np.array([(k > j).sum(axis=0) for j in range(LEAST)], dtype=float)
        self.many = np.maximum(k, LEAST)

    def rows(self, keep: Any) -> "Profile":
        """Some of the genes."""
        part = object.__new__(Profile)
        part.k, part.mu, part.many = self.k[:, keep], self.mu[:, keep], self.many[:, keep]
        part.above, part.plan, part.variance = self.above[:, keep], self.plan, self.variance
        part.center = None if self.center is None else self.center[keep]
        return part

    def slopes(self, a: Array, second: bool = True) -> tuple[Array, Array]:
        """First and second derivative by a, (G,) each; the second is 0 unless asked for."""
        r = np.exp(-a)
        inverse = 1 / (self.mu + r)
        u = (self.k - self.mu) * inverse
        s, t = slopes(self.many + r, second)
        s += np.log1p(u)
        s -= u
        edge, bent = slopes(LEAST + r, second)
        g1 = s.sum(axis=0) - len(self.k) * edge - (self.above * steps(r, 1)).sum(axis=0)
        first, curve = -r * g1, np.zeros_like(a)
        if t is not None and bent is not None:
            u *= u
            u /= self.k + r
            t += u
            g2 = t.sum(axis=0) - len(self.k) * bent - (self.above * steps(r, 2)).sum(axis=0)
            # T is trigamma(x) - 1 / x, the derivative of digamma(x) - log x.
            curve = r * g1 + r * r * g2
        if self.plan is not None:
            inverse *= self.mu
            inverse *= r  # now mu / (1 + alpha mu)
            d1, d2 = self.plan.log_determinant_slopes(inverse, second)
            alpha = 1 / r
            first -= 0.5 * alpha * d1
            if second:
                curve -= 0.5 * alpha * (d1 + alpha * d2)
        if self.center is not None and self.variance is not None:
            first -= (a - self.center) / self.variance
            curve -= 1 / self.variance
        return first, curve

    def value(self, a: Array) -> Array:
        """l(a), (G,)."""
        r = np.exp(-a)
        inverse = 1 / (self.mu + r)
        u = (self.k - self.mu) * inverse
        with np.errstate(divide="ignore", invalid="ignore"):
            poisson = np.where(self.k > 0, self.k * np.log(self.mu), 0.0) - self.k
        terms = (self.k + r) * np.log1p(u) - 0.5 * np.log1p(self.k / r) + poisson
        terms += remainder(self.many + r)
        total = terms.sum(axis=0) - len(self.k) * remainder(LEAST + r)
        total -= (self.above * steps(r, 0)).sum(axis=0)
        if self.plan is not None:
            total -= 0.5 * self.plan.log_determinant(self.mu * inverse * r)
        if self.center is not None and self.variance is not None:
            total -= (a - self.center) ** 2 / (2 * self.variance)
        return np.asarray(total)
