"""Cluster-robust variances of contrasts: CR2 and its degrees of freedom.

Bell & McCaffrey 2002 (Surv Methodol 28:169) and Pustejovsky & Tipton 2018 (J Bus Econ Stat
36:672), with the working covariance of the fit. For the contrast c the estimate is u'y and, with
e_i the residuals of person i, z_i = u_i' A_i e_i; the variance is the sum of z_i^2. The adjustment
A_i (clubSandwich's definition) makes A_i E(e_i e_i') A_i' the working covariance of person i. It
does not depend on c, so z_i of a d + b t is a z_i(d) + b z_i(t): three sums give the variance
of every combination.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import reduce

import numpy as np
import numpy.typing as npt

from revertome.arrays import Array
from revertome.limma.clusters import Blocks, Clusters, placed

RANK = 1e-10  # eigenvalues below this share of their sum belong to residuals that are always 0


@dataclass(frozen=True)
class Forms:
    """Quadratic forms of one part of the people, for every a d + b t.

    Attributes
    ----------
    own : (3, G)
        Sums of z_i(d)^2, z_i(d) z_i(t) and z_i(t)^2.
    expected : (3, L)
        Their expectations where the covariance of people is a given one.
    target : (3, L)
        Variance of d, covariance, variance of t from this part under that covariance.
    square : (6, L)
        Products of the matrices of d^2, 2 d t and t^2: 11, 12, 13, 22, 23, 33. They give the
        variance of the sums.
    """

    own: Array
    expected: Array
    target: Array
    square: Array

    def df(self, a: float, b: float) -> Array:
        """Satterthwaite degrees of freedom of the own variance of a d + b t, (L,); 0 without."""
        x, y, z = a * a, a * b, b * b
        terms = np.array([x * x, 2 * x * y, 2 * x * z, y * y, 2 * y * z, z * z])
        square, mean = terms @ self.square, combine(self.expected, a, b)
        there = (combine(self.target, a, b) * RANK < mean) & (square > 0)
        return np.where(there, mean**2, 0.0) / np.where(there, square, 1.0)


def combine(three: Array, a: float, b: float) -> Array:
    """a^2 x_dd + 2ab x_dt + b^2 x_tt."""
    terms = zip((a * a, 2 * a * b, b * b), three, strict=True)
    return np.asarray(reduce(np.add, [factor * one for factor, one in terms if factor]))


def adjustments(blocks: Blocks) -> Array:
    """Matrices A_i of residuals times the root of the weights, (L, N, m, m).

    With Phi_i = D'D the working covariance of person i (D its upper Cholesky root) and
    B = D (Phi_i - X_i (X'W^-1 X)^-1 X_i') D' it is D' B^(-1/2) D; a generalised inverse where
    residuals are always 0.
    """
    # The root of B depends on the units of its rows: it is taken of unweighted observations, with
    # covariance w^-1/2 (working) w^-1/2, as clubSandwich does. Then z = u' w^1/2 A w^-1/2 e.
    x, working, size = blocks.x, blocks.working, blocks.root
    root = np.linalg.cholesky(working)
    upper = np.swapaxes(root, -1, -2)
    unit = 1 / np.where(size > 0, size, 1.0) ** 2
    spread = x @ blocks.inverse[:, None] @ np.swapaxes(x, -1, -2)
    units = unit[..., :, None] * unit[..., None, :]
    value, vector = np.linalg.eigh(upper @ (units * (working - spread)) @ root)
    largest = np.einsum("lnab,lnba->ln", upper @ (units * working), root)
    kept = value > RANK * largest[..., None]
    scale = np.where(kept, 1 / np.sqrt(np.where(kept, value, 1.0)), 0.0)
    power = (vector * scale[..., None, :]) @ np.swapaxes(vector, -1, -2)
    return np.asarray((root @ power @ upper) * unit[..., None, :])


def influence(blocks: Blocks, contrasts: Array, weighted: Array | None = None) -> Array:
    """Influence u_i of the samples on contrasts (p, k), (L, N, m, k): estimates are u'y."""
    weighted = blocks.weighted if weighted is None else weighted
    return np.asarray(weighted @ (blocks.inverse @ contrasts)[:, None])


def forms(blocks: Blocks, clusters: Clusters, contrasts: Array, covariance: Array) -> list[Forms]:
    """Quadratic forms of every part for two contrasts (p, 2); see `Robust`."""
    return Robust(blocks, clusters, covariance).forms(contrasts)


class Robust:
    """Quadratic forms of contrasts of some genes; what they have in common is made once.

    Parameters
    ----------
    blocks : Blocks
    clusters : Clusters
    covariance : (N, m, m)
        Covariance of people for expectations and degrees of freedom, up to the gene's scale.
    """

    def __init__(self, blocks: Blocks, clusters: Clusters, covariance: Array) -> None:
        self.blocks, self.clusters = blocks, clusters
        self.back = np.swapaxes(adjustments(blocks), -1, -2)
        self.v = blocks.restricted(covariance)
        self.weighted = blocks.weighted
        inner = np.einsum("lnap,lnaq->lpq", self.weighted, self.v @ self.weighted)
        self.c = blocks.inverse @ inner @ blocks.inverse

    def forms(self, contrasts: Array) -> list[Forms]:
        """Forms of two contrasts (p, 2), the coefficients of d and t: one a part of the people."""
        return self.forms_of(influence(self.blocks, contrasts, self.weighted))

    def forms_of(self, u: Array, further: Callable[[slice], Array] | None = None) -> list[Forms]:
        """Forms of two estimates with the influence u, (L, N, m, 2), of the samples.

        `further` gives what people add to the estimates of some genes beside u'e, (2, N, g).
        """
        adjusted = self.back @ u
        members = [np.flatnonzero(self.clusters.part == number)
                   for number in range(len(self.clusters.parts))]  # fmt: skip
        own = np.empty((len(members), 3, len(self.blocks.genes)))
        for genes, e in self.blocks.pieces():
            z = np.einsum("gnak,gna->kng", adjusted, e)
            if further is not None:
                z += further(genes)
            for number, at in enumerate(members):
                for pair, (i, j) in enumerate(((0, 0), (0, 1), (1, 1))):
                    own[number, pair, genes] = np.einsum("ng,ng->g", z[i, at], z[j, at])
        target = _pairs(u, self.v @ u)
        grams = _Grams(self, adjusted)
        return [
            Forms(mine, expected, target[:, :, at].sum(axis=2), square)
            for mine, at in zip(own, members, strict=True)
            for expected, square in [grams.of(at)]
        ]


def _pairs(left: Array, right: Array) -> Array:
    """Products of d with d, d with t and t with t by person, (3, L, N)."""
    return np.stack([np.einsum("lna,lna->ln", left[..., i], right[..., j])
                     for i, j in ((0, 0), (0, 1), (1, 1))])  # fmt: skip


class _Grams:
    """Covariances of z_i and z_j under V: a_i' ((I - H) V (I - H)')_ij a_j with a_i = A_i u_i.

    With h_i = X_i' a_i, l_i = X_i' W_i^-1 V_i a_i, M = (X'W^-1 X)^-1 and C the covariance of the
    coefficients under V it is [i = j] a_i' V_i a_i - h_i' M l_j - l_i' M h_j + h_i' C h_j.
    """

    def __init__(self, common: Robust, adjusted: Array) -> None:
        m, c = common.blocks.inverse, common.c
        moved = common.v @ adjusted
        self.diagonal = _pairs(adjusted, moved)
        h = np.einsum("lnap,lnak->lknp", common.blocks.x, adjusted)
        slope = np.einsum("lnap,lnak->lknp", common.weighted, moved)
        # left_i . right_j = h_i' (C h_j - M l_j) - l_i' M h_j.
        self.left = np.concatenate([h, slope], axis=-1)
        self.right = np.concatenate([h @ c[:, None] - slope @ m[:, None], -h @ m[:, None]], axis=-1)

    def of(self, at: npt.NDArray[np.intp]) -> tuple[Array, Array]:
        """Traces (3, L) and products (6, L) for the people of a part."""
        left, right = self.left[:, :, at], self.right[:, :, at]
        gram = []
        for k, (i, j) in enumerate(((0, 0), (0, 1), (1, 1))):
            one = left[:, i] @ np.swapaxes(right[:, j], -1, -2)
            one[:, np.arange(len(at)), np.arange(len(at))] += self.diagonal[k][:, at]
            gram.append(one)
        trace = np.stack([np.einsum("lnn->l", one) for one in gram])
        gram[1] = gram[1] + np.swapaxes(gram[1], -1, -2)
        square = [np.einsum("lij,lij->l", gram[i], gram[j])
                  for i, j in ((0, 0), (0, 1), (0, 2), (1, 1), (1, 2), (2, 2))]  # fmt: skip
        return trace, np.stack(square)


def joined(parts: Sequence[tuple[npt.NDArray[np.intp], list[Forms]]]) -> list[Forms]:
    """Forms of genes that were computed apart, each with their positions, put together."""
    genes = [at for at, _ in parts]
    return [
        Forms(*(placed([(at, getattr(one, name)) for at, one in zip(genes, same, strict=True)])
                for name in ("own", "expected", "target", "square")))
        for same in zip(*(each for _, each in parts), strict=True)
    ]  # fmt: skip
