"""The plane of people drawn again: variances of cells whose priors are fitted to them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from scipy import special

from revertome.arrays import Array, Mask
from revertome.limma.cell_prior import FEWEST, Along, ContrastPrior, scales
from revertome.limma.cell_shrinkage import Edge, Shrinkage, oriented
from revertome.limma.cell_variance import CellVariance
from revertome.limma.clusters import Genes
from revertome.trajectories.multiplicity import rejected

CLOSE = 1 - 1e-9  # what rounding leaves of a bound
GENES = 2000  # that priors are fitted to, evenly taken from all

Own = Callable[[Genes, Sequence[int]], Array]


@dataclass(frozen=True)
class DrawnPeople:
    """What all genes of one plane share: the priors of its contrasts in the people drawn.

    Attributes
    ----------
    cells : CellVariance
        Of the observed data: pattern, expectations and degrees of freedom are its own.
    own : callable
        Own sums of squares (pairs, parts, g) of genes, with the influence that people had in the
        observed data; see `OwnSquares.drawn`.
    raw : (G,)
        Unmoderated scale.
    covariate : Along
        What the location of the priors follows.
    size : (parts, 2)
        How many people were drawn, and of how many.
    expected : list of Edge
        Contrasts that will be asked for.
    known : dict
        Priors of each contrast.
    """

    cells: CellVariance
    own: Own
    raw: Array
    covariate: Along
    size: Array
    expected: list[Edge] = field(default_factory=list)
    known: dict[Edge, list[ContrastPrior]] = field(default_factory=dict)

    @cached_property
    def some(self) -> tuple[Genes, Along, Array]:
        """Genes that priors are fitted to, their covariate and own sums of squares."""
        at = np.arange(0, len(self.raw), max(1, len(self.raw) // GENES))
        return at, self.covariate.take(at), self.own(at, (0, 1))

    def priors(self, edges: tuple[Edge, ...]) -> list[ContrastPrior]:
        """Priors of contrasts, one a row of their ingredients."""
        if any(edge not in self.known for edge in edges):
            self._fit(tuple(dict.fromkeys([*edges, *self.expected])))
        return [prior for edge in edges for prior in self.known[edge]]

    def _fit(self, edges: tuple[Edge, ...]) -> None:
        """Priors of all that are expected in one go."""
        at, covariate, three = self.some
        what = self.cells.ingredients(edges).take(at)
        df_scale = self.cells.scale.df
        df_scale = df_scale if len(df_scale) == 1 else df_scale[at]
        ratio = what.ratio(what.own(three, range(3), self.squares), self.raw[at])
        found = self.cells.fit_prior(ratio, what.df, df_scale, covariate)
        for k, edge in enumerate(edges):
            self.known[edge] = [found[row] for row in np.flatnonzero(what.edge == k)]

    @cached_property
    def fewer(self) -> Array:
        """Factors (parts,) of variances: the influence of a person is that in n people."""
        drawn, n = self.size.T
        return np.where(drawn > 0, n / np.maximum(drawn, 1), 1.0)

    @cached_property
    def squares(self) -> Array:
        """Factors (parts,) of sums of squares: their mean takes one df of fewer squares."""
        drawn, n = self.size.T
        return np.where(drawn > 1, (n - 1) / np.maximum(drawn - 1, 1), 0.0)


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
    at : (G,)
        Positions of these genes among all.
    asked : dict
        Statistics that were asked for, which classes share.
    """

    people: DrawnPeople
    d: Array
    t: Array
    post: Array
    covariate: Along
    at: Genes
    asked: dict[Edge, Array] = field(default_factory=dict)
    df: float = np.inf
    one_df: bool = True
    by_cells: bool = True

    def expect(self, edges: Sequence[Edge]) -> None:
        """Contrasts that will be asked for, which are made ready in one go."""
        known = self.people.expected
        known += [e for e in dict.fromkeys(oriented(*e)[0] for e in edges) if e not in known]

    def variance(self, a: float, b: float) -> Array:
        """Moderated variance of a d + b t."""
        return np.asarray(self._together((oriented(a, b)[0],))[0][0])

    def statistic(self, a: float, b: float) -> Array:
        """z-score with the p of the moderated t of a d + b t."""
        edge, sign = oriented(a, b)
        if edge not in self.asked:
            edges = tuple(dict.fromkeys([edge, *self.people.expected]))
            self.asked.update(zip(edges, self._statistics(edges), strict=True))
        return sign * self.asked[edge]

    def far(self, a: float, b: float, alpha: float) -> Array:
        """The statistic, or 0 of a gene that is surely not among those rejected at `alpha`."""
        # z is no larger than t, and the variance no smaller than its part by the pattern. Were z
        # that large, more genes would be rejected, and all that are.
        with np.errstate(divide="ignore", invalid="ignore"):
            most = np.abs(a * self.d + b * self.t) / np.sqrt(self._least((a, b)))
        at = np.flatnonzero(rejected(most, None, self.df, alpha) | np.isnan(most))
        found = np.zeros(len(most))
        (found[at],) = self._some(at)._statistics(((a, b),))
        return found

    def upper(self, a: float, b: float, sign: float | Array = 1.0) -> Array:
        """p of a one-sided test that sign (a d + b t) is above 0, (G,)."""
        return np.asarray(special.ndtr(-sign * self.statistic(a, b)))

    def two_sided(self, a: float, b: float) -> Array:
        """p of a two-sided test of a d + b t, (G,)."""
        return np.asarray(2 * special.ndtr(-np.abs(self.statistic(a, b))))

    def degrees(self, a: float, b: float) -> float:
        """Those of z-scores."""
        return self.df

    def take(self, where: Mask, edges: Sequence[Edge] = ()) -> "DrawnPlane":
        """The genes selected by a mask, with the statistics of contrasts, made in one go."""
        own = np.flatnonzero(where)
        found = self._some(own, {edge: z.take(own) for edge, z in self.asked.items()})
        once = dict.fromkeys(oriented(*edge)[0] for edge in edges)
        wanted = tuple(edge for edge in once if edge not in found.asked)
        if wanted:
            found.asked.update(zip(wanted, found._statistics(wanted), strict=True))
        return found

    def _some(self, own: Genes, asked: dict[Edge, Array] | None = None) -> "DrawnPlane":
        d, t, post = (part.take(own) for part in (self.d, self.t, self.post))
        along, at = self.covariate.take(own), self.at.take(own)
        return DrawnPlane(self.people, d, t, post, along, at, asked or {})

    def _least(self, edge: Edge) -> Array:
        """Variance of a contrast if no gene had own variances or were above the lowest prior."""
        lowest = [np.exp(prior.log_scale.min()) for prior in self.people.priors((edge,))]
        how, df_scale = self._shrunk((edge,), np.array(lowest)[:, None])
        # With fewer than one degree of freedom the z-score is not exact.
        if np.max(1 / np.maximum(how.certain, FEWEST)) + np.max(1 / df_scale) > 1:
            return np.zeros(len(self.d))
        return np.asarray(CLOSE * how.pattern.sum(axis=0) * self.post)

    def _statistics(self, edges: tuple[Edge, ...]) -> Array:
        """z-scores of contrasts, (contrasts, G)."""
        a, b = np.array(edges).T[:, :, None]
        variance, df = self._together(edges)
        return zscore((a * self.d + b * self.t) / np.sqrt(variance), df)

    def _together(self, edges: tuple[Edge, ...]) -> tuple[Array, Array]:
        """Variances of contrasts and their degrees of freedom, (contrasts, G)."""
        people = self.people
        how, df_scale = self._shrunk(edges, scales(people.priors(edges), self.covariate))
        # The sums of d, or of t, are not needed where no contrast has it.
        of = [k for k in (0, 1) if any(edge[k] for edge in edges)]
        pairs = range(3) if len(of) == 2 else [2 * of[0]]
        own = people.cells.ingredients(edges).own(people.own(self.at, of), pairs, people.squares)
        return how.together(own, self.post, df_scale)

    def _shrunk(self, edges: tuple[Edge, ...], scale: Array) -> tuple[Shrinkage, float | Array]:
        """How these genes are shrunk towards priors of a `scale`, and the df of their own scale."""
        what = self.people.cells.ingredients(edges).take(self.at)
        df_scale = self.people.cells.scale.df_total
        df_scale = df_scale.take(self.at) if isinstance(df_scale, np.ndarray) else df_scale
        return what.shrunk(self.people.priors(edges), scale, self.people.fewer), df_scale


def zscore(t: Array, df: Array) -> Array:
    """z-score with the tail probability of t (Hill 1970, Commun ACM 13:617, as limma's zscoreT)."""
    a = df - 0.5
    b = 48 * a * a
    z2 = a * np.log1p(t / df * t)
    size = (((((-0.4 * z2 - 3.3) * z2 - 24) * z2 - 85.5) / (0.8 * z2 * z2 + 100 + b)
             + z2 + 3) / b + 1) * np.sqrt(z2)  # fmt: skip
    return np.asarray(np.copysign(size, t))
