"""Clinical course of the simulated patients, as a clinic's sheet records it."""

import numpy as np
import pandas as pd

from revertome.simulate.blood_counts import VISITS, blood_counts
from revertome.simulate.core_set import SCALES, core_set
from revertome.simulate.draw import Generator, lognormal, stratified, stream
from revertome.simulate.patients import OUTCOMES, RESPONSES, Outcome
from revertome.trial import is_healthy

# Table 1 of the trial: mean and SD on day 1. The rest of day 1 is invented.
CRP = {"anakinra": (66, 64), "placebo": (84, 66)}  # mg/l
ESR = {"anakinra": (44, 23), "placebo": (57, 28)}  # mm/h
CHAQ = {"anakinra": (1.67, 0.7), "placebo": (1.44, 0.7)}
JOINTS = (16, 11)
STEROID = {"anakinra": (0.52, 0.24), "placebo": (0.66, 0.37)}  # prednisone, mg/kg/day
COUNTS = ["neutrophils", "lymphocytes", "monocytes", "platelets", "haemoglobin"]


def visits(plan: pd.DataFrame, seed: int) -> pd.DataFrame:
    """Clinical variables of every visit of the patients.

    The response computed from them by the trial's definitions (`patients.OUTCOMES`) is the
    planned one. Two patients have no limited joint on day 1, a baseline of 0 that decides nothing.

    Parameters
    ----------
    plan
        Table of `patients.plan`.
    seed
        Seed of every draw.

    Returns
    -------
    DataFrame, one row a patient and visit (day1, month1, month2, month6), with patient, arm, visit,
        physician_global, parent_global (VAS, mm), chaq (0-3), active_joints, limited_joints
        (counts), esr (mm/h), crp (mg/l), temperature (highest of the past week, degrees C),
        fever_days (days of fever in the period before the visit), systemic_signs (0, 1),
        steroid_dose (prednisone, mg/kg/day), neutrophils, lymphocytes, monocytes, platelets
        (10^9/l), haemoglobin (g/dl).
    """
    rng = stream(seed, "visits")
    patients = plan[plan["group"] == "patient"].set_index("patient").sort_index()
    baseline = _day1(rng, patients)
    counts = blood_counts(activity(plan), seed)
    rows = []
    for patient, person in patients.iterrows():
        first = baseline.loc[patient].to_dict()
        for visit in VISITS:
            name = None if visit == "day1" else person[visit]
            if visit != "day1" and pd.isna(name):
                continue
            record = first if name is None else _followup(rng, first, str(name), visit)
            blood = {count: counts[count].loc[patient, visit] for count in COUNTS}
            rows.append({"patient": patient, "arm": person["arm"], "visit": visit} | record | blood)
    return pd.DataFrame(rows)


def activity(plan: pd.DataFrame) -> pd.DataFrame:
    """Disease activity, people x visits: 1 on day 1, 0 in the healthy, NaN without a visit."""
    people = plan.set_index("patient").sort_index()
    level = {name: outcome.activity for name, outcome in OUTCOMES.items()}
    table = pd.DataFrame({visit: people[visit].map(level) for visit in VISITS[1:]}).astype(float)
    table.insert(0, "day1", 1.0)
    table[is_healthy(people, {"healthy": "healthy"})] = 0.0
    return table


def _day1(rng: Generator, patients: pd.DataFrame) -> pd.DataFrame:
    arms = [_day1_arm(rng, rows, str(arm)) for arm, rows in patients.groupby("arm", sort=True)]
    day1 = pd.concat(arms).sort_index()
    calm = patients.index[patients["month1"] == "modified_70"]
    day1.loc[rng.choice(calm, 2, replace=False), "limited_joints"] = 0
    return day1


def _day1_arm(rng: Generator, patients: pd.DataFrame, arm: str) -> pd.DataFrame:
    n = len(patients)
    febrile = patients["febrile"].to_numpy()
    joints = np.clip(np.round(lognormal(stratified(rng, n), *JOINTS)), 6, 50)
    physician = np.clip(rng.normal(60, 14, n), 25, 80)
    table = {
        "physician_global": np.round(physician),
        "parent_global": np.round(np.clip(physician + rng.normal(-4, 14, n), 20, 80)),
        "chaq": np.clip(np.round(8 * lognormal(stratified(rng, n), *CHAQ[arm])) / 8, 0.75, 3),
        "active_joints": joints,
        "limited_joints": np.clip(np.round(joints * rng.uniform(0.6, 1.0, n)), 5, 45),
        "esr": np.clip(np.round(lognormal(stratified(rng, n), *ESR[arm])), 22, 110),
        "crp": np.clip(np.round(lognormal(stratified(rng, n), *CRP[arm])), 17, 240),
        **_fever(rng, febrile),
        "systemic_signs": np.where(febrile, 1, rng.integers(0, 2, n)),
        "steroid_dose": np.round(
            np.clip(lognormal(stratified(rng, n), *STEROID[arm]), 0.1, 1.2), 2
        ),
    }
    return pd.DataFrame(table, index=patients.index).astype(float)


def _fever(rng: Generator, febrile: np.ndarray) -> dict[str, np.ndarray]:
    n = len(febrile)
    return {
        "temperature": np.where(
            febrile, rng.uniform(38.4, 40.2, n), rng.uniform(36.5, 37.6, n)
        ).round(1),
        "fever_days": np.where(febrile, rng.integers(2, 9, n), 0),
    }


def _followup(rng: Generator, first: dict[str, float], name: str, visit: str) -> dict[str, float]:
    outcome = OUTCOMES[name]
    fever = _fever(rng, np.array([outcome.fever]))
    # ASSUME signs other than fever have gone in responders and in some of the others
    signs = outcome.fever or (name not in RESPONSES and rng.uniform() < 0.5)
    taper = {"month1": 1.0, "month2": 0.85, "month6": 0.35 if name in RESPONSES else 0.7}[visit]
    return {
        **core_set(rng, {variable: first[variable] for variable in SCALES}, outcome),
        "crp": _crp(rng, first["crp"], outcome),
        **{variable: float(value[0]) for variable, value in fever.items()},
        "systemic_signs": float(signs),
        "steroid_dose": round(first["steroid_dose"] * taper, 2),
    }


def _crp(rng: Generator, first: float, outcome: Outcome) -> float:
    """Below 15 and normal or halved; or from 16 and more than half of day 1."""
    if outcome.crp_below_15:
        return float(round(rng.uniform(1, min(14, 6 + 30 * outcome.activity, 0.48 * first))))
    return float(round(max(16, first * rng.uniform(0.6, 1.15))))
