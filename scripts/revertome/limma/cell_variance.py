"""Variance and degrees of freedom of every a d + b t from the cells of the people.

For each part of the people (a label of patients, healthy) the own variance of the contrast
(`cluster_robust`) is shrunk towards the gene's scale times the common pattern (`cell_pattern`)
with prior degrees of freedom estimated from the genes (`cell_prior`).
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from revertome.arrays import Array, Mask
from revertome.limma.cell_prior import Along, ContrastPrior, contrast_priors, scales
from revertome.limma.cell_shrinkage import Edge, Ingredients, ingredients, oriented
from revertome.limma.cluster_robust import Forms

Prior = Callable[[Array, Array, Array, Along], list[ContrastPrior]]


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


class CellVariance:
    """Variances and degrees of freedom of every a d + b t, (G,).

    Parameters
    ----------
    parts : sequence of Forms
    scale : Scale
    covariate : Along
        What the location of the priors follows.
    prior : callable
        As `contrast_priors`.
    """

    def __init__(
        self,
        parts: Sequence[Forms],
        scale: Scale,
        covariate: Along,
        prior: Prior = contrast_priors,
    ) -> None:
        self.parts, self.scale, self.covariate = parts, scale, covariate
        self.fit_prior = prior
        self.held: dict[Edge, tuple[Array, Array]] = {}
        self.known: dict[tuple[Edge, ...], Ingredients] = {}

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

    def ingredients(self, edges: tuple[Edge, ...]) -> Ingredients:
        """What is known of contrasts a d + b t beforehand, in the parts that are in them."""
        if edges not in self.known:
            self.known[edges] = ingredients(self.parts, edges)
        return self.known[edges]

    def take(self, where: Mask) -> "Taken":
        """The genes selected by a mask; priors stay those of all genes."""
        return Taken(self, where)

    def _of(self, a: float, b: float) -> tuple[Array, Array]:
        key, _ = oriented(a, b)
        if key not in self.held:
            one = self.ingredients((key,))
            own = one.own(np.stack([part.own for part in self.parts], axis=1), range(3))
            ratio = one.ratio(own, self.scale.raw)
            priors = self.fit_prior(ratio, one.df, self.scale.df, self.covariate)
            how = one.shrunk(priors, scales(priors, self.covariate))
            (variance,), (df,) = how.together(own, self.scale.post, self.scale.df_total)
            self.held[key] = variance, df
        return self.held[key]


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
