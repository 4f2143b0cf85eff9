"""Samples gathered by person, the clusters of cluster-robust variances."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from revertome.arrays import Array
from revertome.limma.constant import constant
from revertome.limma.joint import JointFit
from revertome.limma.residuals import SharedResiduals

Genes = npt.NDArray[np.intp]  # positions
HELD = 2**24  # numbers of the designs of the genes that are held in memory together
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

    Residuals are those of generalised least squares.

    Attributes
    ----------
    genes : (G,)
        Their positions.
    x : (L, N, m, p)
        Designs, L = 1 where the genes share one; rows of 0 where nothing was observed.
    root : (L, N, m)
        Roots of the weights, 0 where nothing was observed.
    working : (L, N, m, m)
        Working covariance within people, that of the identity where nothing was observed.
    inverse : (L, p, p)
        (X'W^-1 X)^-1 with W the working covariance.
    beta : (G, p)
        Coefficients of generalised least squares.
    held : (G, N, m), or SharedResiduals
        Their residuals; of genes that share their design they are made when they are asked for.
    """

    genes: Genes
    x: Array
    root: Array
    working: Array
    inverse: Array
    beta: Array
    held: Array | SharedResiduals

    @property
    def e(self) -> Array:
        """Residuals of all genes, (G, N, m)."""
        return self.residuals(slice(None))

    def residuals(self, genes: slice) -> Array:
        """Residuals of some genes, (g, N, m)."""
        return self.held.of(genes) if isinstance(self.held, SharedResiduals) else self.held[genes]

    def pieces(self) -> Iterator[tuple[slice, Array]]:
        """Residuals of all genes, of so many at a time as need no copy of the data.

        Genes that do not share their design come all at once.
        """
        some = self.held.pieces() if isinstance(self.held, SharedResiduals) else [slice(None)]
        for genes in some:
            yield genes, self.residuals(genes)

    def take(self, genes: slice) -> "Blocks":
        """Some of the genes."""
        x, root, working, inverse = (
            part if len(part) == 1 else part[genes]
            for part in (self.x, self.root, self.working, self.inverse)
        )
        own = self.beta[genes], self.residuals(genes)
        return Blocks(self.genes[genes], x, root, working, inverse, *own)

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


def within_seen(covariance: Array, seen: Array) -> Array:
    """Covariances (..., m, m) among what was seen (..., m), the identity elsewhere."""
    both = seen[..., :, None] * seen[..., None, :]
    return covariance * both + np.eye(seen.shape[-1]) * (1 - seen[..., :, None])


def blocks_of(fitted: JointFit, clusters: Clusters) -> Iterator[Blocks]:
    """Blocks of a joint fit: all genes at once where they share design, weights and correlation.

    Those that do not, as where values are missing, come so many at a time as `HELD` allows.
    """
    y, x = fitted.y, fitted.model.design.to_numpy(float)
    correlation = np.atleast_1d(np.asarray(fitted.correlation, dtype=float))
    root = None if fitted.weights is None else np.sqrt(fitted.weights)
    there = ~np.isnan(y)
    shared = np.asarray(there.all(axis=0))
    if len(correlation) > 1 or (root is not None and root.ndim == 2):
        shared[:] = False
    together, alone = np.flatnonzero(shared), np.flatnonzero(~shared)
    step = max(1, HELD // (x.size * 4))
    if len(together):
        factor = np.ones((1, len(y))) if root is None else root[None]
        yield _blocks(clusters, x, factor, y, correlation, together)
    for start in range(0, len(alone), step):
        genes = alone[start : start + step]
        factor = there[:, genes].T.astype(float)
        if root is not None:
            factor = factor * (root[:, genes].T if root.ndim == 2 else root)
        rho = correlation if len(correlation) == 1 else correlation[genes]
        yield _blocks(clusters, x, factor, y, rho, genes)


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


def _blocks(
    clusters: Clusters, x: Array, factor: Array, y: Array, rho: Array, genes: Genes
) -> Blocks:
    by_person = np.moveaxis(clusters.gather(x.T), 0, -1)
    size = clusters.gather(factor)
    own_x = size[..., None] * by_person
    seen = (size > 0).astype(float)
    m = seen.shape[-1]
    same = rho[:, None, None] + (1 - rho)[:, None, None] * np.eye(m)
    working = within_seen(same[:, None], seen)
    weighted = np.linalg.inv(working) @ own_x
    # Where a gene's observations cannot tell all coefficients apart the generalised inverse still
    # gives every contrast that they can tell.
    inverse = np.linalg.pinv(np.einsum("lnap,lnaq->lpq", own_x, weighted), ALIASED, hermitian=True)
    if len(own_x) == 1:
        solve = inverse[0] @ weighted[0].reshape(-1, x.shape[1]).T
        held = SharedResiduals(y, genes, (clusters.rows, size[0], own_x[0], solve))
        return Blocks(genes, own_x, size, working, inverse, held.beta.T, held)
    own = y[:, genes]
    own_y = clusters.gather(factor * np.where(np.isnan(own), 0.0, own).T)
    beta = np.einsum("gpq,gq->gp", inverse, np.einsum("gnap,gna->gp", weighted, own_y))
    e = own_y - np.einsum("gnap,gp->gna", own_x, beta)
    e[constant(np.einsum("gna,gna->g", e, e), np.einsum("gna,gna->g", own_y, own_y))] = 0.0
    return Blocks(genes, own_x, size, working, inverse, beta, e)
