"""The samples of a study that are used."""

from typing import Any

import pandas as pd


def used(adata: Any, samples: pd.DataFrame) -> Any:
    """Keep the samples of an AnnData that `quality/samples.tsv` marks as used.

    Where all are used it is `adata` itself: of a large study every copy of the matrix counts.
    """
    keep = adata.obs_names.isin(samples.loc[samples["used"], "sample"])
    return adata if keep.all() else adata[keep].copy()
