"""Who takes part in the simulated trial, and how each patient fares.

The trial has the shape of ANAJIS (Quartier 2011, Ann Rheum Dis 70:747-54): 12 patients on
anakinra and 12 on placebo for one month, then all on open-label anakinra. The counts of
responders at month 1 are those of its Table 2; everything beyond is invented.
"""

from typing import NamedTuple

import numpy as np
import pandas as pd
from scipy import special  # scipy.stats takes half a second to import

from revertome.simulate.draw import Generator, stratified, stream

ARM_SIZE = 12
FEMALE = {"anakinra": 7, "placebo": 8}
AGE = {"anakinra": (9.5, 5.2), "placebo": (7.5, 3.7)}  # mean, SD (years)
AGE_RANGE = (2.0, 18.0)
FEBRILE = {"anakinra": 4, "placebo": 5}  # patients with fever on day 1


class Outcome(NamedTuple):
    """State of a patient at a visit, against day 1."""

    level: int  # highest ACR Pedi level reached
    fever: bool
    crp_below_15: bool
    esr_normal_or_halved: bool
    activity: float  # disease activity, 1 on day 1; drives blood counts
    worsened: bool = False  # two core variables worsened by more than 30%


OUTCOMES = {
    "modified_90": Outcome(90, False, True, True, 0.05),
    "modified_70": Outcome(70, False, True, True, 0.15),
    "modified_50": Outcome(50, False, True, True, 0.25),
    "primary": Outcome(30, False, True, True, 0.35),
    "crp_below_15": Outcome(30, False, True, False, 0.5),
    "no_fever": Outcome(30, False, False, False, 0.7),
    "acr_pedi_30": Outcome(30, True, False, False, 0.8),
    "two_worsened": Outcome(0, False, False, False, 0.9, worsened=True),
    "none": Outcome(0, True, False, False, 0.95),
}
RESPONSES = ("primary", "modified_50", "modified_70", "modified_90")
FAILURES = ("crp_below_15", "no_fever", "acr_pedi_30", "none")

# Patients with each outcome at month 1; summed from the top they give Table 2 row by row.
MONTH1 = {
    "anakinra": {
        "modified_70": 5,
        "modified_50": 2,
        "primary": 1,
        "crp_below_15": 2,
        "no_fever": 1,
        "none": 1,
    },
    "placebo": {
        "primary": 1,
        "crp_below_15": 2,
        "no_fever": 3,
        "acr_pedi_30": 1,
        "two_worsened": 1,
        "none": 4,
    },
}


def plan(seed: int, healthy: int) -> pd.DataFrame:
    """Plan of the trial.

    Of the 12 placebo patients 10 switch to anakinra at month 1 and 9 of them respond at month 2;
    20 patients are still treated at month 6, 14 of them responders. One enrollment sample and
    two month 6 samples are missing, which leaves 12 complete pairs of responders and 5 of
    non-responders. At month 1 one sample of each arm is missing: that of a responder to anakinra
    and that of a non-responder on placebo.

    Parameters
    ----------
    seed
        Seed of every draw.
    healthy
        Number of healthy children.

    Returns
    -------
    DataFrame, one row a person, with
        patient, group (patient, healthy), arm, sex, age (years), batch, batch_month1,
        batch_month6, febrile (fever on day 1), month1, month2, month6 (key of `OUTCOMES`, missing
        where there is no visit), enrollment_sample, month1_sample, month6_sample (whether a blood
        sample exists).
    """
    rng = stream(seed, "patients")
    arms = [_open_label(rng, _arm(rng, arm), arm) for arm in FEMALE]
    patients = pd.concat(arms, ignore_index=True).iloc[rng.permutation(2 * ARM_SIZE)]
    patients = patients.reset_index(drop=True)
    patients.insert(0, "patient", [f"ANA-{i:02d}" for i in range(1, len(patients) + 1)])
    patients["group"] = "patient"
    table = pd.concat([_samples(rng, patients), _healthy(rng, healthy)], ignore_index=True)
    table = _month1(stream(seed, "month 1 samples"), _batches(rng, table))
    return table[
        [
            *("patient", "group", "arm", "sex", "age", "batch", "batch_month1", "batch_month6"),
            *("febrile", "month1", "month2", "month6"),
            *("enrollment_sample", "month1_sample", "month6_sample"),
        ]
    ]


def responders(table: pd.DataFrame, visit: str = "month6") -> pd.Series:
    """Whether the plan makes each patient a responder at a visit."""
    return table[visit].isin(RESPONSES)


def _age(rng: Generator, n: int, mean: float, sd: float) -> np.ndarray:
    age = special.ndtri(stratified(rng, n)) * sd + mean
    years: np.ndarray = np.clip(age, *AGE_RANGE).round(1)
    return years


