"""Gene set variation analysis."""

import pandas as pd

from revertome.modules.reference import constant

SCALE = "log2"
GAPS = False
RATIO = False


def score(
    values: pd.DataFrame, sets: dict[str, list[str]], reference: pd.Series, threads: int
) -> pd.DataFrame:
    """Compare a module's genes with the others by their place among all samples.

    Each gene is turned into its Gaussian-kernel cumulative density over samples, genes are ranked
    within each sample, and the score is the difference of the largest positive and negative
    deviation of a random walk (Hanzelmann 2013, BMC Bioinformatics 14:7). It is R's GSVA 1.46,
    `gsva(method = "gsva", kcdf = "Gaussian", mx.diff = TRUE, tau = 1)`, of a matrix whose rows are
    sorted by gene, with ties as well: to 12 digits of some hundred genes, to 1e-5 of 10,000
    genes x 40 samples. Genes constant over all samples are left out, as there. The score depends
    on every sample of the study.

    Returns
    -------
    DataFrame
        Samples x modules, between -1 and 1; NA for modules without a varying gene.
    """
    import gseapy

    varying = values.loc[:, ~constant(values)]
    kept = {
        module: present
        for module, genes in sets.items()
        if (present := [gene for gene in genes if gene in varying.columns])
    }
    if not kept:
        return pd.DataFrame(index=values.index, columns=list(sets), dtype=float)
    result = gseapy.gsva(
        varying.T.reset_index(),
        kept,
        kcdf="Gaussian",
        weight=1,
        mx_diff=True,
        min_size=1,
        max_size=varying.shape[1],
        threads=threads,
    ).res2d
    score = result.pivot_table(index="Name", columns="Term", values="ES")
    return score.reindex(index=values.index, columns=list(sets))
