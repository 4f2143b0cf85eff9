"""Generalised least squares of one outcome with a random intercept for each patient."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from revertome.arrays import Array


class Sums(NamedTuple):
    """What the likelihood needs of z = [x, y]: z'z, sums of z by patient, samples by patient."""

    total: Array
    by_patient: Array
    size: Array


def sums_of(z: Array, patient: NDArray[np.intp]) -> Sums:
    """Gather z'z, and sums and number of rows of each patient (0, 1, ...)."""
    member = np.equal.outer(np.arange(patient.max() + 1), patient).astype(float)
    return Sums(z.T @ z, member @ z, member.sum(axis=1))


def gls(sums: Sums, ratio: float) -> tuple[Array, Array]:
    """Generalised least squares with compound symmetry within patients.

    With theta = `ratio` (variance between patients over residual variance) and m samples of a
    patient, V = I + theta 1 1' there, and z' V^-1 z = z'z - theta / (1 + m theta) (z'1)(1'z).

    Returns
    -------
    (k,), (k,)
        Coefficients and their standard errors.
    """
    # V^-1 enters through sums by patient (Sherman-Morrison), so no n x n matrix is made. z holds
    # x and y, so one product gives x'V^-1 x, x'V^-1 y and y'V^-1 y.
    shrink = ratio / (1 + ratio * sums.size)
    cross = sums.total - sums.by_patient.T @ (shrink[:, None] * sums.by_patient)
    k, df = len(cross) - 1, sums.size.sum() - (len(cross) - 1)
    inverse = np.linalg.inv(cross[:k, :k])
    beta = inverse @ cross[:k, k]
    rss = cross[k, k] - cross[:k, k] @ beta
    error = np.sqrt(rss / df * np.diag(inverse))
    return beta, error
