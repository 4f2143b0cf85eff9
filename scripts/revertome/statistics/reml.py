"""REML of one variance ratio a gene, every gene at once.

After projection on the complement of X and rotation to the singular vectors of Z, the squares
q_j of a gene have variances sigma^2 (1 + g e_j) with eigenvalues e_j shared by all genes.

limma's duplicate correlation rests on the same squares, but is another estimator: it lets the
patient variance be negative, as a consensus over genes must (`limma.gamma`).
"""

import numpy as np

from revertome.arrays import Array

GRID = np.linspace(0, 1, 41)[:-1]  # intraclass correlations that bracket the optimum
RHO_MAX = 1 - 1e-9
BISECTIONS = 60
LARGE = 2000  # samples beyond which matrices of people are used instead of matrices of samples
EMPTY = 1e-9  # eigenvalues below it are 0: the direction holds no patient effect


def residual_contrasts(x: Array, z: Array) -> tuple[Array, Array, Array]:
    """Independent contrasts of the residuals, and how much patient variance each holds.

    Parameters
    ----------
    x : (n, p)
        Full-rank design matrix.
    z : (n, patients)
        Membership of samples.

    Returns
    -------
    complement : (n, m)
        Orthonormal basis of what X leaves, m = n - p.
    rotation : (m, m)
        Left singular vectors of complement' Z.
    eigen : (m,)
        Eigenvalues e of complement' Z Z' complement: a contrast, a column of complement @
        rotation, has variance sigma^2 + e var(u).
    """
    n, p = x.shape
    # K spans the complement of X, so K'y is free of the coefficients: REML is the likelihood of
    # K'y. U diagonalises its covariance sigma^2 (I + g K'ZZ'K).
    complement = np.linalg.qr(x, mode="complete")[0][:, p:]
    u, s, _ = np.linalg.svd(complement.T @ z, full_matrices=True)
    eigen = np.zeros(n - p)
    eigen[: len(s)] = s**2
    return complement, u, eigen


def residual_squares(y: Array, x: Array, z: Array) -> tuple[Array, Array]:
    """Squares (m, G) of the `residual_contrasts` of y (n, G), and their eigenvalues (m,).

    Of more than 2,000 samples by `squares_by_people`, which has the same sums for each eigenvalue.
    """
    if len(x) > LARGE:
        return squares_by_people(y, x, z)
    complement, u, eigen = residual_contrasts(x, z)
    return (u.T @ (complement.T @ y)) ** 2, eigen


def squares_by_people(y: Array, x: Array, z: Array) -> tuple[Array, Array]:
    """Squares and eigenvalues from matrices of people instead of samples.

    Z'MZ, with M what X leaves, has the nonzero eigenvalues e of K'ZZ'K. Along its eigenvector v the
    square is (v'Z'My)^2 / e; what all of them leave of the residual sum of squares has eigenvalue
    0 and is shared out evenly.
    """
    q = np.linalg.qr(x)[0]
    inside = z.T @ q
    eigen, vectors = np.linalg.eigh(z.T @ z - inside @ inside.T)
    held = eigen > EMPTY
    eigen, vectors = eigen[held], vectors[:, held]
    residual = y - q @ (q.T @ y)
    along = (vectors.T @ (z.T @ residual)) ** 2 / eigen[:, None]
    rest = len(x) - x.shape[1] - len(eigen)
    left = np.maximum(np.einsum("ng,ng->g", residual, residual) - along.sum(axis=0), 0.0)
    within = np.broadcast_to(left / max(rest, 1), (rest, y.shape[1]))
    return np.vstack([along, within]), np.r_[eigen, np.zeros(rest)]


def reml_ratio(square: Array, eigen: Array) -> Array:
    """REML estimates (G,) of the variance ratio g, at least 0.

    The profile criterion m log(sum q/(1 + g e)) + sum log(1 + g e) is bracketed on a grid of
    g / (1 + g) and its derivative bisected.
    """
    # Contrasts with the same eigenvalue have the same variance: their squares are summed once.
    distinct, where = np.unique(eigen.round(9), return_inverse=True)
    times = np.bincount(where).astype(float)
    total = np.eye(len(distinct))[where].T @ square
    grid = GRID / (1 - GRID)
    # The criterion can have several minima; the best grid point brackets the global one.
    loss = np.array([_loss(total, distinct, times, g) for g in grid])
    best = loss.argmin(axis=0)
    low = GRID[np.maximum(best - 1, 0)]
    high = np.append(GRID, RHO_MAX)[best + 1]
    # Sixty halvings of the bracket exhaust double precision, for all genes at once.
    for _ in range(BISECTIONS):
        middle = (low + high) / 2
        falls = _slope(total, distinct, times, middle / (1 - middle)) < 0
        low, high = np.where(falls, middle, low), np.where(falls, high, middle)
    rho = (low + high) / 2
    # At the border g = 0 the minimum is there if the criterion rises from it.
    at_zero = _slope(total, distinct, times, np.zeros_like(rho)) >= 0
    return np.where((best == 0) & at_zero, 0.0, rho / (1 - rho))


def _loss(total: Array, eigen: Array, times: Array, ratio: float) -> Array:
    scale = 1 + ratio * eigen
    return np.asarray(times.sum() * np.log((1 / scale) @ total) + times @ np.log(scale))


def _slope(total: Array, eigen: Array, times: Array, ratio: Array) -> Array:
    """Derivative of the profile REML criterion in the ratio."""
    # sigma^2 is profiled out as mean(q / (1 + g e)); the derivative in g is sum(e / (1 + g e)) -
    # m sum(q e / (1 + g e)^2) / sum(q / (1 + g e)).
    scale = 1 / (1 + np.outer(eigen, ratio))
    part = total * scale
    scale *= eigen[:, None]
    rise = times @ scale
    return np.asarray(rise - times.sum() * (part * scale).sum(axis=0) / part.sum(axis=0))


def inverse_hessian(
    scaled: Array, eigen: Array, ratio: Array, variance: Array
) -> tuple[Array, Array, Array]:
    """Entries (00, 01, 11), (G,), of the inverse of the Hessian of -2 log REML.

    The Hessian is taken in (sigma^2, var(u)) for sigma = 1; at a ratio of 0, where only sigma
    is estimated, the inverse is 1 / (n - p) and zeros.
    """
    m = len(eigen)
    scale = 1 / (1 + np.outer(eigen, ratio))
    unit = np.where(variance > 0, variance, 1.0)
    # Second derivatives of sum(log v_j + q_j / v_j) with v_j = sigma^2 + var(u) e_j: (2 q_j / v_j
    # - 1) / v_j^2, times e_j^0, e_j, e_j^2.
    curve = (2 * scaled / unit - 1) * scale**2
    h00 = curve.sum(axis=0)
    h01 = eigen @ curve
    h11 = eigen**2 @ curve
    determinant = h00 * h11 - h01**2
    # ASSUME a criterion flat in the ratio (not seen at an inner optimum) says nothing of it.
    inner = (ratio > 0) & (determinant > 0) & (h11 > 0)
    determinant = np.where(inner, determinant, 1.0)
    # The inverse of a symmetric 2 x 2 matrix, entry by entry.
    return (
        np.where(inner, h11 / determinant, 1 / m),
        np.where(inner, -h01 / determinant, 0.0),
        np.where(inner, h00 / determinant, 0.0),
    )
