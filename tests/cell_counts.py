"""Made-up cell content of samples, as `composition/cells.tsv` has it."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

COLUMNS = ["sample", "patient", "visit", "group"]


def cell_counts(
    obs: pd.DataFrame,
    types: Sequence[str] = ("neutrophils", "lymphocytes"),
    source: str = "measured",
) -> pd.DataFrame:
    """Percent of these types in the samples of `obs`, the first up in patients; some missing."""
    rng = np.random.default_rng(22)
    who = obs.assign(sample=obs.index.astype(str))[COLUMNS]
    found = []
    for place, name in enumerate(types):
        middle = 60 / (place + 1) + 8 * who["visit"].notna() * (-1) ** place
        own = who.assign(cell_type=name, percent=middle + rng.normal(0, 4, len(who)))
        own.loc[rng.random(len(own)) < 0.05, "percent"] = np.nan
        found.append(own)
    table = pd.concat(found, ignore_index=True)
    return table.assign(se=2.0 if source == "estimated" else np.nan, source=source)
