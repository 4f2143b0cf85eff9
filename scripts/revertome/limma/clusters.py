"""Samples gathered by person, the clusters of cluster-robust variances."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from revertome.arrays import Array
from revertome.limma.designs import DesignByGene, OneDesign, ResidualsByGene, Some, within_seen
from revertome.limma.joint import JointFit
from revertome.limma.residuals import SharedResiduals

Genes = npt.NDArray[np.intp]  # positions
HELD = 2**20  # numbers of the designs of the genes that are worked on together
ALIASED = 1e-10  # share of the largest eigenvalue below which a coefficient cannot be told


@dataclass(frozen=True)
class Clusters:
    """Who the samples come from.

    Attributes
    ----------
    rows : (N, m)
        Samples of each of N people, -1 where a person has fewer than m.
    part : (N,)
        Position in `parts` of each person's part.
    parts : list of str
        Groups of patients, and `healthy`: people of one part share a variance.
    cell : (n,)
        Position in `cells` of each sample.
    cells : list of str
        Visits of patients, and last `healthy`: samples of one cell share a variance.
    people : list of str
        Ids of the people, sorted.
    """

    rows: npt.NDArray[np.intp]
    part: npt.NDArray[np.intp]
    parts: list[str]
    cell: npt.NDArray[np.intp]
    cells: list[str]
    people: list[str]

    def gather(self, values: Array) -> Array:
        """Values (..., n) by person, (..., N, m); 0 where a person has no further sample."""
        return np.where(self.rows >= 0, values[..., self.rows], 0.0)

    def scatter(self, values: Array) -> Array:
        """Matrix (N, n) with the values (N, m) of each person at the person's samples."""
        n_people, there = len(self.rows), self.rows >= 0
        matrix = np.zeros((n_people, len(self.cell)))
        matrix[np.nonzero(there)[0], self.rows[there]] = values[there]
        return matrix


def group_of(where: pd.DataFrame) -> pd.Series:
    """Label, and arm where there are arms, of the patient of each sample.

    A patient who is in several arms is of the group of the label alone.
    """
    label = where["label"].astype(str)
    if "arm" not in where or where["arm"].isna().all():
        return label
    arm = where["arm"].astype(object)
    several = arm.groupby(where["patient"].astype(str).to_numpy()).transform("nunique").gt(1)
    return label.where(arm.isna() | several | arm.eq(label), label + "." + arm.astype(str))


def clusters_of(where: pd.DataFrame) -> Clusters:
    """Clusters of the samples of a study.

    Parameters
    ----------
    where : DataFrame, (n, ...)
        Columns cell, patient, visit, label and perhaps arm; the cell of healthy people is
        `healthy`.
    """
    healthy = where["cell"].eq("healthy").to_numpy()
    code, people = pd.factorize(where["patient"].astype(str), sort=True)
    rows = np.full((len(people), np.bincount(code).max()), -1)
    for person, at in enumerate(np.split(np.argsort(code, kind="stable"),
                                         np.cumsum(np.bincount(code))[:-1])):  # fmt: skip
        rows[person, : len(at)] = at
    label = group_of(where).to_numpy(object)
    part, parts = pd.factorize(label[rows[:, 0]], sort=True)
    visits = sorted(set(where.loc[~healthy, "visit"].astype(str)))
    cell = where["visit"].astype(str).map({visit: k for k, visit in enumerate(visits)})
    cells = [*visits, "healthy"] if healthy.any() else visits
    at_cell = np.where(healthy, len(visits), cell.fillna(-1).to_numpy()).astype(np.intp)
    names = [str(name) for name in people]
    return Clusters(rows, part, [str(name) for name in parts], at_cell, cells, names)


