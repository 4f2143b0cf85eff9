"""How many samples, people and complete pairs remain at each step of the selection."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from revertome.trial import complete_pairs, is_healthy, seen_twice

COLUMNS = ["stage", "n_samples", "n_patients", "n_pairs", "note"]


class Flow:
    """Rows of `intake/flow.tsv`, one for each step that leaves samples out.

    Parameters
    ----------
    design
        `baseline`, `followup`, `healthy`.
    ordered
        Visits are still numbers, to be named first and last: a pair is any two of them.
    """

    def __init__(self, design: Mapping[str, Any], ordered: bool = False) -> None:
        self.design = design
        self.ordered = ordered
        self._rows: list[list[Any]] = []

    def add(self, stage: str, samples: pd.DataFrame, note: str = "") -> None:
        """Count `samples` (sample, patient, visit, group) after a step."""
        people = samples["patient"].nunique()
        number = samples["sample"].nunique()  # a sheet may have several rows of one
        self._rows.append([stage, number, people, self._pairs(samples), note])

    def keep(self, stage: str, samples: pd.DataFrame, mask: pd.Series, note: str) -> pd.DataFrame:
        """Keep the samples under `mask`; the step is recorded when it leaves any out."""
        kept = samples[mask]
        if len(kept) < len(samples):
            self.add(stage, kept, f"{len(samples) - len(kept)} left out: {note}")
        return kept

    def table(self) -> pd.DataFrame:
        """Return stage, n_samples, n_patients (healthy people too), n_pairs, note."""
        return pd.DataFrame(self._rows, columns=COLUMNS)

    def _pairs(self, samples: pd.DataFrame) -> int:
        rows = samples[~is_healthy(samples, self.design)]
        if self.ordered:
            return seen_twice(rows)
        return len(complete_pairs(rows, self.design["baseline"], self.design["followup"]))
