"""Mean expression over that of control genes."""

import pandas as pd

SCALE = "log2"
GAPS = False
RATIO = False


def score(
    values: pd.DataFrame, sets: dict[str, list[str]], reference: pd.Series, threads: int
) -> pd.DataFrame:
    """Subtract the mean of control genes of like expression from the mean of the module's.

    Controls are 50 genes drawn at random (seed 0) from each of the 25 expression bins that hold a
    gene of the module (Satija 2015, Nat Biotechnol 33:495; `scanpy.tl.score_genes`).

    Returns
    -------
    DataFrame
        Samples x modules, in log2 units.
    """
    import scanpy
    from anndata import AnnData

    adata = AnnData(
        values.to_numpy(), pd.DataFrame(index=values.index), pd.DataFrame(index=values.columns)
    )
    for module, genes in sets.items():
        scanpy.tl.score_genes(
            adata, genes, ctrl_size=50, n_bins=25, score_name=module, random_state=0
        )
    return adata.obs[list(sets)]
