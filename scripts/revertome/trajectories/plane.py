"""The trajectory plane: one point (disease, change) a gene, with its covariance.

Each class is a wedge, an intersection of half planes, and is claimed by an intersection-union
test (Berger 1982, Technometrics 24:295; Sasabuchi 1988 for the ratio form): its p-value is the
largest of those of its half planes.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import special

from revertome.differential.fit import Array

Edge = tuple[float, float]
CLASSES = ("reverted", "induced", "partial", "exacerbated", "persistent")


@dataclass(frozen=True)
class Bounds:
    """Edges of the wedges: recovered fractions, and disease as a share of change."""

    recovered_at_least: float = 0.5
    recovered_at_most: float = 2.0
    induced_disease_at_most: float = 0.5


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
        Degrees of freedom of the moderated t.
    """

    d: Array
    t: Array
    var_d: Array
    var_t: Array
    cov: Array
    df: float | Array

    def statistic(self, a: float, b: float) -> Array:
        """Moderated t of a d + b t, (G,)."""
        variance = a * a * self.var_d + 2 * a * b * self.cov + b * b * self.var_t
        return (a * self.d + b * self.t) / np.sqrt(variance)

    def upper(self, statistic: Array) -> Array:
        """One-sided p of a statistic."""
        return np.asarray(special.stdtr(self.df, -statistic))

    def two_sided(self, statistic: Array) -> Array:
        """Two-sided p of a statistic."""
        return 2 * self.upper(np.abs(statistic))

    def take(self, where: npt.NDArray[np.bool_]) -> "Plane":
        """The genes selected by a mask."""
        d, t, var_d, var_t, cov = (
            part[where] for part in (self.d, self.t, self.var_d, self.var_t, self.cov)
        )
        df = self.df[where] if isinstance(self.df, np.ndarray) else self.df
        return Plane(d, t, var_d, var_t, cov, df)


def class_p(plane: Plane, name: str, bounds: Bounds) -> Array:
    """p-value of one class for every gene, (G,): the largest of `class_statistics`."""
    defining, weakest = class_statistics(plane, name, bounds)
    return np.maximum(plane.two_sided(defining), plane.upper(weakest))


def class_statistics(plane: Plane, name: str, bounds: Bounds) -> tuple[Array, Array]:
    """Moderated t of the defining effect, and the smallest of the other half planes', (G,) each.

    The first is tested on two sides, the second on one.

    With s = sign(d), u = sign(t), l and h the recovered fractions, k the share of disease:

    - reverted: d != 0, -s(t + l d) > 0, s(t + h d) > 0
    - partial: d != 0, -s t > 0, s(t + l d) > 0
    - persistent: d != 0, s(t + l d) > 0, s(l d - t) > 0
    - exacerbated: d != 0, s(t - k d) > 0, s(d - k t) > 0
    - induced: t != 0, k |t| - u d > 0, k |t| + u d > 0
    """
    s, u = np.sign(plane.d), np.sign(plane.t)
    low, high, k = (
        bounds.recovered_at_least,
        bounds.recovered_at_most,
        bounds.induced_disease_at_most,
    )
    wedges: dict[str, tuple[Edge, list[tuple[Array, Edge]]]] = {
        "reverted": ((1, 0), [(-s, (low, 1)), (s, (high, 1))]),
        "partial": ((1, 0), [(-s, (0, 1)), (s, (low, 1))]),
        "persistent": ((1, 0), [(s, (low, 1)), (s, (low, -1))]),
        "exacerbated": ((1, 0), [(s, (-k, 1)), (s, (1, -k))]),
        "induced": ((0, 1), [(u, (-1, k)), (u, (1, k))]),
    }
    defining, sides = wedges[name]
    weakest = np.minimum.reduce([sign * plane.statistic(*edge) for sign, edge in sides])
    return plane.statistic(*defining), weakest
