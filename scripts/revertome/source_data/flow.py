"""Sample flow: how many samples, patients and pairs stand at each step, and who is compared."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from revertome.source_data.tidy import LABELS, absent, cohort, count, group_name, stack


def table(
    flow: pd.DataFrame, expression: Any, labels: pd.DataFrame, design: Mapping[str, Any]
) -> pd.DataFrame:
    """Build the table of the sample flow.

    Returns
    -------
    DataFrame
        `stage` rows: stage, n_samples, n_patients, n_pairs, lost (samples fewer than at the step
        before), note. `group` rows: label, name, n_patients, n_pairs among the samples analysed.
    """
    if flow.empty:
        return absent("No sample flow was recorded.")
    stages = flow[["stage", "n_samples", "n_patients", "n_pairs", "note"]].copy()
    stages["lost"] = -stages["n_samples"].diff().fillna(0).astype(int)
    groups = _groups(cohort(expression, labels, design))
    words = "; ".join(f"{count(n, 'patient')} {name}" for name, n in _named(groups))
    pairs = int(groups["n_pairs"].sum())
    first, last = stages.iloc[0], stages.iloc[-1]
    caption = (
        f"Sample flow. {count(first['n_samples'], 'sample')} of "
        f"{count(first['n_patients'], 'person', 'persons')} entered; "
        f"{count(last['n_samples'], 'sample')} of {count(last['n_patients'], 'person', 'persons')} "
        f"are analysed, with {count(pairs, 'complete pair')} ({design['baseline']} and "
        f"{design['followup']} of one patient)."
    )
    return stack(caption, f"{caption} Analysed: {words}.", stage=stages, group=groups)


def _groups(people: pd.DataFrame) -> pd.DataFrame:
    found = []
    for label in ("healthy", *LABELS):
        members = people[people["label"] == label]
        if members.empty:
            continue
        visits = members.groupby("patient")["role"].nunique()
        found.append(
            {
                "label": label,
                "name": group_name(label),
                "n_patients": len(visits),
                "n_pairs": 0 if label == "healthy" else int((visits == 2).sum()),
            }
        )
    return pd.DataFrame(found, columns=["label", "name", "n_patients", "n_pairs"])


def _named(groups: pd.DataFrame) -> list[tuple[str, int]]:
    return list(zip(groups["name"], groups["n_patients"], strict=True))
