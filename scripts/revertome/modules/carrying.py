"""Who carries a signature: the one rule for a single patient, and how sure a single sample is."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
from scipy import stats

from revertome.modules.distance import LEAST
from revertome.trial import is_healthy, is_patient
from revertome.visits import visits_of

LIMIT = 2.0  # healthy standard deviations: the threshold of `modules/scores.tsv`
DISTANCE = "distance"  # stands among the modules


def healthy_chance(people: int) -> float:
    """Chance that a healthy person who is not among the healthy of a study lies above the limit.

    The limit is mean + 2 SD of n healthy people. A further one, from the same normal distribution,
    differs from their mean by SD sqrt(1 + 1/n) times Student's t with n - 1 degrees of freedom, so
    that the chance is P(t > 2 / sqrt(1 + 1/n)): 7.1% with 5 people, 3.2% with 22, and 2.3% with
    ever more (one-sided prediction limit; Hahn 1970, J Qual Technol 2:115).

    Parameters
    ----------
    people
        Healthy people behind mean and SD, at least 2.
    """
    return float(stats.t.sf(LIMIT / np.sqrt(1 + 1 / people), people - 1))


def healthy_people(samples: pd.DataFrame, design: Mapping[str, Any]) -> int:
    """Count the healthy people with a used sample.

    Parameters
    ----------
    samples
        patient, visit, group, used.
    design
        `healthy`.
    """
    chosen = samples["used"].astype(bool) & is_healthy(samples, design)
    return int(samples.loc[chosen, "patient"].nunique())


def standing(
    scores: pd.DataFrame, distance: pd.DataFrame, samples: pd.DataFrame, design: Mapping[str, Any]
) -> pd.DataFrame:
    """How far each patient lies from the healthy mean, in healthy SD, at each visit.

    Parameters
    ----------
    scores
        Table of module scores: sample, module, method, score, healthy_mean, healthy_sd. The first
        method of it is used.
    distance
        sample, distance, healthy_mean, threshold (mean + 2 SD).
    samples
        sample, patient, visit, group, used; one row a sample.
    design
        `baseline`, `followup`, `healthy`.

    Returns
    -------
    DataFrame
        One row a patient and visit of the design (both in the index), one column a module in the
        order of `scores`, and before them `distance`: (x - healthy mean) / healthy SD. Several
        samples of a patient at a visit are averaged. No rows with fewer than 5 healthy people,
        whose spread is not worth its name.
    """
    index = pd.MultiIndex.from_arrays([[], []], names=["patient", "visit"])
    nobody = pd.DataFrame(index=index)
    if healthy_people(samples, design) < LEAST or scores.empty:
        return nobody
    own = samples[is_patient(samples, design) & samples["used"].astype(bool)]
    own = own.assign(visit=own["visit"].astype(object).map(str))
    own = own[own["visit"].isin(visits_of(design))].set_index("sample")[["patient", "visit"]]
    first = scores[scores["method"].eq(scores["method"].iloc[0])]
    spread = first["healthy_sd"].where(first["healthy_sd"] > 0)
    z = first.assign(z=(first["score"] - first["healthy_mean"]) / spread)
    wide = z.pivot_table("z", "sample", "module", sort=False, dropna=False)
    wide = wide.reindex(columns=list(dict.fromkeys(first["module"])))
    if len(distance):
        far = distance.set_index("sample")
        sd = (far["threshold"] - far["healthy_mean"]) / 2
        wide.insert(0, DISTANCE, ((far["distance"] - far["healthy_mean"]) / sd).reindex(wide.index))
    # By series, as a module may be called `patient`.
    joined = wide.reindex(own.index)
    return joined.groupby([own["patient"], own["visit"]]).mean() if len(own) else nobody


def values_at(z: pd.DataFrame, visit: object) -> pd.DataFrame:
    """Values of `standing` at one visit, by patient."""
    return z[z.index.get_level_values("visit") == str(visit)].droplevel("visit")


def place(z: float) -> str:
    """Say where a value lies: `above`, `within` or `below` mean +- 2 SD; empty where missing."""
    if pd.isna(z):
        return ""
    return "above" if z > LIMIT else "below" if z < -LIMIT else "within"


def carried(before: float | None, now: float) -> str:
    """Say whether a patient carries a signature now, and whether it is still the one of before.

    A signature is carried where the score lies above the healthy mean + 2 SD.

    Parameters
    ----------
    before
        z at baseline, NaN where it is missing; None in a study of one visit.
    now
        z at the visit asked about, NaN where it is missing.

    Returns
    -------
    str
        `still`, `no_longer`, `newly` or `neither` of two visits; `carried` or `not_carried` of one
        where there is no other; empty where nothing can be told of now.
    """
    if pd.isna(now):
        return ""
    there = now > LIMIT
    if before is None or pd.isna(before):
        return "carried" if there else "not_carried"
    if before > LIMIT:
        return "still" if there else "no_longer"
    return "newly" if there else "neither"
