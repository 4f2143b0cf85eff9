"""Linear models in which some regressors are measured with error of known variance.

y = D b + X g + e, and W = X + U is seen. With V the working covariance of the fit and
M = V^-1 - V^-1 D (D'V^-1 D)^-1 D'V^-1 the corrected normal equations are

    (W'MW - T) g = W'My,    T = E(U'MU) = sum over samples of M_ss Cov(U_s)

(Fuller 1987, Measurement Error Models, chapter 2; Carroll et al. 2006, Measurement Error in
Nonlinear Models, chapter 5). Together with the equations of b they are those of generalised least
squares of [D W] with T taken from the block of W. Without error they are generalised least squares.
"""

from dataclasses import dataclass, replace

import numpy as np
from scipy import linalg

from revertome.arrays import Array
from revertome.limma.cluster_robust import Forms, Robust
from revertome.limma.clusters import ALIASED, Blocks, Clusters


@dataclass(frozen=True)
class Errors:
    """What is known of the error of the regressors W, the last k columns of the design.

    Attributes
    ----------
    unreliable : (k,), optional
        Share of the variance of each within the design that is error. Errors of several go
        together as their values do: their covariance is the root of the shares on both sides of
        the covariance of W, so that it does not matter which combinations of them are called
        regressors where all shares are one. ASSUME as percentages that are counted together.
    covariance : (n, k, k), optional
        Error covariance of every sample, where that is known instead.
    """

    unreliable: Array | None = None
    covariance: Array | None = None

    def of_samples(self, design: Array, k: int) -> Array:
        """Error covariance of every sample, (n, k, k)."""
        if self.covariance is not None:
            return self.covariance
        left, share, df = self._within(design, k)
        covariance = share[:, None] * (left.T @ left) * share / df
        return np.broadcast_to(covariance, (len(design), k, k))

    def by_person(self, weight: Array, clusters: Clusters, design: Array, k: int) -> Array:
        """What each person's samples add to T, (L, N, k, k); their sum is T.

        Parameters
        ----------
        weight : (L, N, m)
            `Bare.diagonal`.
        clusters : Clusters
        design : (n, p + k)
        k : int
        """
        if self.covariance is not None:
            own = clusters.gather(np.moveaxis(self.covariance, 0, -1))
            return np.asarray(np.einsum("lna,ijna->lnij", weight, own))
        # The covariance of W within the design is a sum over people, and so is T.
        left, share, df = self._within(design, k)
        own = clusters.gather((left * share).T)
        unit = np.einsum("ina,jna->nij", own, own) / df
        return np.asarray(weight.sum(axis=(1, 2))[:, None, None, None] * unit)

    def _within(self, design: Array, k: int) -> tuple[Array, Array, int]:
        """W within the design (n, k), roots of the shares of error (k,), degrees of freedom."""
        d, w = design[:, :-k], design[:, -k:]
        left = w - d @ np.linalg.lstsq(d, w, rcond=None)[0]
        share = np.sqrt(np.zeros(k) if self.unreliable is None else self.unreliable)
        return left, share, len(d) - d.shape[1]


class Bare:
    """The design of some genes without its last k columns.

    Attributes
    ----------
    weighted : (L, N, m, p)
        V^-1 D.
    solve : (L, p, p)
        (D'V^-1 D)^-1.
    diagonal : (L, N, m)
        Diagonal of M, in the units of the samples before they are weighted.
    """

    def __init__(self, blocks: Blocks, k: int) -> None:
        d = blocks.x[..., :-k]
        inverse = np.linalg.inv(blocks.working)
        self.root, self.weighted = blocks.root, inverse @ d
        normal = np.einsum("lnap,lnaq->lpq", d, self.weighted)
        self.solve = np.linalg.pinv(normal, ALIASED, hermitian=True)
        taken = np.einsum("lnap,lnap->lna", self.weighted @ self.solve[:, None], self.weighted)
        self.diagonal = (np.einsum("lnaa->lna", inverse) - taken) * blocks.root**2

    def mean_error(self, contrasts: Array, covariance: Array) -> Array:
        """Error covariances of the mean composition of two contrasts (p, 2), (3, L, k, k).

        Of d with d, d with t and t with t; `covariance` (N, m, k, k) is that of samples.
        """
        u = self.weighted @ (self.solve @ contrasts)[:, None] * self.root[..., None]
        pairs = ((0, 0), (0, 1), (1, 1))
        return np.stack([np.einsum("lna,naij->lij", u[..., i] * u[..., j], covariance)
                         for i, j in pairs])  # fmt: skip


