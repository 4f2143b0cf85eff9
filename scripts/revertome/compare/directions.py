"""Do two studies move a gene in different directions of the trajectory plane?

Disease and change of a gene are a point; the class is decided by the direction in which it lies.
A platform that shrinks both leaves the direction as it is. Opposite disease is 180 degrees apart,
no recovery and half recovery (f = 0 and 1/2) `MARGIN`, and recovered fractions of 0.35 and 0.65
half of that.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import special

from revertome.arrays import Array

MARGIN = float(np.arctan(0.5))  # 26.6 degrees
COARSE, FINE = 49, 24  # steps of the search for the nearest pair of directions
MOST = 0.999  # correlation up to which a covariance matrix is one
LARGE = 1e12  # degrees of freedom beyond which t is normal


@dataclass(frozen=True)
class Points:
    """Points of genes on the plane with their errors, (G,) each; NaN where there is none."""

    d: Array
    t: Array
    se_d: Array
    se_t: Array
    correlation: Array
    df: Array

    def take(self, where: npt.NDArray[np.intp]) -> "Points":
        """Genes at the given places."""
        return Points(**{name: value[where] for name, value in vars(self).items()})

    def squares_at(self, angle: Array) -> Array:
        """Squared normal score of the distance of each point from the ray at `angle`, (..., G).

        The distance is in standard errors, with V the covariance matrix, x the point and u the
        ray: x'V^-1 x - max(0, u'V^-1 x)^2 / u'V^-1 u. Where the foot of the perpendicular lies on
        the ray that is the squared t of x across it; otherwise the origin is nearest. As a t with
        df degrees of freedom it has the normal score sqrt(df log(1 + t^2 / df)) (8 df + 1) /
        (8 df + 3) (Wallace 1959, Ann Math Stat 30:1121).
        """
        r = np.clip(self.correlation, -MOST, MOST)
        x, y = self.d / self.se_d, self.t / self.se_t
        a, b = np.cos(angle) / self.se_d, np.sin(angle) / self.se_t
        length = a * a + b * b - 2 * r * a * b
        along = np.maximum(0.0, a * x + b * y - r * (a * y + b * x))
        away = np.maximum(0.0, x * x + y * y - 2 * r * x * y - along**2 / length) / (1 - r * r)
        df = np.minimum(self.df, LARGE)
        return np.asarray(df * np.log1p(away / df) * ((8 * df + 1) / (8 * df + 3)) ** 2)


def points_of(table: pd.DataFrame, end: str) -> Points | None:
    """Points of a trajectory table; None where it does not tell their errors.

    Parameters
    ----------
    table
        `trajectories/genes.tsv`, genes by rows.
    end
        End of the names of the columns, see `class_groups.induced_end`.
    """
    names = [f"{name}{end}" for name in ("se_disease", "se_change", "correlation", "df")]
    names = [*(f"{name}{end}" for name in ("disease", "change")), *names]
    if any(name not in table or table[name].isna().all() for name in names):
        return None
    return Points(*(table[name].to_numpy(float) for name in names))


def apart(first: Points, second: Points, margin: float = MARGIN) -> Array:
    """p that the directions of two independent points differ by no more than `margin`, (G,).

    The smallest sum of squared normal scores of both distances over all pairs of rays that are
    at most `margin` apart,

        Q = min over (a, b), |a - b| <= margin, of z_first(a)^2 + z_second(b)^2,

    as Fieller's test (1954, J R Stat Soc B 16:175) has it for one ratio; p = Phi(-sqrt(Q)). With
    margin 0 and disease of one sign it is a test of equal recovered fractions.

    Parameters
    ----------
    first, second : Points
        Of the same genes.
    margin : float
        Radians.

    Returns
    -------
    (G,)
        1 where a point or its error is missing; 1/2 where they are no more than `margin` apart.
    """
    start, end = np.arctan2(first.t, first.d), np.arctan2(second.t, second.d)
    least = np.full(start.shape, np.inf)
    for way in (1.0, -1.0):
        gap = np.mod(way * (end - start), 2 * np.pi)
        room = np.maximum(0.0, gap - margin)

        def total(share: Array, way: float = way, room: Array = room) -> Array:
            ray = start + way * share * room
            return first.squares_at(ray) + second.squares_at(ray + way * margin)

        # Within the margin both points have rays of their own. Errors of 0 give no number.
        with np.errstate(divide="ignore", invalid="ignore"):
            found = np.where(gap <= margin, 0.0, _least(total))
        least = np.minimum(least, found)
    return np.asarray(np.where(np.isfinite(least), special.ndtr(-np.sqrt(least)), 1.0))


def _least(total: Callable[[Array], Array]) -> Array:
    """Smallest value of functions of 0 to 1, (G,): a coarse grid, then golden sections."""
    grid = np.linspace(0.0, 1.0, COARSE)[:, None]
    values = total(grid)
    at = np.where(np.isnan(values), np.inf, values).argmin(0)
    step = 1 / (COARSE - 1)
    low, high = np.maximum(0.0, (at - 1) * step), np.minimum(1.0, (at + 1) * step)
    golden = (np.sqrt(5) - 1) / 2
    for _ in range(FINE):
        left, right = high - golden * (high - low), low + golden * (high - low)
        nearer = total(left) <= total(right)
        low, high = np.where(nearer, low, left), np.where(nearer, right, high)
    return np.asarray(np.minimum(values.min(0), total((low + high) / 2)))
