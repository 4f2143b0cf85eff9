"""The trajectory plane: one point (disease, change) a gene, with its covariance.

Each class is a wedge, an intersection of half planes, and is claimed by an intersection-union
test (Berger 1982, Technometrics 24:295; Sasabuchi 1988 for the ratio form): its p-value is the
largest of those of its half planes.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import numpy.typing as npt
from scipy import special

from revertome.arrays import Array
from revertome.limma.cell_shrinkage import Edge
from revertome.limma.cell_variance import CellVariance, Taken
from revertome.limma.satterthwaite import Degrees


@dataclass(frozen=True)
class Bounds:
    """Edges of the wedges: recovered fractions, and disease as a share of change.

    The configuration says which; its schema is the one place with defaults.
    """

    recovered_at_least: float
    recovered_at_most: float
    induced_disease_at_most: float


@dataclass(frozen=True)
class Plane:
    """Moderated estimates of d (disease) and t (change).

    Attributes
    ----------
    d, t : (G,)
        Enrollment minus healthy, follow-up minus enrollment; log2 units.
    var_d, var_t, cov : (G,)
        Their variances and covariance, which the shared enrollment samples make negative.
    df : float or (G,)
        Degrees of freedom of the moderated t; the smallest of d, t and d + t where each has its
        own.
    own : Degrees, optional
        Where every combination of d and t has degrees of freedom of its own (mixed models).
    cells : CellVariance or Taken, optional
        Where every combination has a variance of its own as well, from the cells.
    """

    d: Array
    t: Array
    var_d: Array
    var_t: Array
    cov: Array
    df: float | Array
    own: Degrees | None = None
    cells: CellVariance | Taken | None = None

    @property
    def one_df(self) -> bool:
        """Whether all combinations of d and t have the same degrees of freedom."""
        return self.own is None and self.cells is None

    @property
    def by_cells(self) -> bool:
        """Whether variances come from the cells."""
        return self.cells is not None

    def variance(self, a: float, b: float) -> Array:
        """Variance of a d + b t, (G,)."""
        if self.cells is not None:
            return self.cells.variance(a, b)
        # It holds the covariance: d and t share the samples before treatment, with opposite sign.
        return np.asarray(a * a * self.var_d + 2 * a * b * self.cov + b * b * self.var_t)

    def statistic(self, a: float, b: float) -> Array:
        """Moderated t of a d + b t, (G,)."""
        return (a * self.d + b * self.t) / np.sqrt(self.variance(a, b))

    def expect(self, edges: Sequence[Edge]) -> None:
        """Contrasts that will be asked for: nothing is made of them beforehand."""

    def far(self, a: float, b: float, alpha: float) -> Array:
        """Moderated t of a d + b t, which may be 0 where it does not reject at `alpha`, (G,)."""
        return self.statistic(a, b)

    def degrees(self, a: float, b: float) -> float | Array:
        """Degrees of freedom of the moderated t of a d + b t."""
        if self.cells is not None:
            return self.cells.degrees(a, b)
        return self.df if self.own is None else self.own.of(a, b)

    def upper(self, a: float, b: float, sign: float | Array = 1.0) -> Array:
        """p of a one-sided test that sign (a d + b t) is above 0, (G,)."""
        return np.asarray(special.stdtr(self.degrees(a, b), -sign * self.statistic(a, b)))

    def two_sided(self, a: float, b: float) -> Array:
        """p of a two-sided test of a d + b t, (G,)."""
        return np.asarray(2 * special.stdtr(self.degrees(a, b), -np.abs(self.statistic(a, b))))

    def take(self, where: npt.NDArray[np.bool_], edges: Sequence[Edge] = ()) -> "Plane":
        """The genes selected by a mask; of `edges`, see `expect`."""
        d, t, var_d, var_t, cov = (
            part[where] for part in (self.d, self.t, self.var_d, self.var_t, self.cov)
        )
        df = self.df[where] if isinstance(self.df, np.ndarray) else self.df
        own = None if self.own is None else self.own.take(where)
        cells = None if self.cells is None else self.cells.take(where)
        return Plane(d, t, var_d, var_t, cov, df, own, cells)


def edges(name: str, bounds: Bounds) -> tuple[Edge, list[tuple[int, Edge]]]:
    """Defining effect of a class and the half planes whose intersection is its wedge.

    A half plane (factor, (a, b)) is factor v (a d + b t) > 0 with v the sign of the defining
    effect. With s = sign(d), u = sign(t), l and h the recovered fractions, k the share of disease:

    - reverted: d != 0, -s(t + l d) > 0, s(t + h d) > 0
    - partial: d != 0, -s t > 0, s(t + l d) > 0
    - persistent: d != 0, s(t + l d) > 0, s(l d - t) > 0
    - exacerbated: d != 0, s(t - max(k, l) d) > 0, s(d - k t) > 0
    - induced: t != 0, k |t| - u d > 0, k |t| + u d > 0

    Partial lies inside persistent (less than half way back is also less than half changed); a
    gene shown to be both is called partial. No other two overlap: exacerbated begins where
    persistent ends (l) if that is farther out than k, and h k > 1, with which reverted would reach
    into induced, is refused (`class_groups.check_claims`).
    """
    # With d > 0 an edge f = l is the line t = -l d. The half plane above it, t + l d > 0, is less
    # recovered; below is more. For d < 0 the sign v turns both around, so one table serves up and
    # down.
    low, high = bounds.recovered_at_least, bounds.recovered_at_most
    k = bounds.induced_disease_at_most
    beyond = max(k, low)
    wedges: dict[str, tuple[Edge, list[tuple[int, Edge]]]] = {
        "reverted": ((1, 0), [(-1, (low, 1)), (1, (high, 1))]),
        "partial": ((1, 0), [(-1, (0, 1)), (1, (low, 1))]),
        "persistent": ((1, 0), [(1, (low, 1)), (1, (low, -1))]),
        "exacerbated": ((1, 0), [(1, (-beyond, 1)), (1, (1, -k))]),
        "induced": ((0, 1), [(1, (-1, k)), (1, (1, k))]),
    }
    return wedges[name]


def all_edges(names: Sequence[str], bounds: Bounds) -> list[Edge]:
    """Contrasts that the tests of some classes ask for."""
    found = [edges(name, bounds) for name in names]
    return [edge for first, sides in found for edge in (first, *(side for _, side in sides))]


class Tests(Protocol):
    """What the test of a class needs of a plane."""

    @property
    def d(self) -> Array:
        """Disease."""

    @property
    def t(self) -> Array:
        """Change."""

    def statistic(self, a: float, b: float) -> Array:
        """Statistic of a d + b t."""

    def upper(self, a: float, b: float, sign: float | Array = 1.0) -> Array:
        """p of a one-sided test."""

    def two_sided(self, a: float, b: float) -> Array:
        """p of a two-sided test."""


def class_p(plane: Tests, name: str, bounds: Bounds) -> Array:
    """p-value of one class for every gene, (G,): the largest of its `edges`."""
    defining, sides = edges(name, bounds)
    # The sign is taken from the data. That is allowed because the defining effect is tested on
    # two sides, and the maximum bounds the error of each half (Berger 1982).
    sign = defining_sign(plane, name, bounds)
    p = [plane.upper(*edge, factor * sign) for factor, edge in sides]
    return np.asarray(np.maximum.reduce([plane.two_sided(*defining), *p]))


def class_statistics(plane: Tests, name: str, bounds: Bounds) -> tuple[Array, Array]:
    """Moderated t of the defining effect, and the smallest of the half planes', (G,) each.

    The first is tested on two sides, the second on one; for planes with one kind of degrees of
    freedom, where it gives the p of `class_p`.
    """
    defining, sides = edges(name, bounds)
    sign = defining_sign(plane, name, bounds)
    # With one df the largest p belongs to the smallest statistic, and no p-value need be
    # computed.
    weakest = np.minimum.reduce([f * sign * plane.statistic(*edge) for f, edge in sides])
    return plane.statistic(*defining), weakest


def in_wedge(d: Array, t: Array, sign: Array, name: str, bounds: Bounds) -> npt.NDArray[np.bool_]:
    """Which points (d, t) lie in the open wedge of a class.

    Parameters
    ----------
    d, t : (..., genes)
        Disease and change, of all patients together or of single ones.
    sign : (genes,)
        Sign of the gene's effect that defines the class.
    name : str
        Class.
    bounds : Bounds

    Returns
    -------
    (..., genes)
    """
    _, sides = edges(name, bounds)
    inside = [factor * sign * (x * d + z * t) > 0 for factor, (x, z) in sides]
    return np.asarray(np.logical_and.reduce(inside))


def defining_sign(plane: Tests, name: str, bounds: Bounds) -> Array:
    """Sign of the effect that defines a class, (G,)."""
    (a, b), _ = edges(name, bounds)
    return np.asarray(np.sign(a * plane.d + b * plane.t))
