"""The plane of people drawn again: variances of cells whose priors are fitted to them."""

from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
import numpy.typing as npt
from scipy import special

from revertome.arrays import Array, Mask
from revertome.limma.cell_prior import Along, ContrastPrior
from revertome.limma.cell_variance import CellVariance, Ingredients, together
from revertome.limma.cluster_robust import combine
from revertome.trajectories.plane import Edge

GENES = 2000  # that priors are fitted to, evenly taken from all


@dataclass(frozen=True)
class DrawnPeople:
    """What all genes of one plane share: the priors of its contrasts in the people drawn.

    Attributes
    ----------
    cells : CellVariance
        Of the observed data: pattern, expectations and degrees of freedom are its own.
    own : (parts, 3, G)
        Own sums of squares, with the influence that people had in the observed data.
    raw : (G,)
        Unmoderated scale.
    covariate : Along
        What the location of the priors follows.
    size : (parts, 2)
        How many people were drawn, and of how many.
    """

    cells: CellVariance
    own: Array
    raw: Array
    covariate: Along
    size: Array
    known: dict[tuple[int, Edge], ContrastPrior] = field(default_factory=dict)

    @cached_property
    def some(self) -> tuple[slice, Along]:
        """Genes that priors are fitted to, and their covariate."""
        at = slice(None, None, max(1, len(self.raw) // GENES))
        return at, self.covariate.take(at)

    def prior(self, one: Ingredients) -> ContrastPrior:
        """Prior of a contrast in one part of the people."""
        key = (one.part, one.edge)
        if key not in self.known:
            same = next(x for x in self.cells.ingredients(*one.edge) if x.part == one.part)
            at, covariate = self.some
            own = combine(self.own[one.part][:, at], *one.edge) * self.squares(one.part)
            df_scale = self.cells.scale.df
            df_scale = df_scale if len(df_scale) == 1 else df_scale[at]
            ratio = same.take(at).ratio(own, self.raw[at])
            self.known[key] = self.cells.fit_prior(*ratio, df_scale, covariate)
        return self.known[key]

    def fewer(self, part: int) -> float:
        """Factor of a variance: the influence of a person is that in n people."""
        drawn, n = self.size[part]
        return float(n / drawn) if drawn else 1.0

    def squares(self, part: int) -> float:
        """Factor of sums of squares: their mean takes one degree of freedom of fewer squares."""
        drawn, n = self.size[part]
        return float((n - 1) / (drawn - 1)) if drawn > 1 else 0.0


@dataclass(frozen=True)
class DrawnPlane:
    """Plane of people drawn again; its statistics are z-scores.

    Attributes
    ----------
    people : DrawnPeople
    d, t, post : (G,)
        Disease, change and moderated scale.
    covariate : Along
        What the location of the priors follows.
    at : (G,), optional
        Positions of these genes among all.
    asked, scales : dict
        Statistics, and scales of priors, that were asked for: classes and contrasts share them.
    """

    people: DrawnPeople
    d: Array
    t: Array
    post: Array
    covariate: Along
    at: npt.NDArray[np.intp] | None = None
    asked: dict[Edge, Array] = field(default_factory=dict)
    scales: dict[tuple[int, Edge], Array] = field(default_factory=dict)
    df: float = np.inf
    one_df: bool = True
    by_cells: bool = True

    def variance(self, a: float, b: float) -> Array:
        """Moderated variance of a d + b t."""
        return self._together(a, b)[0]

    def statistic(self, a: float, b: float) -> Array:
        """z-score with the p of the moderated t of a d + b t."""
        if (a, b) not in self.asked:
            variance, df = self._together(a, b)
            self.asked[a, b] = zscore((a * self.d + b * self.t) / np.sqrt(variance), df)
        return self.asked[a, b]

    def upper(self, a: float, b: float, sign: float | Array = 1.0) -> Array:
        """p of a one-sided test that sign (a d + b t) is above 0, (G,)."""
        return np.asarray(special.ndtr(-sign * self.statistic(a, b)))

    def two_sided(self, a: float, b: float) -> Array:
        """p of a two-sided test of a d + b t, (G,)."""
        return np.asarray(2 * special.ndtr(-np.abs(self.statistic(a, b))))

    def degrees(self, a: float, b: float) -> float:
        """Those of z-scores."""
        return self.df

    def take(self, where: Mask) -> "DrawnPlane":
        """The genes selected by a mask."""
        own = np.flatnonzero(where)
        at = own if self.at is None else self.at.take(own)
        return DrawnPlane(
            self.people, self.d.take(own), self.t.take(own), self.post.take(own),
            self.covariate.take(own), at, {edge: z.take(own) for edge, z in self.asked.items()},
        )  # fmt: skip

    def _together(self, a: float, b: float) -> tuple[Array, Array]:
        """Variance of a d + b t and its degrees of freedom."""
        how, own = [], []
        cells, people = self.people.cells, self.people
        for one in cells.ingredients(a, b):
            k, prior = one.part, people.prior(one)
            if (k, one.edge) not in self.scales:
                self.scales[k, one.edge] = prior.scale(self.covariate)
            taken = one.take(self.at, people.fewer(k))
            how.append(taken.shrunk(prior, self.scales[k, one.edge]))
            three = people.own[k] if self.at is None else people.own[k].take(self.at, axis=1)
            own.append(combine(three, a, b) * people.squares(k))
        df_scale = cells.scale.df_total
        if isinstance(df_scale, np.ndarray) and self.at is not None:
            df_scale = df_scale.take(self.at)
        return together(how, own, self.post, df_scale)


def zscore(t: Array, df: Array) -> Array:
    """z-score with the tail probability of t (Hill 1970, Commun ACM 13:617, as limma's zscoreT)."""
    a = df - 0.5
    b = 48 * a * a
    z2 = a * np.log1p(t / df * t)
    size = (((((-0.4 * z2 - 3.3) * z2 - 24) * z2 - 85.5) / (0.8 * z2 * z2 + 100 + b)
             + z2 + 3) / b + 1) * np.sqrt(z2)  # fmt: skip
    return np.asarray(np.copysign(size, t))
