"""How own variances of contrasts are shrunk towards the common pattern, many contrasts at once.

A row is one contrast a d + b t in one part of the people (a label of patients, healthy). Rows of
one contrast add up to its variance.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from revertome.arrays import Array
from revertome.limma.cell_prior import FEWEST, ContrastPrior
from revertome.limma.cluster_robust import RANK, Forms, combine

Edge = tuple[float, float]
Rows = npt.NDArray[np.intp]


def oriented(a: float, b: float) -> tuple[Edge, float]:
    """Of a contrast and its opposite, which are one but for the sign, always the same; the sign."""
    sign = -1.0 if (a, b) < (0, 0) else 1.0
    return (sign * a, sign * b), sign


@dataclass(frozen=True)
class Ingredients:
    """What is known of contrasts in each part of the people before own variances are seen.

    Attributes
    ----------
    edges : tuple of (a, b)
        The contrasts.
    edge, part : (K,)
        Positions of the contrast and of the part of each row.
    target : (K, L)
        Variance by the pattern, for a scale of 1.
    expected : (K, L)
        Expectation of the own variance then, NaN where there is none.
    df : (K, L)
        Degrees of freedom of the own variance, 0 where there is none.
    """

    edges: tuple[Edge, ...]
    edge: Rows
    part: Rows
    target: Array
    expected: Array
    df: Array

    @cached_property
    def member(self) -> Array:
        """1 where a row is of a contrast, (contrasts, K)."""
        member = np.arange(len(self.edges))[:, None] == self.edge
        return np.asarray(member, dtype=float)

    def own(self, sums: Array, pairs: Sequence[int], times: Array | float = 1.0) -> Array:
        """Own variances (K, G), `times` (parts,) those from the sums of squares.

        Parameters
        ----------
        sums : (pairs, parts, G)
            Of d^2, d t and t^2, or those of them that contrasts need: `pairs` says which.
        """
        a, b = np.array(self.edges)[self.edge].T
        factor = np.stack([a * a, 2 * a * b, b * b])[list(pairs)]
        n_parts = sums.shape[1]
        mix = np.zeros((len(a), len(factor), n_parts))
        mix[np.arange(len(a)), :, self.part] = factor.T
        mix *= times
        return np.asarray(mix.reshape(len(a), -1) @ sums.reshape(mix[0].size, -1))

    def ratio(self, own: Array, raw: Array) -> Array:
        """Own variances over pattern and scale, (K, G)."""
        with np.errstate(divide="ignore", invalid="ignore"):
            return np.asarray(own / (self.expected * raw))

    def take(self, at: Rows) -> "Ingredients":
        """Those of some genes."""
        if self.target.shape[1] == 1:
            return self
        some = (part[:, at] for part in (self.target, self.expected, self.df))
        return Ingredients(self.edges, self.edge, self.part, *some)

    def shrunk(
        self, priors: Sequence[ContrastPrior], scale: Array, fewer: Array | None = None
    ) -> "Shrinkage":
        """How genes are shrunk towards priors, whose `scale` (K, G) they have.

        `fewer` (parts,) is a factor of the target.
        """
        target = self.target if fewer is None else self.target * fewer[self.part, None]
        certain = np.array([prior.df for prior in priors])[:, None] + self.df
        weight = np.divide(self.df, certain, out=np.zeros_like(certain), where=self.df > 0)
        return Shrinkage(self.member, target, self.expected, weight, scale, certain)


@dataclass(frozen=True)
class Shrinkage:
    """What each row adds to the variance of its contrast.

    Attributes
    ----------
    member : (contrasts, K)
        1 where a row is of a contrast.
    target : (K, L)
        Variance by the pattern, for a scale of 1.
    expected : (K, L)
        Expectation of the own variance then, NaN where there is none.
    weight : (K, L)
        Weight of the own variance, df / (df_prior + df).
    prior : (K, G)
        Prior variance over that of the pattern.
    certain : (K, L)
        Degrees of freedom of prior and own variance together.
    """

    member: Array
    target: Array
    expected: Array
    weight: Array
    prior: Array
    certain: Array

    @property
    def pattern(self) -> Array:
        """What the pattern adds to the variance, (K, G), for a scale of 1."""
        return (1 - self.weight) * self.target * self.prior

    def variance(self, own: Array, scale: Array) -> Array:
        """Variance (K, G) from the own variance and the moderated scale."""
        there = self.weight > 0
        share = self.weight * self.target / np.where(there, self.expected, 1.0)
        whole = self.pattern * scale
        whole += share * own if there.all() else np.where(there, share * own, 0.0)
        return np.asarray(whole)

    def together(self, own: Array, scale: Array, df_scale: float | Array) -> tuple[Array, Array]:
        """Variances of the contrasts and their degrees of freedom, (contrasts, G).

        See `CellVariance.degrees`.
        """
        each = self.variance(own, scale)
        total, alone = self.member @ each, self.member @ (self.weight * each)
        # A part of one person has no degrees of freedom, and its prior may have none either.
        each *= each
        each /= np.maximum(self.certain, FEWEST)
        spread = self.member @ each
        common = (total**2 - alone**2) / df_scale
        with np.errstate(divide="ignore", invalid="ignore"):
            return np.asarray(total), np.asarray(total**2 / (spread + common))


def ingredients(parts: Sequence[Forms], edges: tuple[Edge, ...]) -> Ingredients:
    """Ingredients of contrasts, each in the parts of the people that are in it."""
    least = RANK * max(float(part.target[[0, 2]].max()) for part in parts)
    found = [_of_one(parts, k, edge, least) for k, edge in enumerate(edges)]
    return Ingredients(edges, *(np.concatenate(rows) for rows in zip(*found, strict=True)))


def _of_one(
    parts: Sequence[Forms], number: int, edge: Edge, least: float
) -> tuple[Rows, Rows, Array, Array, Array]:
    """Rows of one contrast: where its variance by the pattern is above the `least`."""
    target, expected = (
        np.stack([combine(getattr(part, name), *edge) for part in parts])
        for name in ("target", "expected")
    )
    df = np.stack([part.df(*edge) for part in parts])
    there = (df >= FEWEST) & (expected > RANK * target)
    expected, df = np.where(there, expected, np.nan), np.where(there, df, 0.0)
    kept = np.flatnonzero((target > least).any(axis=1))
    return np.full(len(kept), number), kept, target[kept], expected[kept], df[kept]
