"""Data on the scale where errors are independent with one variance a gene: W with W'W = V^-1."""

from functools import cached_property
from typing import Protocol

import numpy as np
import pandas as pd
from scipy import sparse

from revertome.arrays import Array
from revertome.limma.fit import whitener
from revertome.trial import Model

ALL = slice(None)


class Whitening(Protocol):
    """The inverse root of a covariance of samples, as a joint fit has estimated it.

    Attributes
    ----------
    x : (1, n, p) or (G, n, p)
        The whitened design, one for all genes or one a gene.
    """

    @property
    def x(self) -> Array:
        """The whitened design."""

    def designs(self, genes: slice) -> Array:
        """The whitened design of some of the genes, (1, n, p) or (genes, n, p)."""

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
        self.white = whitener(model.block, len(self.plain), correlation)
        self.root = None
        if weights is not None and weights.ndim == 2:
            self.root = np.sqrt(weights)
        elif weights is not None:
            self.white = self.white * np.sqrt(weights)
        # A row has as many entries as its patient has samples, at most.
        self.blocks = sparse.csr_array(self.white)

    @cached_property
    def x(self) -> Array:
        """See `Whitening`."""
        return self.designs(ALL)

    def designs(self, genes: slice) -> Array:
        """See `Whitening`."""
        if self.root is None:
            return np.asarray((self.white @ self.plain)[None])
        return np.asarray(self.white @ (self.root[:, genes].T[:, :, None] * self.plain))

    def whiten(self, y: Array, genes: slice = ALL) -> Array:
        """See `Whitening`."""
        return np.asarray(self.blocks @ (y if self.root is None else self.root[:, genes] * y))


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
        size = np.bincount(code)[code].astype(float)
        self.shrink = (1 - 1 / np.sqrt(1 + np.outer(ratio, size))) / size
        x = model.design.to_numpy(float)
        self.x = x - self.shrink[:, :, None] * (self.z @ (self.z.T @ x))

    def designs(self, genes: slice) -> Array:
        """See `Whitening`."""
        return np.asarray(self.x[genes])

    def whiten(self, y: Array, genes: slice = ALL) -> Array:
        """See `Whitening`."""
        return np.asarray(y - self.shrink[genes].T * (self.z @ (self.z.T @ y)))