def _arm(rng: Generator, arm: str) -> pd.DataFrame:
    month1 = [name for name, n in MONTH1[arm].items() for _ in range(n)]
    sex = ["female"] * FEMALE[arm] + ["male"] * (ARM_SIZE - FEMALE[arm])
    febrile = np.array([OUTCOMES[name].fever for name in month1])
    others = rng.permutation(np.flatnonzero(~febrile))[: FEBRILE[arm] - febrile.sum()]
    febrile[others] = True
    return pd.DataFrame(
        {
            "arm": arm,
            "sex": rng.permutation(sex),
            "age": _age(rng, ARM_SIZE, *AGE[arm]),
            "febrile": febrile,
            "month1": month1,
        }
    )


def _open_label(rng: Generator, patients: pd.DataFrame, arm: str) -> pd.DataFrame:
    """Outcomes at months 2 and 6; a patient who stopped has none."""
    responded = patients["month1"].isin(RESPONSES).to_numpy()
    order = rng.permutation(len(patients))
    if arm == "placebo":
        worst = [i for i in order if patients["month1"][i] == "none"]
        stayed = np.array([i for i in order if i not in worst[:2]])  # two never switch
        month2 = pd.Series(True, index=stayed)
        month2[worst[2]] = False
    else:
        stayed = order
        month2 = pd.Series(responded[stayed], index=stayed)
    # One patient of each arm stops for inefficacy between months 2 and 6; three others fail.
    stopped = month2.index[~month2 & (patients["month1"][month2.index] == "none")]
    month6 = pd.Series(True, index=month2.index.difference(stopped, sort=False))
    month6[month6.index[np.argsort(month2[month6.index], kind="stable")][:3]] = False
    for visit, met in (("month2", month2), ("month6", month6)):
        later = visit == "month6"
        outcomes = pd.Series(None, index=patients.index, dtype=object)
        for i, good in met.items():
            weights = (0.1, 0.2, 0.4, 0.3) if later else (0.2, 0.3, 0.4, 0.1)
            outcomes[i] = (
                rng.choice(RESPONSES, p=weights)
                if good
                else rng.choice(FAILURES, p=(0.4, 0.3, 0.2, 0.1))
            )
        patients[visit] = outcomes
    return patients


def _samples(rng: Generator, patients: pd.DataFrame) -> pd.DataFrame:
    """One responder lacks the enrollment sample; one patient of each kind the month 6 sample."""
    good = patients.index[responders(patients)].to_numpy()
    failed = patients.index[patients["month6"].notna() & ~responders(patients)].to_numpy()
    first, second = rng.choice(good, 2, replace=False)
    return patients.assign(
        enrollment_sample=patients.index != first,
        month6_sample=patients["month6"].notna()
        & ~patients.index.isin([second, rng.choice(failed)]),
    )


def _healthy(rng: Generator, n: int) -> pd.DataFrame:
    female = round(n * sum(FEMALE.values()) / (2 * ARM_SIZE))
    return pd.DataFrame(
        {
            "patient": [f"HC-{i:02d}" for i in range(1, n + 1)],
            "group": "healthy",
            "sex": rng.permutation(["female"] * female + ["male"] * (n - female)),
            "age": _age(rng, n, 8.5, 4.0),
            "febrile": False,
            "enrollment_sample": True,
            "month6_sample": False,
        }
    )


def _batches(rng: Generator, table: pd.DataFrame) -> pd.DataFrame:
    """Two batches of nearly equal share in each group; few patients change batch at month 6."""
    batch = pd.Series("B1", index=table.index)
    for _, rows in table.groupby("group", sort=True):
        batch[rng.choice(rows.index, round(0.45 * len(rows)), replace=False)] = "B2"
    month6 = _moved(rng, batch, table["month6_sample"])
    return table.assign(batch=batch, batch_month6=month6)


def _moved(rng: Generator, batch: pd.Series, sampled: pd.Series) -> pd.Series:
    """Batch of a later visit: three of those sampled have changed it."""
    moved = rng.choice(batch.index[sampled], 3, replace=False)
    later = batch.copy()
    later[moved] = batch[moved].map({"B1": "B2", "B2": "B1"})
    return later


def _month1(rng: Generator, table: pd.DataFrame) -> pd.DataFrame:
    """Samples of month 1, in a stream of their own: the other visits are the same without them."""
    good = responders(table, "month1")
    lost = [
        rng.choice(table.index[(table["arm"] == arm) & (good == response)])
        for arm, response in (("anakinra", True), ("placebo", False))
    ]
    sampled = table["month1"].notna() & ~table.index.isin(lost)
    return table.assign(month1_sample=sampled, batch_month1=_moved(rng, table["batch"], sampled))
