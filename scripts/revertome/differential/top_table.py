"""One row a gene: limma's ``topTable(confint = TRUE)``."""

import numpy as np
import pandas as pd
from scipy import stats

from revertome.differential.ebayes import Moderated, b_statistic
from revertome.differential.fit import Array

COLUMNS = [
    "gene", "logFC", "CI.L", "CI.R", "AveExpr", "t", "P.Value", "adj.P.Val", "B", "n", "engine",
]  # fmt: skip


def adjust(p: Array) -> Array:
    """Benjamini-Hochberg adjusted p-values (Benjamini & Hochberg 1995); NaN stays NaN."""
    result = np.full(p.shape, np.nan)
    known = ~np.isnan(p)
    if known.any():
        result[known] = stats.false_discovery_control(p[known], method="bh")
    return result


def top_table(moderated: Moderated, contrast: str, genes: pd.Index) -> pd.DataFrame:
    """Table of one contrast, every gene, sorted by P.Value.

    Parameters
    ----------
    moderated : Moderated
        Moderated fit whose coefficients are contrasts.
    contrast : str
        Name of the contrast.
    genes : (G,)
        Gene symbols.

    Returns
    -------
    DataFrame, (G, 9)
        gene; logFC (log2); CI.L and CI.R (95% limits); AveExpr (log2); t (moderated); P.Value
        (two-sided); adj.P.Val (Benjamini-Hochberg); B (log posterior odds).
    """
    k = moderated.fit.names.index(contrast)
    t = moderated.t[:, k]
    p = 2 * stats.t.sf(np.abs(t), moderated.df_total)
    error = moderated.stdev_unscaled[:, k] * np.sqrt(moderated.s2_post)
    margin = stats.t.ppf(0.975, moderated.df_total) * error
    estimate = moderated.fit.coefficients[:, k]
    table = pd.DataFrame(
        {
            "gene": np.asarray(genes, dtype=object),
            "logFC": estimate,
            "CI.L": estimate - margin,
            "CI.R": estimate + margin,
            "AveExpr": moderated.fit.mean,
            "t": t,
            "P.Value": p,
            "adj.P.Val": adjust(p),
            "B": b_statistic(moderated, k),
        }
    )
    return table.sort_values(["P.Value", "gene"], kind="stable", ignore_index=True)
