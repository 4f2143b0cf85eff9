"""Standard errors and evidence of effects, read from the columns of a contrast table."""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from revertome.arrays import Array
from revertome.statistics.set_tests import normal_score

SAME = 1e-6  # relative difference up to which two readings of one error are one
DEGREES = np.geomspace(1, 1e8, 49)  # of freedom, between which those of a table are looked for
CLOSE = 1e-8  # relative difference of p up to which the df of other genes give it
FEW = 200  # genes whose df are looked for before all
TOLD = 1e-8  # relative change of p over a tenth of its df, below which p does not tell them
FARTHEST = 37.5  # |z| of the smallest p that a double can hold
NORMAL = 1.959963984540054
Flags = npt.NDArray[np.bool_]


class Evidence(NamedTuple):
    """Standard error, normal score with the sign of the effect, and two-sided p of no effect, (G,).

    NaN where the table does not tell.
    """

    error: Array
    z: Array
    p: Array


def evidence(logfc: Array, half: Array, t: Array, p: Array, lfc: float) -> Evidence:
    """Error of every effect, and its evidence against no effect, whatever the table tested.

    - Tests of no change: error = |logFC / t|.
    - Tests of |logFC| > lfc (limma's treat, McCarthy & Smyth 2009, Bioinformatics 25:765): t is
      (|logFC| - lfc) / error, 0 below the threshold, so |logFC / t| is not the error. It is
      (|logFC| - lfc) / |t| above it. Below, half = q(df) error, q the 97.5% quantile of t, and p =
      P(T > (|logFC| - lfc) / error) + P(T > (|logFC| + lfc) / error) are two equations for error
      and df. z and p are made anew, of logFC = 0.
    - Neither t nor a threshold: the same two equations with lfc = 0.

    Where p hangs on df too little, or two df give it, error and z of that gene are NaN; where that
    is most genes, every error is NaN, and z and p stay those of the table.

    Parameters
    ----------
    logfc, half, t, p : (G,)
        log2 effects, half widths of their 95% intervals, statistics and two-sided p; NaN where
        the table has none.
    lfc : float
        Threshold that the study says it tested against; counts only where the table bears it out.
    """
    size = np.abs(logfc)
    z = np.sign(logfc) * _score(p)
    with np.errstate(divide="ignore", invalid="ignore"):
        plain = size / np.abs(t)
    plain = np.where(np.isfinite(plain) & (plain > 0), plain, np.nan)
    if _ordinary(size, half, t, plain):
        ratio = half / plain
        wide = np.median(ratio[np.isfinite(ratio)]) if np.isfinite(ratio).any() else np.nan
        return Evidence(np.where(np.isfinite(plain), plain, half / wide), z, p)
    untold = Evidence(np.full(len(z), np.nan), z, p)
    if np.isnan(t).all():
        error = _below(np.full(len(z), np.nan), size, half, p, 0.0)[0]
        return untold if np.isnan(error).all() else Evidence(error, z, p)
    above = np.asarray(np.abs(t) > 0)
    ahead = np.where(above, (size - lfc) / np.where(above, np.abs(t), 1.0), np.nan)
    if not lfc > 0 or (above != (size > lfc)).any() or (half < NORMAL * ahead * (1 - SAME)).any():
        return untold
    error, df = _below(ahead, size, half, p, lfc)
    if np.isnan(error).all():
        return untold
    z = np.clip(np.sign(logfc) * normal_score(size / error, df), -FARTHEST, FARTHEST)
    return Evidence(error, z, 2 * _tail(size / error, df))


def _below(error: Array, size: Array, half: Array, p: Array, lfc: float) -> tuple[Array, Array]:
    """Fill missing errors, and df; all NaN where the table tells few of them."""
    known = np.isfinite(error)
    df = np.where(known, _df_of_quantile(np.where(known, half / error, NORMAL)), np.nan)
    df = _with_those_of_p(df, size, half, p, lfc)
    if 2 * np.isnan(df).sum() > len(df):
        return np.full(len(df), np.nan), df
    return np.where(known, error, half / _quantile(df)), df


