"""Contrast tables as arrays on one list of all genes, so that many pairs are compared fast."""

from dataclasses import dataclass, fields, replace
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from revertome.arrays import Array
from revertome.compare.errors import evidence
from revertome.compare.study import FinishedStudy, Residuals
from revertome.statistics.ranks import Places, strongest, tied


@dataclass(frozen=True)
class ContrastEffects:
    """One contrast of one study.

    Attributes
    ----------
    at : (G,)
        Positions of its genes in the list of all genes, ascending.
    logfc, error, z, average, p : (G,)
        log2 effect, its standard error, normal score with its sign, average log2 expression and
        two-sided p, both of no change whatever the table tested (see `errors.evidence`); NaN where
        the table does not tell.
    one_sided : (2, G)
        p of an effect above 0, and of one below.
    level : (G,)
        Place of the logFC, see `ranks.tied`.
    order : (2, G)
        Places of z, the highest first and the lowest first, see `ranks.strongest`.
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
    one_sided: Array
    level: Places
    order: Places
    noise: npt.NDArray[np.float32] | None
    spread: npt.NDArray[np.float32] | None
    df: int

    def take(self, where: npt.NDArray[np.intp]) -> "ContrastEffects":
        """Genes at the given places."""
        whole: dict[str, Any] = {each.name: getattr(self, each.name) for each in fields(self)}
        for name, value in whole.items():
            whole[name] = value.take(where, -1) if isinstance(value, np.ndarray) else value
        return ContrastEffects(**whole)


def all_genes(studies: dict[str, FinishedStudy]) -> pd.Index:
    """Every gene of every contrast, sorted."""
    tables = [table for study in studies.values() for table in study.contrasts.values()]
    tables += [study.genes for study in studies.values() if len(study.genes)]
    return pd.Index(sorted(set().union(*(table["gene"] for table in tables))))


def effects(table: pd.DataFrame, noise: Residuals | None, genes: pd.Index) -> ContrastEffects:
    """Put a contrast table on the list of all genes; rows without logFC or p are left out."""
    from scipy import special

    wanted = ["logFC", "CI.L", "CI.R", "AveExpr", "t", "P.Value"]
    known = table.reindex(columns=["gene", *wanted]).dropna(subset=["gene", "logFC", "P.Value"])
    at = genes.get_indexer(known["gene"])
    order = np.argsort(at)
    at = at[order]
    logfc, low, high, average, t, p = known[wanted].to_numpy(float)[order].T
    lfc = float(table["lfc"].max()) if "lfc" in table else 0.0
    error, z, p = evidence(logfc, (high - low) / 2, t, p, lfc)
    if np.isnan(z).any():  # a threshold, and the table does not tell what these genes' errors are
        at, logfc, average, error, z, p = (
            x[np.isfinite(z)] for x in (at, logfc, average, error, z, p)
        )
    one_sided = special.ndtr([-z, z])
    places: Places = np.stack([strongest(z), strongest(-z)])
    bare = ContrastEffects(
        at, logfc, error, z, average, p, one_sided, tied(logfc), places, None, None, df=0
    )
    if noise is None:
        return bare
    column = noise.genes.get_indexer(genes[at])
    own = noise.scores.take(column, axis=1) * (column >= 0).astype(np.float32)
    spread = own * (error / np.sqrt(noise.df)).astype(np.float32)
    return replace(bare, noise=own, spread=spread, df=noise.df)


def noise_of(study: FinishedStudy, contrast: str) -> Residuals | None:
    """Residuals behind a contrast: those of pairs for changes, of groups for the others."""
    return study.residuals.get("change" if contrast.startswith("change") else "disease")


def shared(
    first: ContrastEffects, second: ContrastEffects
) -> tuple[ContrastEffects, ContrastEffects]:
    """Both on the genes they share, in the same order, without `noise`."""
    one, two = common(first.at, second.at)
    return replace(first, noise=None).take(one), replace(second, noise=None).take(two)


def common(
    first: npt.NDArray[np.intp], second: npt.NDArray[np.intp]
) -> tuple[npt.NDArray[np.intp], npt.NDArray[np.intp]]:
    """Where the numbers that both hold are in each; both ascending."""
    known = np.zeros((2, 1 + max(first.max(initial=0), second.max(initial=0))), dtype=bool)
    known[0, first], known[1, second] = True, True
    return np.flatnonzero(known[1, first]), np.flatnonzero(known[0, second])
