"""Least squares with one design for all genes, in one pass over the data."""

from typing import Any

import numpy as np

from revertome.arrays import Array
from revertome.limma.solve_absorbed import disjoint

CHUNK = 1024  # genes held in the processor's cache together
# Samples beyond which patients are swept out of a design of many columns: a complete orthonormal
# basis grows with the cube of the samples.
LARGE = 2000


def solve_shared(white: Array, x: Array, y: Array) -> tuple[Array, Array, Array]:
    """Generalised least squares of every gene.

    With many coefficients one product gives the estimates, R^-1 Q' W y, and the residual contrasts
    of a complete orthonormal Q. With few, residuals are cheaper: W is then nearly empty (blocks of
    samples of one patient), and time grows in proportion to the number of samples.

    Parameters
    ----------
    white : (n, n)
        W, with W'W the inverse of the correlation matrix of the samples.
    x : (n, p)
        Design of full rank.
    y : (n, G)
        Values, none missing.

    Returns
    -------
    coefficients : (G, p)
    covariance : (1, p, p)
        Unscaled.
    rss : (G,)
        Residual sum of squares of the whitened data.
    """
    n, p = x.shape
    few = 3 * p < n
    if not few and n > LARGE:
        thin = _sparse(white)
        return _swept(np.asarray(thin @ x), thin, y)
    # W x = QR gives beta = R^-1 Q'Wy. The further columns of a complete Q span the complement, so
    # Q2'Wy are n - p residual contrasts whose squares sum to rss.
    q, r = np.linalg.qr(white @ x, mode="reduced" if few else "complete")
    inverse = np.linalg.inv(r[:p])
    solver = np.vstack([inverse @ q.T[:p], q.T[p:]]) @ white
    coefficients, rss = np.empty((p, y.shape[1])), np.empty(y.shape[1])
    sparse_white = _sparse(white) if few else None
    for start in range(0, y.shape[1], CHUNK):
        part = slice(start, start + CHUNK)
        own = solver @ y[:, part]
        coefficients[:, part] = own[:p]
        rest = own[p:] if sparse_white is None else sparse_white @ (y[:, part] - x @ own)
        rss[part] = np.einsum("ng,ng->g", rest, rest)
    return coefficients.T, (inverse @ inverse.T)[None], rss


def _swept(x: Array, white: Any, y: Array) -> tuple[Array, Array, Array]:
    """Least squares of whitened designs whose first columns share no sample (Frisch & Waugh 1933).

    With Z these columns, D = Z'Z, R the others, M = D^-1 Z'R and S the information of R - ZM, the
    covariance is [[D^-1 + M S^-1 M', -M S^-1], [-S^-1 M', S^-1]].
    """
    chosen = disjoint(x)
    z, rest = _sparse(x[:, chosen]), x[:, ~chosen]
    d = np.asarray((z.multiply(z)).sum(axis=0))[:, None]
    means = (z.T @ rest) / d
    left = rest - z @ means
    inverse = np.linalg.inv(left.T @ left)
    covariance = np.empty((x.shape[1], x.shape[1]))
    side = -means @ inverse
    covariance[np.ix_(chosen, chosen)] = np.diag(1 / d[:, 0]) - side @ means.T
    covariance[np.ix_(chosen, ~chosen)], covariance[np.ix_(~chosen, chosen)] = side, side.T
    covariance[np.ix_(~chosen, ~chosen)] = inverse
    coefficients, rss = np.empty((x.shape[1], y.shape[1])), np.empty(y.shape[1])
    for start in range(0, y.shape[1], CHUNK):
        part = slice(start, start + CHUNK)
        own = white @ y[:, part]
        level = (z.T @ own) / d
        own = own - z @ level
        beta = inverse @ (left.T @ own)
        own -= left @ beta
        coefficients[chosen, part], coefficients[~chosen, part] = level - means @ beta, beta
        rss[part] = np.einsum("ng,ng->g", own, own)
    return coefficients.T, covariance[None], rss


def _sparse(white: Array) -> Any:
    from scipy.sparse import csr_array  # slow to import, and many fits do without

    return csr_array(white)