def _score(p: Array) -> Array:
    from scipy import special

    return np.asarray(np.minimum(-special.ndtri(np.maximum(p, 1e-320) / 2), FARTHEST))


def _ordinary(size: Array, half: Array, t: Array, plain: Array) -> bool:
    """Whether t is logFC over its error: never 0 beside an effect, never too large for the limits.

    The half width of a 95% interval is at least the normal quantile of errors.
    """
    if np.isnan(plain).all():
        return False
    zero = bool(((t == 0) & (size > 0)).any())
    return not zero and not bool((half < NORMAL * plain * (1 - SAME)).any())


def _quantile(df: Array) -> Array:
    from scipy import special

    return np.asarray(special.stdtrit(np.minimum(df, 1e100), 0.975))


def _tail(x: Array, df: Array | float) -> Array:
    from scipy import special

    return np.asarray(special.stdtr(np.minimum(df, 1e100), -x))


def _df_of_quantile(wide: Array) -> Array:
    """Degrees of freedom whose 97.5% quantile is `wide`; infinite from the last of `DEGREES`."""
    from scipy.optimize import elementwise

    low, high = _quantile(DEGREES[-1]), _quantile(DEGREES[0])
    inside = np.clip(wide, low, high)
    ends = np.log(DEGREES[0]), np.log(DEGREES[-1])
    found = elementwise.find_root(
        lambda x, q: _quantile(np.exp(x)) - q, tuple(ends), args=(inside,)
    )
    return np.where(wide > high, np.nan, np.where(wide <= low, np.inf, np.exp(found.x)))


def _with_those_of_p(df: Array, size: Array, half: Array, p: Array, lfc: float) -> Array:
    """Fill degrees of freedom from p of |effect| > lfc and the limits; NaN where p tells none.

    Most genes of a table share theirs, so the median of the known is tried before any other.
    """
    near, far = (size - lfc) / half, (size + lfc) / half
    open_ = np.isnan(df) & np.isfinite(half) & (half > 0)
    if np.isnan(df).all():
        few = np.flatnonzero(open_)[:: max(1, int(open_.sum()) // FEW)]
        df[few] = _df_of_p(near[few], far[few], p[few])
    if np.isnan(df).all():
        return df
    shared = float(np.median(df[~np.isnan(df)]))
    same = np.abs(_off(shared, near, far, p)) <= CLOSE * p
    telling = np.abs(_off(1.1 * shared, near, far, p)) > 10 * CLOSE * p
    # One df for all: a gene whose p tells nothing has it as well.
    one = bool(same[telling & open_].all()) and np.allclose(df[~np.isnan(df)], shared, SAME)
    df = np.where(np.isnan(df) & same & (telling | one), shared, df)
    left = np.flatnonzero(np.isnan(df) & open_)
    df[left] = _df_of_p(near[left], far[left], p[left])
    return df


def _off(df: Array | float, near: Array, far: Array, p: Array) -> Array:
    q = _quantile(np.asarray(df))
    return np.asarray(_tail(near * q, df) + _tail(far * q, df) - p)


def _df_of_p(near: Array, far: Array, p: Array) -> Array:
    """Degrees of freedom that give p; NaN where none do, several do, or p hardly hangs on them."""
    from scipy.optimize import elementwise

    sign = np.sign(_off(DEGREES[:, None], near, far, p))
    crossed = sign[1:] * sign[:-1] < 0
    once, at = crossed.sum(0) == 1, crossed.argmax(0)
    ends = np.log(DEGREES)[at][once], np.log(DEGREES)[at + 1][once]
    given = tuple(x[once] for x in (near, far, p))
    root = elementwise.find_root(lambda x, *rest: _off(np.exp(x), *rest), ends, args=given).x
    told = np.abs(_off(np.exp(root + 0.1), *given)) > TOLD * given[2]
    found = np.full(len(p), np.nan)
    found[once] = np.where(told, np.exp(root), np.nan)
    return found
