"""What no test of genes can tell from regulation: batches of people, kinds of cells."""

from collections.abc import Mapping

import pandas as pd

from revertome import naming
from revertome.differential.names import WITH
from revertome.source_data.tidy import count


def untestable(tables: Mapping[str, pd.DataFrame]) -> list[str]:
    """What no test of genes can tell from regulation, with this study's numbers."""
    found, n = [], tables["summary"].set_index("class")["n_genes"].dropna()
    if n.get("persistent", 0):
        found.append(
            f"{count(n['persistent'], 'gene is', 'genes are')} persistent. If the samples of "
            "healthy people were handled or measured apart from those of patients, the difference "
            "between the batches would look the same."
        )
    rows = tables.get("sensitivity", pd.DataFrame(columns=["analysis", "set"]))
    lost = rows[(rows["analysis"] == "covariate") & (rows["set"] == "reverted")]
    words = [
        f"{int(row['n_lost']):,} with {naming.variable(row['detail'], unit=False)}"
        for row in lost.to_dict("records")
    ]
    if n.get("reverted", 0) and words:
        found.append(
            "A shift in the kinds of blood cells looks like a change of their genes. Of "
            f"{count(n['reverted'], 'reverted gene')} are lost when the model has one more "
            f"covariate: {', '.join(words)}."
        )
    return found


def beside_covariates(models: pd.DataFrame) -> list[str]:
    """Contrasts that covariates or the visit hide, and those that only one or two people tell.

    Parameters
    ----------
    models : DataFrame
        `differential/design.tsv`: contrast, confounded, carried_by, dropped.
    """
    found = []
    absent = models["confounded"].fillna("none").ne("none")
    absent |= models["contrast"].str.startswith(WITH) & models["confounded"].isna()
    for _, row in models[absent].iterrows():
        found.append(f"“{naming.contrast(row['contrast'])}” was not estimated: {row['dropped']}.")
    few = models[models["carried_by"].fillna("none").ne("none")]
    for people, rows in few.groupby("carried_by", sort=False):
        names = " and ".join(
            f"“{naming.contrast(name)}”" for name in dict.fromkeys(rows["contrast"])
        )
        found.append(
            f"Only {people} could tell {names} apart from the covariate in brackets, which moves "
            "with it in all other people: what is adjusted rests on so few."
        )
    return list(dict.fromkeys(found))
