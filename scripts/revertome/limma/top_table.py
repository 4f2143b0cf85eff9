"""One row a gene: limma's ``topTable(confint = TRUE)``."""

from typing import Any

import numpy as np
import pandas as pd
from scipy import special  # scipy.stats takes half a second to import

from revertome.limma.ebayes import Moderated, b_statistic, treat, two_sided
from revertome.statistics.fdr import adjust

COLUMNS = [
    "gene", "logFC", "CI.L", "CI.R", "AveExpr", "t", "P.Value", "adj.P.Val", "B", "n", "engine",
]  # fmt: skip


def top_table(
    moderated: Moderated, contrast: str, genes: pd.Index, lfc: float = 0.0
) -> pd.DataFrame:
    """Table of one contrast, every gene, sorted by P.Value.

    Parameters
    ----------
    moderated : Moderated
        Moderated fit whose coefficients are contrasts.
    contrast : str
        Name of the contrast.
    genes : (G,)
        Gene symbols.
    lfc : float
        Threshold of the test, log2 units: with one above 0, t and P.Value are those of
        `treat` and B is missing.

    Returns
    -------
    DataFrame, (G, 9)
        gene; logFC (log2); CI.L and CI.R (95% limits); AveExpr (log2); t (moderated); P.Value
        (two-sided); adj.P.Val (Benjamini-Hochberg); B (log posterior odds).
    """
    k = moderated.fit.names.index(contrast)
    if lfc > 0:
        (t, p), odds = treat(moderated, k, lfc), np.full(len(genes), np.nan)
    else:
        t, odds = moderated.t[:, k], b_statistic(moderated, k)
        p = two_sided(t, moderated.df_total)
    error = moderated.stdev_unscaled[:, k] * np.sqrt(moderated.s2_post)
    margin = special.stdtrit(moderated.df_total, 0.975) * error
    estimate = moderated.fit.coefficients[:, k]
    return ranked_table(
        genes, estimate, margin, moderated.fit.mean, t=t, p=p, adjusted=adjust(p), odds=odds
    )


def ranked_table(
    genes: Any, estimate: Any, margin: Any, mean: Any, *, t: Any, p: Any, adjusted: Any,
    odds: Any = np.nan,
) -> pd.DataFrame:  # fmt: skip
    """The columns of `top_table` by any engine, with limits at estimate -+ margin, best first.

    All (G,): log2 estimates, margins and means, the statistic, its p, the adjusted p, and B.
    """
    table = pd.DataFrame(
        {
            "gene": np.asarray(genes, dtype=object),
            "logFC": estimate,
            "CI.L": estimate - margin,
            "CI.R": estimate + margin,
            "AveExpr": mean,
            "t": t,
            "P.Value": p,
            "adj.P.Val": adjusted,
            "B": odds,
        }
    )
    table = table.sort_values("P.Value", kind="stable", ignore_index=True)
    if table["P.Value"].duplicated().any():  # comparing names is slow, and seldom needed
        table = table.sort_values(["P.Value", "gene"], kind="stable", ignore_index=True)
    return table
