"""Does the distance to health fall under treatment? Patients of one response label at a time."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from revertome.statistics.rank_tests import signed_rank
from revertome.trial import is_patient, label_by_patient, paired_rows

LABELS = ("responder", "nonresponder", "treated", "unlabelled")
COLUMNS = ["label", "n", "fell", "median_change", "statistic", "P.Value", "method"]


def distance_tests(
    distance: pd.DataFrame, labels: pd.DataFrame, design: Mapping[str, Any]
) -> pd.DataFrame:
    """Test the paired change in distance to health of the patients of each label.

    Parameters
    ----------
    distance : DataFrame
        The table of `distance`; may have no rows.
    labels : DataFrame
        patient, label.
    design : mapping
        `baseline`, `followup`, `healthy`.

    Returns
    -------
    DataFrame
        label, n (patients with both visits), fell (of these, with a smaller distance at
        follow-up), median_change (healthy SD, follow-up - baseline), statistic, P.Value and
        method of Wilcoxon's signed-rank test (see `signed_rank`). One row a label with pairs.
    """
    patients = distance[is_patient(distance, design)]
    label = patients["patient"].astype(str).map(label_by_patient(labels))
    label = label.fillna("unlabelled")
    rows = []
    for name in LABELS:
        own = patients[label == name]
        before, after = paired_rows(own, design["baseline"], design["followup"])
        far = own["distance"].to_numpy(float)
        change = pd.Series(far[after] - far[before]).dropna()
        if len(change):
            counts = (name, len(change), int((change < 0).sum()), float(change.median()))
            rows.append((*counts, *signed_rank(change.to_numpy(float))))
    return pd.DataFrame(rows, columns=COLUMNS)
