"""Which columns of a design say nothing of their own, and why.

One tolerance, that of R's `lm` and of limma: a column is a linear combination of the columns before
it when the part of it that is orthogonal to them is no longer than 1e-7 of the column.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Literal

import numpy as np
import numpy.typing as npt
import pandas as pd

from revertome.arrays import Array
from revertome.errors import StudyError

TOLERANCE = 1e-7


@dataclass(frozen=True)
class Aliased:
    """A column left out of a design, and why.

    Attributes
    ----------
    column : str
        Name of the column.
    why : {"absorbed", "confounded"}
        `absorbed`: constant within every patient, so that the patient effects hold it and no
        contrast within patients is touched. `confounded`: within patients it is a linear
        combination of other columns; where a change is among these, the change and the covariate
        cannot be told apart.
    with_ : tuple of str
        The columns of that combination, in the order of the design; none when absorbed.
    share : tuple of float
        Their coefficients in it.
    """

    column: str
    why: Literal["absorbed", "confounded"]
    with_: tuple[str, ...] = ()
    share: tuple[float, ...] = field(default=(), compare=False)

    @property
    def words(self) -> str:
        """The column and the reason, as `differential/design.tsv` has it."""
        if self.why == "absorbed":
            return f"{self.column}: does not vary within patients"
        if not self.with_:
            return f"{self.column}: the same in every sample"
        return f"{self.column}: confounded with {', '.join(self.with_)}"


def negligible(rest: npt.ArrayLike, length: npt.ArrayLike) -> npt.NDArray[np.bool_]:
    """Whether what is left of columns, `rest`, is nothing beside their `length`, elementwise."""
    return np.asarray(np.asarray(rest) <= TOLERANCE * np.asarray(length))


def dependent(x: Array) -> list[int]:
    """Positions of the columns of `x`, (n, p), that are linear combinations of those before them.

    Raises
    ------
    ValueError
        When `x` holds a missing or infinite value.
    """
    if not np.isfinite(x).all():
        raise ValueError("the design holds a missing or infinite value")
    n, p = x.shape
    length = np.linalg.norm(x, axis=0)
    # Without pivoting, the diagonal of R is the length of what each column adds to those before
    # it, as long as none of those before it is a combination itself.
    triangle = np.asarray(np.linalg.qr(x, mode="r"))
    if n >= p and not negligible(np.abs(np.diagonal(triangle)), length).any():
        return []
    found: list[int] = []
    basis, size = np.empty((n, min(n, p))), 0
    for place, column in enumerate(x.T):
        known = basis[:, :size]
        rest = column - known @ (known.T @ column)
        rest = rest - known @ (known.T @ rest)  # once more, against rounding
        left = np.linalg.norm(rest)
        if negligible(left, length[place]):
            found.append(place)
        else:
            basis[:, size], size = rest / left, size + 1
    return found


def aliased(matrix: pd.DataFrame) -> list[str]:
    """Columns of `matrix` that are linear combinations of the columns before them."""
    return [str(matrix.columns[place]) for place in dependent(matrix.to_numpy(float))]


def check_freedom(samples: int, coefficients: int, without: str = "") -> None:
    """Stop where a model leaves no residual degrees of freedom.

    Raises
    ------
    StudyError
    """
    if samples <= coefficients:
        raise StudyError(
            f"{samples} samples{without} leave no residual degrees of freedom for {coefficients} "
            f"coefficient{'s' * (coefficients != 1)}"
        )


def constant_within(x: Array, patient: "pd.Series | pd.Index") -> npt.NDArray[np.bool_]:
    """Which columns of `x`, (n, p), have one value in all samples of each patient."""
    return negligible(
        np.linalg.norm(without_patients(x, patient), axis=0), np.linalg.norm(x, axis=0)
    )


def explain(matrix: pd.DataFrame, patient: pd.Series | pd.Index | None = None) -> list[Aliased]:
    """Aliased columns of a design, each with the reason.

    Patients are taken out of all columns first (x - mean of x in the patient), as patient effects
    do. A column of which nothing is left is absorbed. What is left of any other aliased column is
    sum_k b_k x_k over the columns kept before it; it is confounded with those whose b_k x_k is no
    rounding error.

    Parameters
    ----------
    matrix : DataFrame, (n, p)
        Design, without columns of the patients.
    patient : Series or Index, (n,), optional
        Patient of each sample, in a model with patient effects.

    Returns
    -------
    list of Aliased
        In the order of the columns.
    """
    x = matrix.to_numpy(float)
    constant = np.zeros(x.shape[1], bool)
    if patient is not None and len(x):
        constant = constant_within(x, patient)
        x = np.where(constant, 0.0, without_patients(x, patient))
    lost = dependent(x)
    found = []
    for place in lost:
        column = str(matrix.columns[place])
        if constant[place]:
            found.append(Aliased(column, "absorbed"))
            continue
        kept = [k for k in range(place) if k not in lost]
        share = np.linalg.lstsq(x[:, kept], x[:, place], rcond=None)[0]
        part = np.abs(share) * np.linalg.norm(x[:, kept], axis=0)
        shown = ~negligible(part, np.linalg.norm(x[:, place]))
        names = tuple(str(name) for name in matrix.columns[np.array(kept, dtype=np.intp)[shown]])
        found.append(Aliased(column, "confounded", names, tuple(share[shown].tolist())))
    return found


def estimable(vector: pd.Series, lost: Iterable[Aliased]) -> bool:
    """Whether the columns kept tell a contrast by themselves, whatever the lost ones say.

    Every lost column x_j = sum_k b_k x_k leaves one direction, e_j - sum_k b_k e_k, in which
    coefficients can move without a trace in the data. A contrast c is told where it is blind to
    all of them: c_j = sum_k b_k c_k.

    Parameters
    ----------
    vector : Series
        Coefficients of the contrast, by column; 0 for a column that is not named.
    lost : iterable of Aliased
        Of `explain`.
    """
    for each in lost:
        terms = np.array([b * vector.get(k, 0.0) for k, b in zip(each.with_, each.share,
                                                                 strict=True)])  # fmt: skip
        own = vector.get(each.column, 0.0)
        off, size = abs(own - terms.sum()), abs(own) + np.abs(terms).sum()
        if not negligible(off, size):
            return False
    return True


def without_patients(x: Array, patient: "pd.Series | pd.Index") -> Array:
    """Columns of `x`, (n, p), less their mean in each patient, as patient effects leave them."""
    code = pd.factorize(np.asarray(patient))[0]
    sums = np.zeros((code.max(initial=-1) + 1, x.shape[1]))
    np.add.at(sums, code, x)
    return np.asarray(x - (sums / np.bincount(code)[:, None])[code])


def unidentified(x: Array, kept: npt.NDArray[np.bool_]) -> Array:
    """Basis (p, k) of the null space of `x` (n, p), of which the columns under `kept` are kept.

    A contrast that is not orthogonal to it cannot be estimated.
    """
    # A dropped column is a combination of those kept: x[:, dropped] = x[:, kept] a.
    a = np.linalg.lstsq(x[:, kept], x[:, ~kept], rcond=None)[0]
    found = np.zeros((len(kept), int((~kept).sum())))
    found[kept], found[~kept] = -a, np.eye(len(a.T))
    return found
