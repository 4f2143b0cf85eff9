"""Further covariates for the sensitivity of the sets: columns of the sheet, or blood content."""

from collections.abc import Sequence
from typing import Any

import pandas as pd

from revertome.quality.content import MARKERS, blood_content

# Counts of the sheet that say the same as a score, the first that is complete.
COUNTS = {
    "neutrophil_score": ("neutrophil_percent", "neutrophils"),
    "erythroid_score": ("reticulocyte_percent", "reticulocytes"),
}


def further(expression: Any, names: Sequence[str]) -> tuple[pd.DataFrame, dict[str, str]]:
    """Samples with the covariates asked for, and what each is.

    A column of the sheet is taken as it is. `neutrophil_score` and `erythroid_score`, when they
    are no columns, are a count of the sheet where there is one for every sample, otherwise the
    mean log2 value of marker genes (`quality.content`).

    Parameters
    ----------
    expression : AnnData, samples x genes
    names : list of str
        Covariates, one model each.

    Returns
    -------
    obs : DataFrame
        Samples, with the scores as columns.
    chosen : dict of str to str
        Column of each model, and the marker genes in it, joined by commas, else empty; a score
        without enough markers is left out, with a line in the log.
    """
    obs, content = expression.obs, None
    chosen: dict[str, str] = {}
    for name in names:
        if name in obs or name not in MARKERS:
            chosen[name] = ""
            continue
        counted = [c for c in COUNTS[name] if c in obs and obs[c].notna().all()]
        if counted:
            chosen[counted[0]] = ""
            continue
        content = blood_content(expression) if content is None else content
        if content[name].isna().any():
            print(f"sensitivity: {name} left out, fewer than three of its marker genes measured")
            continue
        obs = obs.assign(**{name: content[name]})
        chosen[name] = ",".join(sorted(set(MARKERS[name]) & set(expression.var_names)))
    return obs, chosen
