"""Weighted least squares of every gene with the patients' columns swept out first."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from revertome.arrays import Array

CHUNK = 512  # genes held in the processor's cache together


@dataclass(frozen=True)
class Absorbed:
    """Unscaled covariance (G, p, p) of coefficients, held in parts: p numbers a gene, not p^2.

    With S the information on the kept coefficients after the q others are swept out, D their
    diagonal information and M the weighted means of the kept columns over them, the covariance is
    [[1/D + M S^-1 M', -M S^-1], [-S^-1 M', S^-1]]. ``numpy.asarray`` gives the whole array.

    Attributes
    ----------
    swept, kept : (q,), (k,)
        Positions of the columns.
    variance : (q, G)
        1 / D.
    means : (q, k, G)
        M.
    inverse : (G, k, k)
        Inverse of S.
    """

    swept: npt.NDArray[np.intp]
    kept: npt.NDArray[np.intp]
    variance: Array
    means: Array
    inverse: Array

    def of_contrasts(self, c: Array) -> Array:
        """c'Vc for the columns of c (p, m), (G, m, m)."""
        # c'Vc of a block matrix by its Schur complement: own is c1' D^-1 c1, and rest = c2 - M'c1
        # goes through S^-1.
        one, two = c[self.swept], c[self.kept]
        rest = two - np.einsum("qkg,qm->gkm", self.means, one, optimize=True)
        own = np.einsum("qm,qg,ql->gml", one, self.variance, one, optimize=True)
        return np.asarray(own + np.swapaxes(rest, 1, 2) @ self.inverse @ rest)

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> Array:
        return self.of_contrasts(np.eye(len(self.swept) + len(self.kept))).astype(dtype or float)


def disjoint(x: Array) -> npt.NDArray[np.bool_]:
    """Columns of a design, taken from the left, that share no sample with one another.

    Whatever the weights their information is diagonal: columns of patients, of cells.
    """
    chosen = np.zeros(x.shape[1], dtype=bool)
    taken = np.zeros(len(x), dtype=bool)
    for k, column in enumerate(x.T):
        support = column != 0
        if not (support & taken).any():
            chosen[k] = True
            taken |= support
    return chosen


def solve_absorbed(x: Array, y: Array, weights: Array) -> tuple[Array, Absorbed, Array]:
    """Weighted least squares of independent observations (Frisch & Waugh 1933).

    Parameters
    ----------
    x : (n, p)
        Design of full rank.
    y, weights : (n, G)
        Values, none missing, and positive weights.

    Returns
    -------
    coefficients : (G, p)
    covariance : Absorbed
    rss : (G,)
        Weighted residual sum of squares.
    """
    chosen = disjoint(x)
    swept, kept = np.flatnonzero(chosen), np.flatnonzero(~chosen)
    z, rest = x[:, swept], x[:, kept]
    n_genes = y.shape[1]
    coefficients = np.empty((n_genes, x.shape[1]))
    rss = np.empty(n_genes)
    variance = np.empty((len(swept), n_genes))
    means = np.empty((len(swept), len(kept), n_genes))
    inverse = np.empty((n_genes, len(kept), len(kept)))
    for start in range(0, n_genes, CHUNK):
        part = slice(start, start + CHUNK)
        # Disjoint columns are orthogonal under any weights, so Z'WZ is the diagonal D and needs
        # no matrix inversion.
        w = weights[:, part]
        variance[:, part] = 1 / ((z**2).T @ w)
        # M = D^-1 Z'WR: the regression of each kept column R on Z, that is, its weighted means.
        means[:, :, part] = np.stack(
            [z.T @ (w * column[:, None]) * variance[:, part] for column in rest.T], axis=1
        ) if len(kept) else 0.0  # fmt: skip
        # Frisch & Waugh: regress y on Z, then the residuals of y on the residuals of R. This
        # gives the coefficients of R in the full model.
        level = (z.T @ (w * y[:, part])) * variance[:, part]
        residual = y[:, part] - z @ level
        left = [column[:, None] - z @ means[:, j, part] for j, column in enumerate(rest.T)]
        score = np.array([(w * column * residual).sum(axis=0) for column in left])
        information = np.array([[(w * a * b).sum(axis=0) for b in left] for a in left])
        # Normal equations S beta = score of the kept columns, a small system for every gene.
        if left:
            inverse[part] = np.linalg.inv(information.transpose(2, 0, 1))
            beta = np.einsum("gkl,lg->kg", inverse[part], score)
            residual -= sum(b * column for b, column in zip(beta, left, strict=True))
            # Coefficients of Z in the full model: D^-1 Z'W(y - R beta) = level - M beta.
            level -= np.einsum("qkg,kg->qg", means[:, :, part], beta)
            coefficients[part, kept] = beta.T
        coefficients[part, swept] = level.T
        rss[part] = np.einsum("ng,ng,ng->g", w, residual, residual)
    return coefficients, Absorbed(swept, kept, variance, means, inverse), rss
