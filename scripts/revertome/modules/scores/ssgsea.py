"""Single-sample gene set enrichment."""

import pandas as pd

RATIO = False


def score(
    values: pd.DataFrame, sets: dict[str, list[str]], reference: pd.Series, threads: int
) -> pd.DataFrame:
    """Compare the ranks of a module's genes with those of all others within each sample.

    score = sum over ranks of (weighted ECDF of the module's genes - ECDF of the others) /
    number of genes, genes ranked by expression within the sample and weighted by rank^0.25
    (Barbie 2009, Nature 462:108).

    It is not divided by the range over samples and modules, which would make a module's score
    depend on the others: times the number of genes it is `gsva(method = "ssgsea",
    ssgsea.norm = FALSE)` of R's GSVA 1.46. Ties take their average rank, ordered by gene name.

    Returns
    -------
    DataFrame
        Samples x modules, between -1 and 1.
    """
    import gseapy

    result = gseapy.ssgsea(
        values.T.reset_index(),
        dict(sets),
        sample_norm_method="rank",
        correl_norm_type="rank",
        weight=0.25,
        min_size=1,
        max_size=values.shape[1],
        threads=threads,
        no_plot=True,
    ).res2d
    score = result.pivot_table(index="Name", columns="Term", values="ES") / values.shape[1]
    return score.reindex(index=values.index, columns=list(sets))
