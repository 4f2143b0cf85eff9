"""How many samples, people and complete pairs remain at each step of the selection."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from revertome.trial import complete_pairs, is_healthy, is_patient, seen_twice

COLUMNS = ["stage", "n_samples", "n_patients", "n_pairs", "note", "groups"]
WORDS = 5  # words of a field that are shown for one group


class Flow:
    """Rows of `intake/flow.tsv`, one for each step that leaves samples out.

    Parameters
    ----------
    design
        `baseline`, `followup`, `healthy`.
    ordered
        Visits are still numbers, to be named first and last: a pair is any two of them.
    origin
        What stood in the field that gives the group, by row of the sheet; shown beside the group
        where it says something else.

    Attributes
    ----------
    excluded : DataFrame
        patient, visit, reason of the samples of `intake.exclude`, as the sheet names them.
    """

    def __init__(
        self,
        design: Mapping[str, Any],
        ordered: bool = False,
        origin: pd.Series | None = None,
    ) -> None:
        self.design = design
        self.ordered = ordered
        self.origin = origin
        self.excluded = pd.DataFrame(columns=["patient", "visit", "reason"])
        self._rows: list[list[Any]] = []

    def add(self, stage: str, samples: pd.DataFrame, note: str = "") -> None:
        """Count `samples` (sample, patient, visit, group) after a step."""
        people = samples["patient"].nunique()
        number = samples["sample"].nunique()  # a sheet may have several rows of one
        groups = self._groups(samples)
        self._rows.append([stage, number, people, self._pairs(samples), note, groups])

    def keep(self, stage: str, samples: pd.DataFrame, mask: pd.Series, note: str) -> pd.DataFrame:
        """Keep the samples under `mask`; the step is recorded when it leaves any out."""
        kept = samples[mask]
        if len(kept) < len(samples):
            self.add(stage, kept, f"{len(samples) - len(kept)} left out: {note}")
        return kept

    def table(self) -> pd.DataFrame:
        """Return stage, n_samples, n_patients (healthy people too), n_pairs, note, groups.

        In a study of one visit n_pairs is missing.
        """
        return pd.DataFrame(self._rows, columns=COLUMNS)

    def _groups(self, samples: pd.DataFrame) -> str:
        """Samples of each group: `healthy 8 (normal 6, OA 2); patient 24 (RA)`."""
        if "group" not in samples:
            return ""
        group = samples["group"].astype(object).where(samples["group"].notna(), "no group")
        parts = []
        for name, rows in samples.groupby(group.astype(str), sort=True):
            words = ""
            if self.origin is not None:
                counts = self.origin.reindex(rows.index).value_counts()
                if 0 < len(counts) <= WORDS and list(counts.index) != [name]:
                    ranked = sorted(counts.items(), key=lambda item: (-item[1], str(item[0])))
                    said = [f"{word} {n}" if len(ranked) > 1 else f"{word}" for word, n in ranked]
                    words = f" ({', '.join(said)})"
            parts.append(f"{name} {len(rows)}{words}")
        well = self.design.get("healthy")
        if well is not None and not is_healthy(samples, self.design).any():
            parts.append(f"{well} 0")
        return "; ".join(parts)

    def _pairs(self, samples: pd.DataFrame) -> Any:
        if self.design["followup"] is None:
            return pd.NA
        rows = samples[is_patient(samples, self.design)]
        if self.ordered:
            return seen_twice(rows)
        return len(complete_pairs(rows, self.design["baseline"], self.design["followup"]))
