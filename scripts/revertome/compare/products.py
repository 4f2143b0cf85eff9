"""Sums of products of two effect vectors and of the noise they were measured in."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from revertome.arrays import Array
from revertome.compare.effects import ContrastEffects


@dataclass(frozen=True)
class Noise:
    """Error covariance S = N'N of one study's centred effects, N its rows of scaled residuals.

    Attributes
    ----------
    on : (n, 2)
        N u and N v: u'Sv is the product of its columns.
    gram : (n, n)
        N N'.
    df : int
        Residual degrees of freedom.
    trace : float
        tr(S), the expected square of the error.
    square : float
        tr(S^2), unbiased for the covariance that S estimates.
    """

    on: Array
    gram: Array
    df: int
    trace: float
    square: float


@dataclass(frozen=True)
class Products:
    """u and v, the centred log fold changes of two studies on the same genes.

    Attributes
    ----------
    uu, vv, uv : float
        Their sums of products.
    first, second
        Noise of either.
    between : (n_a, n_b)
        N_a N_b'.
    """

    uu: float
    vv: float
    uv: float
    first: Noise
    second: Noise
    between: Array

    @property
    def r(self) -> float:
        """Correlation of u and v."""
        return float(np.clip(self.uv / np.sqrt(self.uu * self.vv), -1, 1))

    @property
    def cross(self) -> float:
        """tr(S_a S_b), unbiased as the studies are independent."""
        return float((self.between**2).sum())


def products(a: ContrastEffects, b: ContrastEffects) -> Products:
    """Products of two contrasts on the same genes, with residual expression of both.

    Raises
    ------
    ValueError
        When one has no residual expression.
    """
    both = np.stack([a.logfc - a.logfc.mean(), b.logfc - b.logfc.mean()], axis=1)
    rows = _centred(a), _centred(b)
    noise = [_noise(n, both, part.df) for n, part in zip(rows, (a, b), strict=True)]
    (uu, uv), (_, vv) = both.T @ both
    between = (rows[0] @ rows[1].T).astype(float)
    return Products(float(uu), float(vv), float(uv), noise[0], noise[1], between)


def _noise(rows: npt.NDArray[np.float32], both: Array, df: int) -> Noise:
    gram = (rows @ rows.T).astype(float)
    trace = float(np.trace(gram))
    # E tr(S^2) = tr^2 / df + (1 + 1/df) times what is sought, for a Wishart S.
    square = float((gram**2).sum()) - trace**2 / df
    square = max(square * df**2 / ((df - 1) * (df + 2)), trace**2 / both.shape[0])
    return Noise((rows @ both.astype(np.float32)).astype(float), gram, df, trace, square)


def _centred(effects: ContrastEffects) -> npt.NDArray[np.float32]:
    """Rows whose sum of products is the error covariance of the centred effects."""
    if effects.spread is None:
        raise ValueError("the uncertainty needs residual expression of both studies")
    rows: npt.NDArray[np.float32] = effects.spread - effects.spread.mean(axis=1, keepdims=True)
    return rows
