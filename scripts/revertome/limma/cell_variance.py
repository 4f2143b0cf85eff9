"""Variance and degrees of freedom of every a d + b t from the cells of the people.

For each part of the people (a label of patients, healthy) the own variance of the contrast
(`cluster_robust`) is shrunk towards the gene's scale times the common pattern (`cell_pattern`)
with prior degrees of freedom estimated from the genes (`cell_prior`).
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from revertome.arrays import Array, Mask
from revertome.limma.cell_prior import FEWEST, ContrastPrior, contrast_prior
from revertome.limma.cluster_robust import RANK, Forms, combine

Prior = Callable[[Array, Array, Array, Array], ContrastPrior]


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
    prior : ContrastPrior
    certain : (L or G,)
        Degrees of freedom of prior and own variance together.
    """

    target: Array
    expected: Array
    weight: Array
    prior: ContrastPrior
    certain: Array

    def variance(self, own: Array, scale: Array) -> Array:
        """Variance (G,) from the own variance and the moderated scale."""
        pattern = self.target * scale * self.prior.scale
        observed = np.where(self.weight > 0, self.target * own / self.expected, 0.0)
        return np.asarray((1 - self.weight) * pattern + self.weight * observed)


class CellVariance:
    """Variances and degrees of freedom of every a d + b t, (G,).

    Parameters
    ----------
    parts : sequence of Forms
    scale : Scale
    covariate : (G,)
        What the location of the priors follows.
    prior : callable
        As `contrast_prior`.
    """

    def __init__(
        self,
        parts: Sequence[Forms],
        scale: Scale,
        covariate: Array,
        prior: Prior = contrast_prior,
    ) -> None:
        self.parts, self.scale, self.covariate = parts, scale, covariate
        self.fit_prior = prior
        self.held: dict[tuple[float, float], tuple[list[Shrinkage], Array, Array]] = {}
        self.linear: dict[tuple[float, float], list[tuple[int, Array, Array]]] = {}
        self.largest = max(float(part.target[[0, 2]].max()) for part in parts)

    def variance(self, a: float, b: float) -> Array:
        """Moderated variance of a d + b t."""
        return self._of(a, b)[1]

    def degrees(self, a: float, b: float) -> Array:
        """Its degrees of freedom.

        Three things are uncertain: what each part knows of its own ratio to the pattern, with
        certain_k degrees of freedom; and the scale s2, of which every part takes a share
        1 - w_k and which itself contains the own variances. Of v = sum of v_k the relative variance
        is 2 / df with

            v^2 / df = sum of v_k^2 / certain_k + (v^2 - (sum of w_k v_k)^2) / df_scale.

        Without prior it is Welch's and Satterthwaite's, with infinite priors that of s2.
        """
        return self._of(a, b)[2]

    def shrinkage(self, a: float, b: float) -> list[Shrinkage]:
        """How every part is shrunk."""
        return self._of(a, b)[0]

    def shares(self, a: float, b: float) -> list[tuple[int, Array, Array]]:
        """What the variance of a d + b t is made of: part, factors of scale and own variance.

        v = sum over parts of A_k s2 + B_k own_k(a, b), A (G,) and B (L or G,); parts that are not
        in the contrast are left out.
        """
        key = self._key(a, b)
        if key not in self.linear:
            self.linear[key] = [
                (k, (1 - s.weight) * s.target * s.prior.scale,
                 np.where(s.weight > 0, s.weight * s.target / s.expected, 0.0))
                for k, s in enumerate(self._of(a, b)[0])
                if (s.target > RANK * max(self.largest, 1e-300)).any()
            ]  # fmt: skip
        return self.linear[key]

    def take(self, where: Mask) -> "Taken":
        """The genes selected by a mask; priors stay those of all genes."""
        return Taken(self, where)

    @staticmethod
    def _key(a: float, b: float) -> tuple[float, float]:
        sign = -1.0 if (a, b) < (0, 0) else 1.0
        return sign * a, sign * b

    def _of(self, a: float, b: float) -> tuple[list[Shrinkage], Array, Array]:
        key = self._key(a, b)
        if key not in self.held:
            self.held[key] = self._found(*key)
        return self.held[key]

    def _found(self, a: float, b: float) -> tuple[list[Shrinkage], Array, Array]:
        how = [self._shrunk(part, a, b) for part in self.parts]
        own = [combine(part.own, a, b) for part in self.parts]
        total, df = together(how, own, self.scale.post, self.scale.df_total)
        return how, total, df

    def _shrunk(self, part: Forms, a: float, b: float) -> Shrinkage:
        target, expected = combine(part.target, a, b), combine(part.expected, a, b)
        df = part.df(a, b)
        there = (df >= FEWEST) & (expected > RANK * target)
        expected = np.where(there, expected, np.nan)
        with np.errstate(divide="ignore", invalid="ignore"):
            ratio = combine(part.own, a, b) / (expected * self.scale.raw)
        prior = self.fit_prior(ratio, df, self.scale.df, self.covariate)
        df = np.where(there, df, 0.0)
        if np.isinf(prior.df):
            return Shrinkage(target, expected, np.zeros_like(df), prior, np.full(df.shape, np.inf))
        certain = prior.df + df
        with np.errstate(invalid="ignore"):
            weight = np.where(there, df / certain, 0.0)
        return Shrinkage(target, expected, weight, prior, certain)


def together(
    how: Sequence[Shrinkage], own: Sequence[Array], scale: Array, df_scale: float | Array
) -> tuple[Array, Array]:
    """Variance of a contrast and its degrees of freedom from all parts; see `degrees`."""
    each = [s.variance(v, scale) for s, v in zip(how, own, strict=True)]
    total = np.sum(each, axis=0)
    # A part that is not in the contrast may have no degrees of freedom either.
    certain = [np.maximum(s.certain, FEWEST) for s in how]
    spread = np.sum([v**2 / c for c, v in zip(certain, each, strict=True)], axis=0)
    alone = np.sum([s.weight * v for s, v in zip(how, each, strict=True)], axis=0)
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
