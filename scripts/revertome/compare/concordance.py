"""Do two studies' effects agree, gene by gene?"""

from itertools import combinations

import numpy as np
import pandas as pd

from revertome.compare.study import Study

CONTRASTS = ("disease", "change_responders", "change_nonresponders", "change_all")
COLUMNS = [
    "contrast",
    "study_a",
    "study_b",
    "n_genes_a",
    "n_genes_b",
    "n_shared",
    "pearson",
    "spearman",
    "sign_agreement",
]


def agreement(first: pd.DataFrame, second: pd.DataFrame) -> dict[str, float]:
    """Compare the log fold changes of two contrast tables on the genes both measure.

    Parameters
    ----------
    first, second
        Columns gene and logFC (log2); one row a gene.

    Returns
    -------
    n_genes_a, n_genes_b, n_shared; pearson and spearman correlation of logFC; sign_agreement, the
    share of shared genes whose logFC has the same sign (half is expected of unrelated studies).
    Correlations of fewer than 3 genes are missing.

    Genes are correlated within each study, so the number of genes is not a sample size and
    neither a p nor an interval follows from it; none is given.
    """
    pairs = first.merge(second, on="gene", suffixes=("_a", "_b")).sort_values("gene")
    a, b = pairs["logFC_a"], pairs["logFC_b"]
    enough = len(pairs) >= 3
    return {
        "n_genes_a": len(first),
        "n_genes_b": len(second),
        "n_shared": len(pairs),
        "pearson": float(a.corr(b)) if enough else np.nan,
        "spearman": float(a.rank().corr(b.rank())) if enough else np.nan,
        "sign_agreement": float((np.sign(a) == np.sign(b)).mean()) if enough else np.nan,
    }


def concordance(studies: dict[str, Study]) -> pd.DataFrame:
    """Agreement of every pair of studies in every contrast both have.

    Returns
    -------
    DataFrame with the columns of `COLUMNS`; see `agreement`.
    """
    rows = []
    for contrast in CONTRASTS:
        tables = {n: s.contrasts[contrast] for n, s in studies.items() if contrast in s.contrasts}
        for a, b in combinations(sorted(tables), 2):
            told = agreement(tables[a], tables[b])
            rows.append({"contrast": contrast, "study_a": a, "study_b": b, **told})
    return pd.DataFrame(rows, columns=COLUMNS)
