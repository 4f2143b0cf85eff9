"""Data on the scale where errors are independent with one variance a gene: W with W'W = V^-1."""

from typing import Protocol

import numpy as np
import pandas as pd
from scipy import sparse

from revertome.arrays import Array
from revertome.limma.fit import whitener
from revertome.limma.solve_genewise import Blocks, weighted_designs
from revertome.trial import Model

ALL = slice(None)


class Whitening(Protocol):
    """The inverse root of a covariance of samples, as a joint fit has estimated it.

    Attributes
    ----------
    alike : bool
        Whether all genes share their whitened design.
    """

    @property
    def alike(self) -> bool:
        """Whether all genes share their whitened design."""

    def designs(self, genes: slice = ALL) -> Array:
        """The whitened design of some of the genes, (genes, n, p), or (1, n, p) where shared."""

    def whiten(self, y: Array, genes: slice = ALL) -> Array:
        """Whiten the data (n, genes) of some of the genes."""


class ConsensusWhitening:
    """One correlation within patients for all genes, and sample or observation weights.

    Parameters
    ----------
    model : Model
    correlation : float
        NaN where patients are columns of the design.
    weights : (n,), (n, G) or None
    """

    def __init__(self, model: Model, correlation: float, weights: Array | None) -> None:
        self.plain = model.design.to_numpy(float)
        correlation = 0.0 if np.isnan(correlation) else correlation
        white = whitener(model.block, len(self.plain), correlation)
        self.weights = weights if weights is not None and weights.ndim == 2 else None
        self.alike = self.weights is None
        if weights is not None and self.alike:
            white = white * np.sqrt(weights)
        # A row has as many entries as its patient has samples, at most.
        self.blocks = sparse.csr_array(white)
        self.shared = (white @ self.plain)[None]

    def designs(self, genes: slice = ALL) -> Array:
        """See `Whitening`."""
        if self.weights is None:
            return np.asarray(self.shared)
        own = self.plain[:, None] * np.sqrt(self.weights[:, genes])[:, :, None]
        white = (self.blocks @ own.reshape(len(own), -1)).reshape(own.shape)
        return np.ascontiguousarray(np.moveaxis(white, 1, 0))

    def whiten(self, y: Array, genes: slice = ALL) -> Array:
        """See `Whitening`."""
        if self.weights is not None:
            y = np.sqrt(self.weights[:, genes]) * y
        return np.asarray(self.blocks @ y)


class GenewiseWhitening:
    """A variance ratio g of its own for every gene, V = I + g ZZ' up to the residual variance.

    V has the inverse root I - c J in a block of k samples, with c = (1 - 1 / sqrt(1 + g k)) / k.

    Parameters
    ----------
    model : Model
        With random blocking.
    ratio : (G,)
        Variance of patients over the residual variance.
    """

    def __init__(self, model: Model, ratio: Array) -> None:
        code = pd.factorize(model.block, sort=True)[0]
        self.z = sparse.csr_array(np.eye(code.max() + 1)[code])
        self.size, self.ratio = np.bincount(code)[code].astype(float), ratio
        self.plain, self.alike = model.design.to_numpy(float), False
        self.sums = self.z @ (self.z.T @ self.plain)

    def designs(self, genes: slice = ALL) -> Array:
        """See `Whitening`."""
        return np.asarray(self.plain - self._shrink(genes)[:, :, None] * self.sums)

    def whiten(self, y: Array, genes: slice = ALL) -> Array:
        """See `Whitening`."""
        return np.asarray(y - self._shrink(genes).T * (self.z @ (self.z.T @ y)))

    def _shrink(self, genes: slice) -> Array:
        """The factor c of every sample, (genes, n)."""
        grown = np.sqrt(1 + np.outer(self.ratio[genes], self.size))
        return np.asarray((1 - 1 / grown) / self.size)


class SeenWhitening:
    """Genes that miss values: each is whitened over its own samples, 0 stands for the others.

    Parameters
    ----------
    model : Model
    correlation : float or (G,)
        Within patients; NaN where patients are columns of the design.
    weights : (n,), (n, G) or None
    y : (n, G)
        Values of the fit; NaN where missing.
    residual : bool
        Up to the residual variance, as `GenewiseWhitening`, or up to the whole.
    """

    def __init__(
        self,
        model: Model,
        correlation: float | Array,
        weights: Array | None,
        y: Array,
        residual: bool = False,
    ) -> None:
        self.plain, self.block, self.alike = model.design.to_numpy(float), model.block, False
        rho = np.broadcast_to(np.asarray(correlation, dtype=float), y.shape[1])
        self.rho = np.where(np.isnan(rho), 0.0, rho)
        # (1 + g) ((1 - rho) I + rho ZZ') = I + g ZZ' where rho = g / (1 + g).
        self.unit = np.sqrt(1 - self.rho) if residual else np.ones(len(self.rho))
        self.missing = np.isnan(y)
        self.weights = weights
        if weights is not None and weights.ndim == 1:
            self.weights = np.broadcast_to(weights[:, None], y.shape)

    def designs(self, genes: slice = ALL) -> Array:
        """See `Whitening`."""
        none = np.zeros_like(self.missing[:, genes], dtype=float)
        return self._white(none, genes)[0] * self.unit[genes, None, None]

    def whiten(self, y: Array, genes: slice = ALL) -> Array:
        """See `Whitening`."""
        return np.asarray(self._white(y, genes)[1].T * self.unit[genes])

    def _white(self, y: Array, genes: slice) -> tuple[Array, Array]:
        y = np.where(self.missing[:, genes], np.nan, y)
        x, values, seen = weighted_designs(self.plain, y, self.weights, genes)
        return Blocks(self.block, len(y), self.rho[genes]).whiten(x, values, seen)


def whitening_of(
    model: Model, correlation: float, weights: Array | None, y: Array
) -> ConsensusWhitening | SeenWhitening:
    """Whitening of a fit with one correlation; gene by gene where values are missing."""
    if np.isnan(y).any():
        return SeenWhitening(model, correlation, weights, y)
    return ConsensusWhitening(model, correlation, weights)


def genewise_whitening_of(
    model: Model, ratio: Array, y: Array
) -> GenewiseWhitening | SeenWhitening:
    """Whitening of a fit with a variance ratio for each gene, of the samples with a value."""
    if np.isnan(y).any():
        return SeenWhitening(model, ratio / (1 + ratio), None, y, residual=True)
    return GenewiseWhitening(model, ratio)