@dataclass(frozen=True)
class Blocks:
    """Designs and residuals of some genes by person, times the root of the weights.

    Residuals are those of generalised least squares. Designs that are not shared and residuals are
    made each time they are asked for.

    Attributes
    ----------
    genes : (G,)
        Their positions.
    designs : OneDesign or DesignByGene
    inverse : (L, p, p)
        (X'W^-1 X)^-1 with W the working covariance.
    beta : (G, p)
        Coefficients of generalised least squares.
    held : SharedResiduals or ResidualsByGene
    """

    genes: Genes
    designs: OneDesign | DesignByGene
    inverse: Array
    beta: Array
    held: SharedResiduals | ResidualsByGene

    @property
    def shared(self) -> bool:
        """Whether the genes share their design, L = 1."""
        return isinstance(self.designs, OneDesign)

    @property
    def x(self) -> Array:
        """Designs, (L, N, m, p); rows of 0 where nothing was observed."""
        return self.designs.x

    @property
    def root(self) -> Array:
        """Roots of the weights, (L, N, m), 0 where nothing was observed."""
        return self.designs.root

    @property
    def working(self) -> Array:
        """Working covariance within people, (L, N, m, m); identity where nothing was observed."""
        return self.designs.working

    @property
    def e(self) -> Array:
        """Residuals of all genes, (G, N, m)."""
        return self.residuals(slice(None))

    def residuals(self, genes: Some) -> Array:
        """Residuals of some genes, (g, N, m)."""
        return self.held.of(genes)

    def pieces(self) -> Iterator[tuple[slice, Array]]:
        """Residuals of all genes, of so many at a time as need no copy of the data.

        Genes that do not share their design come all at once.
        """
        for genes in self.held.pieces():
            yield genes, self.residuals(genes)

    def take(self, genes: Some) -> "Blocks":
        """Some of the genes."""
        inverse = self.inverse if self.shared else self.inverse[genes]
        designs, held = self.designs.take(genes), self.held.take(genes)
        return Blocks(self.genes[genes], designs, inverse, self.beta[genes], held)

    @property
    def seen(self) -> Array:
        """1 where an observation is, 0 elsewhere, (L, N, m)."""
        return (self.root > 0).astype(float)

    @property
    def weighted(self) -> Array:
        """W^-1 X, (L, N, m, p)."""
        return np.asarray(np.linalg.inv(self.working) @ self.x)

    def restricted(self, covariance: Array) -> Array:
        """Covariances (N, m, m) of people, that of the identity where nothing was observed."""
        return within_seen(covariance, self.seen)


def blocks_of(fitted: JointFit, clusters: Clusters) -> Iterator[Blocks]:
    """Blocks of a joint fit: all genes at once where they share design, weights and correlation.

    Those that do not, as where values are missing, come so many at a time as `HELD` allows.
    """
    plain = np.moveaxis(clusters.gather(fitted.model.design.to_numpy(float).T), 0, -1)
    y, weights = fitted.y, fitted.weights
    correlation = np.atleast_1d(np.asarray(fitted.correlation, dtype=float))
    shared = np.asarray(~np.isnan(y).any(axis=0))
    if len(correlation) > 1 or (weights is not None and weights.ndim == 2):
        shared[:] = False
    together, alone = np.flatnonzero(shared), np.flatnonzero(~shared)
    if len(together):
        root = np.ones(len(y)) if weights is None else np.sqrt(weights)
        yield _alike(clusters.rows, plain, clusters.gather(root), y, correlation, together)
    step = max(1, HELD // plain.size)
    for start in range(0, len(alone), step):
        genes = alone[start : start + step]
        yield _alone(DesignByGene(clusters.rows, plain, y, weights, correlation, genes))


def placed(parts: Sequence[tuple[Genes, Array]]) -> Array:
    """Arrays (..., G) of some of the genes each, in the order of the genes.

    One part of all genes stays as it is; of several, one number for the genes of a part is
    repeated.
    """
    if len(parts) == 1:
        return parts[0][1]
    genes = np.concatenate([at for at, _ in parts])
    wide = [np.broadcast_to(part, (*part.shape[:-1], len(at))) for at, part in parts]
    return np.concatenate(wide, axis=-1)[..., np.argsort(genes, kind="stable")]


def _alike(
    rows: npt.NDArray[np.intp], plain: Array, root: Array, y: Array, rho: Array, genes: Genes
) -> Blocks:
    m, p = plain.shape[1:]
    x, seen = root[..., None] * plain, (root > 0).astype(float)
    working = within_seen(rho[0] + (1 - rho[0]) * np.eye(m), seen)
    weighted = np.linalg.inv(working) @ x
    inverse = _inverse(x[None], weighted[None])
    solve = inverse[0] @ weighted.reshape(-1, p).T
    held = SharedResiduals(y, genes, (rows, root, x, solve))
    designs = OneDesign(x[None], root[None], working[None])
    return Blocks(genes, designs, inverse, held.beta.T, held)


def _alone(designs: DesignByGene) -> Blocks:
    x, levels = designs.x, designs.levels
    weighted = np.linalg.inv(designs.working) @ x
    inverse = _inverse(x, weighted)
    xy = np.einsum("gnap,gna->gp", weighted, levels)
    beta = np.einsum("gpq,gq->gp", inverse, xy)
    return Blocks(designs.genes, designs, inverse, beta, ResidualsByGene(designs, beta))


def _inverse(x: Array, weighted: Array) -> Array:
    # Where a gene's observations cannot tell all coefficients apart the generalised inverse still
    # gives every contrast that they can tell.
    return np.asarray(
        np.linalg.pinv(np.einsum("lnap,lnaq->lpq", x, weighted), ALIASED, hermitian=True)
    )
