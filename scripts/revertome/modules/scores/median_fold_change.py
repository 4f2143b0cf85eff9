"""Median fold change to the healthy."""

import numpy as np
import pandas as pd

SCALE = "log2"
GAPS = True
RATIO = True


def score(
    values: pd.DataFrame, sets: dict[str, list[str]], reference: pd.Series, threads: int
) -> pd.DataFrame:
    """Take the median over genes of the fold change to the median of the reference.

    score = median over genes of 2^(x - median of reference), x in log2: the six-gene interferon
    score of Rice 2013 (Lancet Neurol 12:1159), for any module.

    Returns
    -------
    DataFrame
        Samples x modules, a ratio: 1 is the healthy level.
    """
    listed = values.columns.isin(set().union(*sets.values()))
    middle = values.loc[reference, listed].median()
    return pd.DataFrame(
        {
            module: np.exp2(values[genes] - middle[genes].to_numpy()).median(axis=1)
            for module, genes in sets.items()
        },
        index=values.index,
    )
