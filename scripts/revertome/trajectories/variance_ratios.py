"""How much patients vary beside healthy people: every gene's own ratio, and what the model holds.

This is a check of the model, not a part of it: `limma.cell_pattern` estimates the pattern from the
same residuals, and `limma.cell_prior` how far genes stray from it.
"""

from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import special

from revertome.arrays import Array
from revertome.columns import conformed
from revertome.columns.trajectories import VARIANCES
from revertome.limma.cell_pattern import Pattern, common_pattern
from revertome.limma.clusters import Clusters, blocks_of, clusters_of, placed
from revertome.limma.joint import JointFit

QUANTILES = {"05": 0.05, "50": 0.5, "95": 0.95}
ROLES = ("baseline", "followup")
Part = tuple[npt.NDArray[np.intp], Array]


def mean_squares(
    fitted: JointFit, clusters: Clusters, where: pd.DataFrame
) -> tuple[dict[str, Array], dict[str, Array]]:
    """Residual mean square (G,) of the samples of each cell, and its degrees of freedom (L,).

    Residuals are those of the joint fit, times the root of the weights. A mean is taken out for
    every label of patients. What the covariates take out is not counted: degrees of freedom are
    too many by a share of their number.
    """
    squares: dict[str, list[Part]] = {name: [] for name in clusters.cells}
    df: dict[str, list[Part]] = {name: [] for name in clusters.cells}
    there = clusters.rows >= 0
    for blocks in blocks_of(fitted, clusters):
        cells = np.arange(len(clusters.cells))[:, None, None]
        member = (there & (clusters.cell[clusters.rows] == cells)).astype(float)
        totals = np.empty((len(member), len(blocks.genes)))
        for genes, e in blocks.pieces():
            totals[:, genes] = np.einsum("gnm,cnm->cg", e**2, member)
        for number, (name, mine, total) in enumerate(
            zip(clusters.cells, member, totals, strict=True)
        ):
            means = where.loc[clusters.cell == number, "cell"].nunique()
            free = (blocks.seen * mine).sum(axis=(1, 2)) - means
            squares[name].append((blocks.genes, total / np.where(free > 0, free, np.nan)))
            df[name].append((blocks.genes, np.broadcast_to(free, total.shape)))
    return ({name: placed(found) for name, found in squares.items()},
            {name: placed(found) for name, found in df.items()})  # fmt: skip


def expected_genes(edges: Array, row: Mapping[str, Any], n_genes: int) -> Array:
    """Genes between the `edges` of their ratio if all had the ratio of a row of `variances.tsv`.

    The outermost bins hold what lies beyond them.
    """
    below = special.fdtr(row["df"], row["df_healthy"], (edges / row["sd_ratio"]) ** 2)
    below[[0, -1]] = 0, 1
    return np.asarray(np.diff(below) * n_genes)


def variance_ratios(
    fitted: JointFit, where: pd.DataFrame, design: Mapping[str, Any], pattern: Pattern | None
) -> tuple[dict[str, Array], pd.DataFrame]:
    """Standard deviation of patients over that of healthy people, by gene and by the model.

    Parameters
    ----------
    fitted : JointFit
    where : DataFrame, (n, ...)
        cell, patient, visit, label of each sample.
    design : dict
        Configuration section `design`: names of baseline and follow-up.
    pattern : Pattern or None
        Of the model; None where it has one variance for all cells.

    Returns
    -------
    dict of str to (G,)
        sd_ratio_baseline, sd_ratio_followup.
    DataFrame
        `trajectories/variances.tsv`. If all genes had the pattern, the squared ratio of a gene
        over that of the pattern would have an F distribution; `expected_*` are its quantiles.
    """
    clusters = clusters_of(where)
    if pattern is None:
        pattern = common_pattern(clusters, float(np.median(fitted.correlation)))
    squares, df = mean_squares(fitted, clusters, where)
    variance = dict(zip(pattern.cells, np.diagonal(pattern.matrix), strict=True))
    first, last = (pattern.cells.index(str(design[role])) for role in ROLES)
    covariance = pattern.matrix[first, last]
    correlation = covariance / np.sqrt(pattern.matrix[first, first] * pattern.matrix[last, last])
    ratios, rows = {}, []
    for role in ROLES:
        visit = str(design[role])
        with np.errstate(divide="ignore", invalid="ignore"):
            ratio = np.sqrt(squares[visit] / squares["healthy"])
        ratio[~np.isfinite(ratio)] = np.nan
        ratios[f"sd_ratio_{role}"], known = ratio, ratio[~np.isnan(ratio)]
        model = np.sqrt(variance[visit] / variance["healthy"])
        own, other = (float(np.median(df[name])) for name in (visit, "healthy"))
        row = {"role": role, "visit": visit, "df": own, "df_healthy": other, "sd_ratio": model}
        row["correlation"] = correlation
        for name, q in QUANTILES.items():
            row[f"observed_{name}"] = float(np.quantile(known, q)) if len(known) else np.nan
            row[f"expected_{name}"] = float(model * np.sqrt(special.fdtri(own, other, q)))
        rows.append(row)
    return ratios, conformed(pd.DataFrame(rows), VARIANCES)
