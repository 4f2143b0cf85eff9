"""Which columns of a design are dummies of blocks, and weighted normal equations of all genes."""

from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from revertome.arrays import Array, Mask
from revertome.negative_binomial.absorbed import Absorbed
from revertome.negative_binomial.dense import Dense
from revertome.negative_binomial.pairs import Pairs

FEWEST = 6  # dummies that are worth sweeping out
EXACT = 1e-9  # error of a dummy as a sum of columns


class Layout(Protocol):
    """A design in an order of samples and columns that suits its normal equations.

    Arrays of weights w, of scores g and of linear predictors are (n, G), samples in `order`;
    coefficients are (p, G), columns in `columns`.
    """

    order: npt.NDArray[np.intp]
    columns: npt.NDArray[np.intp]

    def predictor(self, coefficients: Array) -> Array:
        """X b, (n, G)."""

    def products(self, values: Array, power: int = 1) -> Array:
        """Sums over samples of values (n, G) times columns of the design to a power, (p, G)."""

    def solver(self, w: Array, ridge: Array) -> Any:
        """Factorised X'WX + diag(ridge) of every gene; ridge (p,) or (p, G), as `columns`."""

    def log_determinant(self, w: Array) -> Array:
        """log det X'WX, (G,)."""

    def log_determinant_slopes(self, w: Array, second: bool = True) -> tuple[Array, Array]:
        """First and second derivative of log det X'WX by alpha, (G,) each; without `second` 0.

        For w = mu / (1 + alpha mu), whose derivatives are -w^2 and 2 w^3.
        """


def layout(design: Any, sweep: bool = True, space: bool = False) -> Layout:
    """The layout of a design of full rank.

    Parameters
    ----------
    design : (n, p)
        Columns of 0 and 1 that share no sample with one another (dummies of patients, with or
        without an intercept) are swept out of the equations by Schur complement, which is then
        linear in samples. Where they are pairs and one column is left this has a closed form;
        designs without such columns are solved as they are.
    sweep : bool
        False solves any design as it is.
    space : bool
        True where only the determinant of X'WX is asked for: a dummy that an intercept stands for
        is put into its place, see `completed`.
    """
    x = np.ascontiguousarray(np.asarray(design, dtype=float))
    if x.ndim != 2 or x.shape[1] > x.shape[0]:
        raise ValueError(f"a design of shape {x.shape} has more columns than samples")
    swept = dummies(x) if sweep else np.zeros(x.shape[1], dtype=bool)
    if space:
        x, swept = completed(x, swept)
    kept = int((~swept).sum())
    if swept.sum() < FEWEST or not 0 < kept < swept.sum():
        return Dense(x)
    return Pairs(x, swept) if (x[:, swept].sum(axis=0) == 2).all() else Absorbed(x, swept)


def completed(x: Array, swept: Mask) -> tuple[Array, Mask]:
    """A design with the same space and the same det X'WX, and its dummies.

    Samples without a dummy are given one, in the place of a column that is kept, if the columns
    of x hold it: ``~ patient + visit`` has an intercept instead of its first patient.
    """
    alone = (~x[:, swept].any(axis=1)).astype(float)
    kept = np.flatnonzero(~swept)
    if not alone.any() or len(kept) < 2:
        return x, swept
    b = np.linalg.lstsq(x, alone, rcond=None)[0]
    if np.abs(x @ b - alone).max() > EXACT:
        return x, swept
    best, *others = kept[np.argsort(-np.abs(b[kept]), kind="stable")]
    x, swept = x.copy(), swept.copy()
    x[:, best], swept[best] = alone, True
    x[:, others[0]] /= b[best]  # the change of columns keeps volumes
    return x, swept


def dummies(x: Array) -> Mask:
    """Columns of 0 and 1 that share no sample, (p,); those in fewest conflicts come first.

    An intercept is in conflict with every other column, a visit with every patient, a patient
    only with these: patients are found whatever the order of the columns.
    """
    free = ((x == 0) | (x == 1)).all(axis=0) & (x != 0).any(axis=0)
    conflict = (x.T @ x > 0) & free & free[:, None]
    np.fill_diagonal(conflict, False)
    chosen = np.zeros(x.shape[1], dtype=bool)
    size = x.sum(axis=0)
    while free.any():
        at = np.flatnonzero(free)
        degree = conflict[np.ix_(at, at)].sum(axis=1)
        best = at[np.lexsort((at, size[at], degree))[0]]
        chosen[best] = True
        free &= ~conflict[best]
        free[best] = False
    return chosen
