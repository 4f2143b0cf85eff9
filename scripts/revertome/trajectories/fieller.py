"""Interval of the recovered fraction (Fieller 1954, J R Stat Soc B 16:175)."""

import numpy as np
import numpy.typing as npt
from scipy import special  # scipy.stats takes half a second to import

from revertome.arrays import Array
from revertome.trajectories.plane import Plane


def fieller(plane: Plane, level: float = 0.95) -> tuple[Array, Array, npt.NDArray[np.object_]]:
    """Confidence set of f = -t / d: all f for which t + f d cannot be told from 0.

    The bounds solve (t + f d)^2 = q^2 var(t + f d), a quadratic in f.

    Parameters
    ----------
    plane : Plane
    level : float
        Confidence level.

    Returns
    -------
    low, high : (G,)
        Ends of the set.
    kind : (G,)
        `bounded`: low <= f <= high. `unbounded`: d cannot be told from 0, f <= high or
        f >= low (then high < low). `whole line`: no f is excluded; the ends are infinite.
    """
    q2 = special.stdtrit(plane.df, (1 + level) / 2) ** 2
    # All f with (t + f d)^2 <= q^2 var(t + f d): a quadratic inequality a f^2 + 2 b f + c <= 0.
    # For a > 0 the parabola opens upwards and f lies between its roots. For a < 0, when d is not
    # significant, f lies outside them, or everywhere if there are none.
    a = plane.d**2 - q2 * plane.var_d
    b = plane.d * plane.t - q2 * plane.cov
    c = plane.t**2 - q2 * plane.var_t
    discriminant = b**2 - a * c
    root = np.sqrt(np.maximum(discriminant, 0.0))
    with np.errstate(divide="ignore", invalid="ignore"):
        first, second = (-b - root) / a, (-b + root) / a
    kind = np.where(a > 0, "bounded", np.where(discriminant > 0, "unbounded", "whole line"))
    low = np.where(kind == "whole line", -np.inf, first)
    high = np.where(kind == "whole line", np.inf, second)
    return low, high, kind.astype(object)
