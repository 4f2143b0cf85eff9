"""Mean standardised expression."""

import numpy as np
import pandas as pd

from revertome.modules.reference import RESOLUTION

SCALE = "log2"
RATIO = False


def score(
    values: pd.DataFrame, sets: dict[str, list[str]], reference: pd.Series, threads: int
) -> pd.DataFrame:
    """Average the genes of a module in units of the healthy spread.

    score = mean over genes of (x - mean of reference) / SD of reference, SD with n - 1.
    Genes that are constant in the reference have no SD and are left out.

    The standardised score of Kim 2018 (J Interferon Cytokine Res 38:171) is the sum over genes
    and equals this mean times the number of genes.

    Returns
    -------
    DataFrame
        Samples x modules, in healthy standard deviations; NA where every gene is left out.
    """
    listed = values.columns.isin(set().union(*sets.values()))
    # Genes x samples, in place: a module's genes lie together and no copy is needed.
    x = np.ascontiguousarray(values.to_numpy(np.float64)[:, listed].T)
    healthy = x[:, reference.to_numpy()]
    varying = np.ptp(healthy, axis=1) >= RESOLUTION
    x -= healthy.mean(axis=1)[:, None]
    x /= np.where(varying, healthy.std(axis=1, ddof=1), np.nan)[:, None]
    genes_of = values.columns[listed]
    scores = {}
    for module, genes in sets.items():
        place = genes_of.get_indexer(pd.Index(genes))
        place = place[varying[place]]
        scores[module] = x[place].mean(axis=0) if len(place) else np.nan
    return pd.DataFrame(scores, index=values.index)
