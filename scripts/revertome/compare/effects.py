"""Contrast tables as arrays on one list of all genes, so that many pairs are compared fast."""

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
import pandas as pd

from revertome.compare.study import Array, Residuals, Study

FARTHEST = 37.5  # |z| of the smallest p that a double can hold


@dataclass(frozen=True)
class Effects:
    """One contrast of one study.

    Attributes
    ----------
    at : (G,)
        Positions of its genes in the list of all genes, ascending.
    logfc, error, z, average, p : (G,)
        log2 effect, its standard error, normal score of its p with its sign, average log2
        expression and two-sided p; NaN where the table does not tell.
    noise : (n, G) or None
        Residuals of these genes (see `Residuals`), 0 where the gene has none.
    spread : (n, G) or None
        noise x error / sqrt(df): sums of products over rows are the error covariance.
    df : int
        Residual degrees of freedom; 0 without residuals.
    """

    at: npt.NDArray[np.intp]
    logfc: Array
    error: Array
    z: Array
    average: Array
    p: Array
    noise: npt.NDArray[np.float32] | None
    spread: npt.NDArray[np.float32] | None
    df: int

    def take(self, where: npt.NDArray[np.intp]) -> "Effects":
        """Genes at the given places."""
        noise = None if self.noise is None else self.noise.take(where, axis=1)
        spread = None if self.spread is None else self.spread.take(where, axis=1)
        logfc, error, z, average, p = (
            part[where] for part in (self.logfc, self.error, self.z, self.average, self.p)
        )
        return Effects(self.at[where], logfc, error, z, average, p, noise, spread, self.df)


def all_genes(studies: dict[str, Study]) -> pd.Index:
    """Every gene of every contrast, sorted."""
    tables = [table for study in studies.values() for table in study.contrasts.values()]
    tables += [study.genes for study in studies.values() if len(study.genes)]
    return pd.Index(sorted(set().union(*(table["gene"] for table in tables))))


def effects(table: pd.DataFrame, noise: Residuals | None, genes: pd.Index) -> Effects:
    """Put a contrast table on the list of all genes; rows without logFC or p are left out."""
    from scipy import stats

    wanted = ["logFC", "CI.L", "CI.R", "AveExpr", "t", "P.Value"]
    known = table.reindex(columns=["gene", *wanted]).dropna(subset=["gene", "logFC", "P.Value"])
    at = genes.get_indexer(known["gene"])
    order = np.argsort(at)
    at = at[order]
    values = known[wanted].to_numpy(float)[order]
    logfc, low, high, average, t, p = values.T
    z = np.sign(logfc) * np.minimum(stats.norm.isf(np.maximum(p, 1e-320) / 2), FARTHEST)
    # The half width of a 95% interval is at least the normal quantile; t gives the exact error.
    with np.errstate(divide="ignore", invalid="ignore"):
        error = np.abs(logfc / t)
    error = np.where(np.isfinite(error) & (error > 0), error, (high - low) / (2 * 1.96))
    if noise is None:
        return Effects(at, logfc, error, z, average, p, None, None, 0)
    column = noise.genes.get_indexer(genes[at])
    own = noise.scores.take(column, axis=1) * (column >= 0).astype(np.float32)
    spread = own * (error / np.sqrt(noise.df)).astype(np.float32)
    return Effects(at, logfc, error, z, average, p, own, spread, noise.df)


def noise_of(study: Study, contrast: str) -> Residuals | None:
    """Residuals behind a contrast: those of pairs for changes, of groups for the others."""
    return study.residuals.get("change" if contrast.startswith("change") else "disease")


def _without_noise(part: Effects) -> Effects:
    return replace(part, noise=None)


def shared(first: Effects, second: Effects) -> tuple[Effects, Effects]:
    """Both on the genes they share, in the same order, without `noise`."""
    _, one, two = np.intersect1d(first.at, second.at, assume_unique=True, return_indices=True)
    return _without_noise(first).take(one), _without_noise(second).take(two)
