"""How the genes claimed beyond control changed in those who responded, arm by arm: a description.

Response comes after randomisation. Responders of one arm and of another are no longer alike, so
their comparison is not protected by it, whatever the genes.
"""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from revertome.columns import conformed
from revertome.columns.beyond_control import BY_RESPONSE
from revertome.gene_classes import BEYOND
from revertome.trial import arm_of, label_by_patient, paired_rows

NOT_RANDOMISED = "not a randomised comparison"
SETS = ("reverted", "induced")


def by_response(
    expression: Any, labels: pd.DataFrame, design: Mapping[str, Any], genes: pd.DataFrame
) -> pd.DataFrame:
    """Change of the genes claimed beyond control in each label of each arm.

    Parameters
    ----------
    expression : AnnData, samples x genes
    labels : DataFrame
        patient, label.
    design : mapping
        Configuration section `design`, with `arm`.
    genes : DataFrame
        `trajectories/beyond_control.tsv`.

    Returns
    -------
    DataFrame
        `trajectories/beyond_control_by_response.tsv`: one row a visit, claim, set, arm and label
        with complete pairs; none where all patients have one label.
    """
    rows: list[dict[str, Any]] = []
    if labels["label"].nunique() < 2 or genes.empty:
        return conformed(pd.DataFrame(rows), BY_RESPONSE)
    obs = expression.obs
    where = pd.DataFrame({"patient": obs["patient"].astype(str), "visit": obs["visit"].astype(str)})
    where["arm"] = arm_of(obs, design)
    where["label"] = where["patient"].map(label_by_patient(labels)).fillna("unlabelled")
    for (visit, claimed), own in genes.groupby(["visit", "arm"], sort=False):
        for name in SETS:
            members = own[own["class"].eq(BEYOND[name])]
            if len(members):
                about = {"visit": visit, "claimed_for": claimed, "set": BEYOND[name]}
                found = _changes(expression, where, (str(design["baseline"]), str(visit)), members)
                if name == "induced":  # of next to no disease effect there is no share
                    found = [row | {"median_recovered": np.nan} for row in found]
                rows += [about | row for row in found]
    return conformed(pd.DataFrame(rows), BY_RESPONSE)


def _changes(
    expression: Any, where: pd.DataFrame, visits: tuple[str, str], members: pd.DataFrame
) -> list[dict[str, Any]]:
    at = expression.var_names.get_indexer(members["gene"])
    y = np.asarray(expression.X, dtype=float)[:, at]
    disease, effect = (members[c].to_numpy(float) for c in ("disease", "drug_effect"))
    rows = []
    for (arm, label), own in where.groupby(["arm", "label"], sort=True):
        before, after = paired_rows(own, *visits)
        if not len(before):
            continue
        place = np.flatnonzero(where.index.isin(own.index))
        difference = y[place[after]] - y[place[before]]
        known = ~np.isnan(difference).all(axis=0)
        change = np.nanmean(difference[:, known], axis=0)
        rows.append(
            {
                "arm": arm,
                "label": label,
                "n_pairs": len(before),
                "n_genes": len(members),
                # In the direction of the drug, so that genes up and down do not cancel.
                "median_change": float(np.median(change * np.sign(effect[known]))),
                "median_recovered": float(np.median(-change / disease[known])),
                "comparison": NOT_RANDOMISED,
            }
        )
    return rows
