"""Designs by person: one for all genes, or one a gene, made for the genes that are asked for.

Where observations have weights or are missing every gene has a design of its own. Held for all
genes these are as many copies of the data as the design has columns; made of the weights when they
are asked for they take no room, and little time beside what is done with them.
"""

from dataclasses import dataclass
from typing import Protocol

import numpy as np
import numpy.typing as npt

from revertome.arrays import Array
from revertome.limma.constant import constant

Some = slice | npt.NDArray[np.intp]
ALL = slice(None)


class Designs(Protocol):
    """Designs of some genes by person, times the root of the weights.

    Attributes
    ----------
    x : (L, N, m, p)
        Designs, L = 1 where the genes share one; rows of 0 where nothing was observed.
    root : (L, N, m)
        Roots of the weights, 0 where nothing was observed.
    working : (L, N, m, m)
        Working covariance within people, that of the identity where nothing was observed.
    """

    @property
    def x(self) -> Array:
        """Designs."""

    @property
    def root(self) -> Array:
        """Roots of the weights."""

    @property
    def working(self) -> Array:
        """Working covariance within people."""

    def take(self, genes: Some) -> "Designs":
        """Those of some of the genes."""


@dataclass(frozen=True)
class OneDesign:
    """Genes that share their design; see `Designs` for the attributes, L = 1."""

    x: Array
    root: Array
    working: Array

    def take(self, genes: Some) -> "OneDesign":
        """See `Designs`."""
        return self


@dataclass(frozen=True)
class DesignByGene:
    """Genes with a design each; see `Designs` for what is made, L = G.

    Attributes
    ----------
    rows : (N, m)
        Samples of each person, -1 where a person has fewer than m.
    plain : (N, m, p)
        The design without weights.
    y : (n, all genes)
        Values, NaN where missing; not copied.
    weights : (n,), (n, all genes) or None
        Not copied.
    rho : (1,) or (all genes,)
        Correlation within people.
    genes : (G,)
        Positions of the genes.
    """

    rows: npt.NDArray[np.intp]
    plain: Array
    y: Array
    weights: Array | None
    rho: Array
    genes: npt.NDArray[np.intp]

    def take(self, genes: Some) -> "DesignByGene":
        """See `Designs`."""
        return DesignByGene(
            self.rows, self.plain, self.y, self.weights, self.rho, self.genes[genes]
        )

    @property
    def root(self) -> Array:
        """See `Designs`."""
        return self._weighed(~np.isnan(self.y[:, self.genes]))

    @property
    def x(self) -> Array:
        """See `Designs`."""
        return self.root[..., None] * self.plain

    @property
    def working(self) -> Array:
        """See `Designs`."""
        rho = self.rho if len(self.rho) == 1 else self.rho[self.genes]
        m = self.rows.shape[1]
        same = rho[:, None, None] + (1 - rho)[:, None, None] * np.eye(m)
        return within_seen(same[:, None], (self.root > 0).astype(float))

    @property
    def levels(self) -> Array:
        """Values times the root of the weights, 0 where nothing was observed, (G, N, m)."""
        return self._weighed(self.y[:, self.genes])

    def fitted(self, beta: Array) -> Array:
        """Fitted values of coefficients (G, p) times the root of the weights, (G, N, m)."""
        p = self.plain.shape[-1]
        return self.root * (beta @ self.plain.reshape(-1, p).T).reshape(-1, *self.rows.shape)

    def _weighed(self, values: npt.NDArray[np.generic]) -> Array:
        """Values (n, G) times the root of the weights by person; 0 where nothing was observed."""
        weighed = np.asarray(values, dtype=float)
        if self.weights is not None:
            own = self.weights[:, self.genes] if self.weights.ndim == 2 else self.weights[:, None]
            weighed = weighed * np.sqrt(own)
        there = ~np.isnan(self.y[:, self.genes])
        by_person = np.where(there, weighed, 0.0)[np.maximum(self.rows, 0)]
        return np.moveaxis(np.where((self.rows >= 0)[..., None], by_person, 0.0), -1, 0)


class ResidualsByGene:
    """Residuals of generalised least squares of genes with a design each, made when asked for.

    Parameters
    ----------
    designs : DesignByGene
    beta : (G, p)
        Coefficients.
    flat : (G,), optional
        Genes without any variance beside the design; found where it is not given.
    """

    def __init__(
        self, designs: DesignByGene, beta: Array, flat: npt.NDArray[np.bool_] | None = None
    ) -> None:
        self.designs, self.beta = designs, beta
        self.flat = np.zeros(len(beta), dtype=bool) if flat is None else flat
        if flat is None:
            own, e = designs.levels, self.of(ALL)
            self.flat = constant(*(np.einsum("gna,gna->g", each, each) for each in (e, own)))

    def about(self, beta: Array) -> "ResidualsByGene":
        """Those about other coefficients, (G, p), of the same genes."""
        return ResidualsByGene(self.designs, beta, self.flat)

    def take(self, genes: Some) -> "ResidualsByGene":
        """Those of some of the genes."""
        return ResidualsByGene(self.designs.take(genes), self.beta[genes], self.flat[genes])

    def pieces(self) -> list[slice]:
        """All genes at once."""
        return [ALL]

    def of(self, genes: Some) -> Array:
        """Those of some genes, (g, N, m)."""
        own = self.designs.take(genes)
        e = own.levels - own.fitted(self.beta[genes])
        e[self.flat[genes]] = 0.0
        return e


def within_seen(covariance: Array, seen: Array) -> Array:
    """Covariances (..., m, m) among what was seen (..., m), the identity elsewhere."""
    both = seen[..., :, None] * seen[..., None, :]
    return covariance * both + np.eye(seen.shape[-1]) * (1 - seen[..., :, None])
