"""Effects of every study side by side, gene by gene."""

import numpy as np
import pandas as pd

from revertome.compare.concordance import TREATED
from revertome.compare.effects import ContrastEffects


def plane_contrasts(tables: dict[str, dict[str, ContrastEffects]]) -> list[str]:
    """The two effects of the trajectory plane that most studies share: disease, and a change."""
    changes = [TREATED, "change_responders", "change_all"]
    known = [name for name in changes if len(tables.get(name, {})) > 1]
    change = max(known, key=lambda name: (len(tables[name]), -changes.index(name)), default=None)
    return [name for name in ("disease", change) if name and len(tables.get(name, {})) > 1]


def side_by_side(tables: dict[str, dict[str, ContrastEffects]], genes: pd.Index) -> pd.DataFrame:
    """Log fold changes of disease and of the change that most studies share, a column a study.

    Returns
    -------
    DataFrame
        gene, contrast, and the logFC of each study (NaN where it did not measure the gene); genes
        of two or more studies.
    """
    parts = []
    for contrast in plane_contrasts(tables):
        found = tables[contrast]
        values = np.full((len(genes), len(found)), np.nan)
        for i, name in enumerate(sorted(found)):
            values[found[name].at, i] = found[name].logfc
        part = pd.DataFrame(values, columns=sorted(found))
        part.insert(0, "gene", genes)
        part.insert(1, "contrast", contrast)
        parts.append(part[np.isfinite(values).sum(1) > 1])
    if not parts:
        return pd.DataFrame(columns=["gene", "contrast"])
    return pd.concat(parts, ignore_index=True)
