"""Variance and degrees of freedom of every a d + b t from the cells of the people.

For each part of the people (a label of patients, healthy) the own variance of the contrast
(`cluster_robust`) is shrunk towards the gene's scale times the common pattern (`cell_pattern`)
with prior degrees of freedom estimated from the genes (`cell_prior`).
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import reduce
from typing import Any

import numpy as np

from revertome.arrays import Array, Mask
from revertome.limma.cell_prior import FEWEST, Along, ContrastPrior, contrast_prior
from revertome.limma.cluster_robust import RANK, Forms, combine

Prior = Callable[[Array, Array, Array, Along], ContrastPrior]


@dataclass(frozen=True)
class Scale:
    """Scale of every gene under the common pattern.

    Attributes
    ----------
    raw, df : (G,), (1,) or (G,)
        Unmoderated, and its degrees of freedom.
    post : (G,)
        Moderated.
    df_total : float or (G,)
        Degrees of freedom of `post`.
    """

    raw: Array
    df: Array
    post: Array
    df_total: float | Array


@dataclass(frozen=True)
class Shrinkage:
    """What one part of the people adds to the variance of a contrast.

    Attributes
    ----------
    target : (L,)
        Variance by the pattern, for a scale of 1.
    expected : (L,)
        Expectation of the own variance then, NaN where there is none.
    weight : (L or G,)
        Weight of the own variance, df / (df_prior + df).
    prior : (G,)
        Prior variance over that of the pattern.
    certain : (L or G,)
        Degrees of freedom of prior and own variance together.
    """

    target: Array
    expected: Array
    weight: Array
    prior: Array
    certain: Array

    def variance(self, own: Array, scale: Array) -> Array:
        """Variance (G,) from the own variance and the moderated scale."""
        there = self.weight > 0
        pattern = (1 - self.weight) * self.target * self.prior * scale
        if not there.any():
            return np.asarray(pattern)
        share = self.weight * self.target / np.where(there, self.expected, 1.0)
        pattern += share * own if there.all() else np.where(there, share * own, 0.0)
        return np.asarray(pattern)


class CellVariance:
    """Variances and degrees of freedom of every a d + b t, (G,).

    Parameters
    ----------
    parts : sequence of Forms
    scale : Scale
    covariate : Along
        What the location of the priors follows.
    prior : callable
        As `contrast_prior`.
    """

    def __init__(
        self,
        parts: Sequence[Forms],
        scale: Scale,
        covariate: Along,
        prior: Prior = contrast_prior,
    ) -> None:
        self.parts, self.scale, self.covariate = parts, scale, covariate
        self.fit_prior = prior
        self.held: dict[tuple[float, float], tuple[Array, Array]] = {}
        self.known: dict[tuple[float, float], list[Ingredients]] = {}

    def variance(self, a: float, b: float) -> Array:
        """Moderated variance of a d + b t."""
        return self._of(a, b)[0]

    def degrees(self, a: float, b: float) -> Array:
        """Its degrees of freedom.

        Three things are uncertain: what each part knows of its own ratio to the pattern, with
        certain_k degrees of freedom; and the scale s2, of which every part takes a share
        1 - w_k and which itself contains the own variances. Of v = sum of v_k the relative variance
        is 2 / df with

            v^2 / df = sum of v_k^2 / certain_k + (v^2 - (sum of w_k v_k)^2) / df_scale.

        Without prior it is Welch's and Satterthwaite's, with infinite priors that of s2.
        """
        return self._of(a, b)[1]

    def ingredients(self, a: float, b: float) -> list["Ingredients"]:
        """What is known of a d + b t beforehand, for every part of the people that is in it."""
        key = self._key(a, b)
        if key not in self.known:
            found = [_ingredients(k, part, *key) for k, part in enumerate(self.parts)]
            largest = max(float(part.target[[0, 2]].max()) for part in self.parts)
            self.known[key] = [one for one in found if (one.target > RANK * largest).any()]
        return self.known[key]

    def take(self, where: Mask) -> "Taken":
        """The genes selected by a mask; priors stay those of all genes."""
        return Taken(self, where)

    @staticmethod
    def _key(a: float, b: float) -> tuple[float, float]:
        sign = -1.0 if (a, b) < (0, 0) else 1.0
        return sign * a, sign * b

    def _of(self, a: float, b: float) -> tuple[Array, Array]:
        key = self._key(a, b)
        if key not in self.held:
            there = self.ingredients(*key)
            own = [combine(self.parts[one.part].own, *key) for one in there]
            how = [self._shrunk(one, v) for one, v in zip(there, own, strict=True)]
            self.held[key] = together(how, own, self.scale.post, self.scale.df_total)
        return self.held[key]

    def _shrunk(self, one: "Ingredients", own: Array) -> Shrinkage:
        prior = self.fit_prior(*one.ratio(own, self.scale.raw), self.scale.df, self.covariate)
        return one.shrunk(prior, prior.scale(self.covariate))


@dataclass(frozen=True)
class Ingredients:
    """What is known of a contrast in one part of the people before its own variance is seen.

    Attributes
    ----------
    part : int
        Position of the part.
    edge : (a, b)
        Contrast with the same prior: (1, 0) for people who are in d alone, as healthy people are.
    target : (L,)
        Variance by the pattern, for a scale of 1.
    expected : (L,)
        Expectation of the own variance then, NaN where there is none.
    df : (L,)
        Degrees of freedom of the own variance, 0 where there is none.
    """

    part: int
    edge: tuple[float, float]
    target: Array
    expected: Array
    df: Array

    def ratio(self, own: Array, raw: Array) -> tuple[Array, Array]:
        """Own variance over pattern and scale, (G,), and its degrees of freedom."""
        with np.errstate(divide="ignore", invalid="ignore"):
            return own / (self.expected * raw), self.df

    def take(self, at: Any, fewer: float = 1.0) -> "Ingredients":
        """Those of some genes, with `fewer` times the target."""
        values = (self.target * fewer, self.expected, self.df)
        some = (v if len(v) == 1 or at is None else v[at] for v in values)
        return Ingredients(self.part, self.edge, *some)

    def shrunk(self, prior: ContrastPrior, scale: Array) -> Shrinkage:
        """How genes are shrunk towards a prior, whose `scale` they have."""
        if np.isinf(prior.df):
            none, certain = np.zeros_like(self.df), np.full(self.df.shape, np.inf)
            return Shrinkage(self.target, self.expected, none, scale, certain)
        certain = prior.df + self.df
        with np.errstate(invalid="ignore"):
            weight = np.where(self.df > 0, self.df / certain, 0.0)
        return Shrinkage(self.target, self.expected, weight, scale, certain)


def _ingredients(number: int, part: Forms, a: float, b: float) -> Ingredients:
    target, expected, df = combine(part.target, a, b), combine(part.expected, a, b), part.df(a, b)
    there = (df >= FEWEST) & (expected > RANK * target)
    alone = (part.target[2] <= RANK * part.target[0]).all()
    edge = (1.0, 0.0) if alone else (a, b)
    expected, df = np.where(there, expected, np.nan), np.where(there, df, 0.0)
    return Ingredients(number, edge, target, expected, df)


def together(
    how: Sequence[Shrinkage], own: Sequence[Array], scale: Array, df_scale: float | Array
) -> tuple[Array, Array]:
    """Variance of a contrast and its degrees of freedom from all parts; see `degrees`."""
    each = [s.variance(v, scale) for s, v in zip(how, own, strict=True)]
    total = reduce(np.add, each)
    # A part of one person has no degrees of freedom, and its prior may have none either.
    certain = [np.maximum(s.certain, FEWEST) for s in how]
    spread = reduce(np.add, [v**2 / c for c, v in zip(certain, each, strict=True)])
    alone = reduce(np.add, [s.weight * v for s, v in zip(how, each, strict=True)])
    common = (total**2 - alone**2) / df_scale
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray(total), np.asarray(total**2 / (spread + common))


@dataclass(frozen=True)
class Taken:
    """Some of the genes of a `CellVariance`."""

    whole: CellVariance
    where: Mask

    def variance(self, a: float, b: float) -> Array:
        """Moderated variance of a d + b t."""
        return self.whole.variance(a, b)[self.where]

    def degrees(self, a: float, b: float) -> Array:
        """Its degrees of freedom."""
        return self.whole.degrees(a, b)[self.where]

    def take(self, where: Mask) -> "Taken":
        """Fewer of the genes."""
        kept = self.where.copy()
        kept[self.where] = where
        return Taken(self.whole, kept)
