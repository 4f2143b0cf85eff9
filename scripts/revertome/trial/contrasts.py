"""Contrasts of a trial as factors of cells, and of changes within patients."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from revertome.trial.cells import cell_name, label_by_patient
from revertome.trial.pairs import complete_pairs

Terms = dict[str, float]


def change_terms(where: pd.DataFrame) -> dict[str, Terms]:
    """Contrasts within patients as factors of the columns `change.<label>`.

    Parameters
    ----------
    where : DataFrame, (n, ...)
        patient and label of samples of complete pairs.
    """
    label = where.drop_duplicates("patient")["label"]
    share = label.value_counts(normalize=True).sort_index()
    return {
        "change_responders": {"change.responder": 1.0},
        "change_nonresponders": {"change.nonresponder": 1.0},
        "change_all": {f"change.{each}": float(weight) for each, weight in share.items()},
        "interaction": {"change.responder": 1.0, "change.nonresponder": -1.0},
    }


def cell_terms(where: pd.DataFrame, design: Mapping[str, Any]) -> dict[str, Terms]:
    """Every standard contrast as factors of cells.

    Parameters
    ----------
    where : DataFrame, (n, ...)
        patient, label, visit of the samples of patients.
    design : mapping
        `baseline`, `followup`.
    """
    base, follow = str(design["baseline"]), str(design["followup"])
    at_base = where.loc[where["visit"].eq(base), "label"]
    pairs = complete_pairs(where, base, follow)
    at_pair = label_by_patient(where.drop_duplicates("patient")).loc[pairs]

    def average(visit: str, labels: pd.Series) -> Terms:
        share = labels.value_counts(normalize=True).sort_index()
        return {cell_name(str(k), visit): float(weight) for k, weight in share.items()}

    def change(label: str) -> Terms:
        return {cell_name(label, follow): 1.0, cell_name(label, base): -1.0}

    healthy: Terms = {"healthy": 1.0}
    # ASSUME patients of all labels together are weighted as they occur in the trial.
    return {
        "disease": _minus(average(base, at_base), healthy),
        "baseline": _minus(
            {cell_name("responder", base): 1.0}, {cell_name("nonresponder", base): 1.0}
        ),
        "disease_responders": _minus({cell_name("responder", base): 1.0}, healthy),
        "change_responders": change("responder"),
        "change_nonresponders": change("nonresponder"),
        "change_all": _minus(average(follow, at_pair), average(base, at_pair)),
        "residual_responders": _minus({cell_name("responder", follow): 1.0}, healthy),
        "residual_all": _minus(average(follow, at_pair), healthy),
        "interaction": _minus(change("responder"), change("nonresponder")),
    }


def _minus(left: Terms, right: Terms) -> Terms:
    return {k: left.get(k, 0.0) - right.get(k, 0.0) for k in dict.fromkeys([*left, *right])}
