"""Mean standardised expression."""

import pandas as pd

from revertome.modules.reference import constant

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
    healthy = values[reference]
    z = ((values - healthy.mean()) / healthy.std(ddof=1)).loc[:, ~constant(healthy)]
    return pd.DataFrame(
        {module: z[z.columns.intersection(genes)].mean(axis=1) for module, genes in sets.items()},
        index=values.index,
    )
