"""Sensitivity: the sets again without each patient, and with further covariates in the model."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from revertome.differential.fit import Array
from revertome.trajectories.classes import Rule, outcomes
from revertome.trajectories.refit import Effects, Refit
from revertome.trajectories.stability import PatientSums

SETS = ("reverted", "induced")
COLUMNS = ["analysis", "detail", "set", "n_genes", "n_kept", "n_lost", "n_gained", "jaccard"]
COLUMNS += ["lost"]
Outcomes = npt.NDArray[np.object_]


def without_each_patient(
    refit: Refit, y: Array, patients: pd.Series, effects: Mapping[str, Effects], rule: Rule
) -> Iterator[tuple[str, Outcomes]]:
    """Classes with the samples of one patient, or one healthy person, left out at a time.

    Correlation and prior variance stay those of the full fit.

    Yields
    ------
    (str, (G,))
        Who was left out, and the classes without them.
    """
    sums = PatientSums(refit, y, patients)
    for place, patient in enumerate(sums.patients):
        counts = np.ones(len(sums.patients))
        counts[place] = 0.0
        if sums.full_rank(counts):
            ((xx, xy, yy, n),) = sums.resampled(counts[None])
            planes = refit.planes(xx, xy, yy, n, dict(effects))
            yield str(patient), outcomes(planes["main"], planes["induced"], rule)


def changes(
    analysis: str, detail: str, observed: Outcomes, other: Outcomes, genes: Sequence[str]
) -> list[dict[str, Any]]:
    """How each set differs from the one called on all data; one row a set.

    `jaccard` is the number of genes in both over the number in either (missing when neither has
    one); `lost` names the genes that are no longer called, in alphabetical order.
    """
    rows = []
    names = np.asarray(genes, dtype=object)
    for name in SETS:
        before, after = observed == name, other == name
        either = (before | after).sum()
        rows.append(
            {
                "analysis": analysis,
                "detail": detail,
                "set": name,
                "n_genes": int(after.sum()),
                "n_kept": int((before & after).sum()),
                "n_lost": int((before & ~after).sum()),
                "n_gained": int((after & ~before).sum()),
                "jaccard": (before & after).sum() / either if either else np.nan,
                "lost": ",".join(sorted(names[before & ~after])),
            }
        )
    return rows
