"""The samples of a study that are used."""

from typing import Any

import pandas as pd


def used(adata: Any, samples: pd.DataFrame) -> Any:
    """Keep the samples of an AnnData that `quality/samples.tsv` marks as used.

    Without the layer `batch_removed`, which is for pictures. Of a large study every copy of the
    matrix counts: where all samples are used, the values are those of `adata` itself.
    """
    import anndata

    layers = {name: x for name, x in adata.layers.items() if name != "batch_removed"}
    whole = anndata.AnnData(adata.X, adata.obs, adata.var, adata.uns, layers=layers)
    keep = adata.obs_names.isin(samples.loc[samples["used"], "sample"])
    return whole if keep.all() else whole[keep].copy()
