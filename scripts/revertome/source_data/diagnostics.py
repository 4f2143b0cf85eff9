"""Distribution of p-values of every contrast, the first check of a model."""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from revertome.source_data.tidy import absent, stack

BINS = 40


def table(contrasts: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """Build the table of the p-value histograms.

    Returns
    -------
    DataFrame
        `bin` rows: contrast, low, high, n_genes. `contrast` rows: contrast, order, n_genes,
        n_below (adjusted p below 0.05), engine, uniform (genes a bin would hold under the null).
    """
    if not contrasts:
        return absent("No contrast was tested.")
    edges = np.linspace(0, 1, BINS + 1)
    bins, facts = [], []
    for order, (name, tested) in enumerate(contrasts.items()):
        p = tested["P.Value"].dropna()
        heights, _ = np.histogram(p, edges)
        bins.append(
            pd.DataFrame(
                {"contrast": name, "low": edges[:-1], "high": edges[1:], "n_genes": heights}
            )
        )
        fact = {"contrast": name, "order": order, "n_genes": len(p)}
        fact["n_below"] = int((tested["adj.P.Val"] < 0.05).sum())
        fact["engine"], fact["uniform"] = tested["engine"].iloc[0], len(p) / BINS
        facts.append(fact)
    records = pd.DataFrame(facts)
    counts = "; ".join(
        f"{row.contrast}: {row.n_below:,} of {row.n_genes:,}" for row in records.itertuples()
    )
    caption = (
        "Distribution of p-values of every contrast. Dashed: the height if no gene differed. "
        f"Genes at an adjusted p below 0.05: {counts}."
    )
    bars = pd.concat(bins, ignore_index=True)
    return stack(caption, f"Histograms. {caption}", bin=bars, contrast=records)