@dataclass(frozen=True)
class Corrected:
    """The corrected fit of some genes.

    Attributes
    ----------
    blocks : Blocks
        Of the whole design; `beta` and `e` are corrected, the rest is that of least squares.
    inverse : (L, p + k, p + k)
        Of the corrected normal equations.
    own : (L, N, k, k)
        See `Errors.by_person`.
    k : int
        Regressors with error.
    reliable : (L,)
        Smallest reliability of a combination of the regressors, in the weights of the fit: the
        smallest root of det(W'MW - T - root W'MW) = 0; 1 without error, at most 0 where the
        equations are not positive definite.
    off : (G, k)
        Corrected minus uncorrected slopes.
    bare : Bare
    covariance : (N, m, k, k)
        Error covariance of every sample.
    """

    blocks: Blocks
    inverse: Array
    own: Array
    k: int
    reliable: Array
    off: Array
    bare: Bare
    covariance: Array

    @property
    def moved(self) -> Array:
        """W'MW of every gene's weights, (L, k, k)."""
        k = self.k
        return np.asarray(np.linalg.inv(self.blocks.inverse[:, -k:, -k:]))

    def shift(self, contrasts: Array) -> Array:
        """What contrasts (p + k, c) of the means of the design are of the regressors, (L, k, c).

        The coefficient b of a contrast without W in the model is b with it plus shift' g: by the
        inverse of partitioned matrices the block of W of N^-1 c is -A^-1 shift, A that of g.
        """
        a = np.linalg.inv(self.inverse[:, -self.k :, -self.k :])
        return np.asarray(-a @ (self.inverse @ contrasts)[:, -self.k :])

    def forms(self, robust: Robust, contrasts: Array) -> list[Forms]:
        """Quadratic forms of contrasts (p + k, 2) or (L, p + k, 2); see `Robust.forms`.

        W_s and the residual of a sample are correlated by the error, for which T g makes up; each
        person's share of it belongs to what the person adds to the estimate.
        """
        solved = self.inverse @ contrasts
        influence = robust.weighted @ solved[:, None]
        slopes = self.blocks.beta[:, -self.k :]
        # (c, 1 or G, N, k): what a unit of each slope makes of a person.
        unit = np.einsum("lic,lnij->clnj", solved[:, -self.k :], self.own)

        def made(genes: slice) -> Array:
            if len(unit[0]) == 1:
                return np.asarray(np.einsum("cnj,gj->cng", unit[:, 0], slopes[genes]))
            return np.asarray(np.einsum("cgnj,gj->cng", unit[:, genes], slopes[genes]))

        return robust.forms_of(influence, made)

    def inflation(self, contrasts: Array) -> Array:
        """Variance of two contrasts over that of a composition which does not shift, (L, 2).

        c'N^-1 X'V^-1 X N^-1 c / c'(D'V^-1 D)^-1 c: what it costs that composition and contrast
        go together.
        """
        solved, bare = self.inverse @ contrasts, contrasts[: -self.k]
        normal = np.linalg.pinv(self.blocks.inverse, ALIASED, hermitian=True)
        full = np.einsum("lpc,lpq,lqc->lc", solved, normal, solved)
        return np.asarray(full / np.einsum("pc,lpq,qc->lc", bare, self.bare.solve, bare))

    def noise(self, contrasts: Array) -> Array:
        """Variances of shift' g, and covariance, from the error of mean composition, (3, G).

        `shift` is of what was measured, shift plus error of what is.
        """
        error = self.bare.mean_error(contrasts[: -self.k], self.covariance)
        slopes = self.blocks.beta[:, -self.k :]
        error = np.broadcast_to(error, (3, len(slopes), self.k, self.k))
        return np.asarray(np.einsum("gi,cgij,gj->cg", slopes, error, slopes, optimize=True))

    def further(self) -> Array:
        """What the correction adds to the residual variance that least squares leaves, (G,).

        Least squares fits by W what of its error goes with the residuals. The mean of squares of
        the corrected ones is larger by (g - g_ls)' W'MW (g - g_ls) / (n - p).
        """
        df = self.blocks.seen.sum(axis=(1, 2)) - (self.inverse.shape[-1] - self.k)
        moved = np.broadcast_to(self.moved, (len(self.off), self.k, self.k))
        return np.asarray(np.einsum("gi,gij,gj->g", self.off, moved, self.off) / df)


def corrected(
    blocks: Blocks, clusters: Clusters, design: Array, k: int, errors: Errors
) -> Corrected:
    """Correct the fit of some genes for the error of the last k columns of the design.

    Parameters
    ----------
    blocks : Blocks
        Of least squares.
    clusters : Clusters
    design : (n, p + k)
    k : int
    errors : Errors
    """
    bare = Bare(blocks, k)
    own = errors.by_person(bare.diagonal, clusters, design, k)
    sample = np.moveaxis(clusters.gather(np.moveaxis(errors.of_samples(design, k), 0, -1)),
                         (0, 1), (-2, -1))  # fmt: skip
    taken = own.sum(axis=1)
    normal = np.einsum("lnap,lnaq->lpq", blocks.x, blocks.weighted)
    less = normal.copy()
    less[:, -k:, -k:] -= taken
    moved = np.linalg.inv(blocks.inverse[:, -k:, -k:])
    reliable = np.array([1 - linalg.eigh(t, m, eigvals_only=True)[-1]
                         for t, m in zip(taken, moved, strict=True)])  # fmt: skip
    inverse = np.linalg.pinv(less, ALIASED, hermitian=True)
    if not taken.any():  # the same to the last digit
        inverse = blocks.inverse
        none = np.zeros_like(blocks.beta[:, -k:])
        return Corrected(blocks, inverse, own, k, reliable, none, bare, sample)
    # X'V^-1 y is known from the coefficients of least squares.
    turn = inverse @ normal
    off = _times(blocks.beta, np.swapaxes(turn, 1, 2)) - blocks.beta
    beta = blocks.beta + off
    found = replace(blocks, beta=beta, held=blocks.held.about(beta))
    return Corrected(found, inverse, own, k, reliable, off[:, -k:], bare, sample)


def _times(beta: Array, matrix: Array) -> Array:
    """Coefficients (G, p) times matrices (1 or G, p, p)."""
    if len(matrix) == 1:
        return np.asarray(beta @ matrix[0])
    return np.asarray(np.einsum("gp,gpq->gq", beta, matrix))
