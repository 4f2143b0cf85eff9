"""What no test of genes can tell from regulation: batches of people, kinds of cells."""

from collections.abc import Mapping

import pandas as pd

from revertome.source_data.tidy import count


def untestable(tables: Mapping[str, pd.DataFrame]) -> list[str]:
    """What no test of genes can tell from regulation, with this study's numbers."""
    found, n = [], tables["summary"].set_index("class")["n_genes"]
    if n.get("persistent", 0):
        found.append(
            f"{count(n['persistent'], 'gene is', 'genes are')} persistent. If the samples of "
            "healthy people were handled or measured apart from those of patients, the difference "
            "between the batches would look the same."
        )
    rows = tables.get("sensitivity", pd.DataFrame(columns=["analysis", "set"]))
    lost = rows[(rows["analysis"] == "covariate") & (rows["set"] == "reverted")]
    words = [
        f"{int(row['n_lost']):,} with {str(row['detail']).replace('_', ' ')}"
        for row in lost.to_dict("records")
    ]
    if n.get("reverted", 0) and words:
        found.append(
            "A shift in the kinds of blood cells looks like a change of their genes. Of "
            f"{count(n['reverted'], 'reverted gene')} are lost when the model has one more "
            f"covariate: {', '.join(words)}."
        )
    return found
