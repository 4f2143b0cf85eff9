"""Regression to the mean in a study without control: what it could explain, in numbers.

Patients are enrolled when they are ill. What was high on that day by chance is lower on another,
with or without a drug. Of what patients had above the mean of all such patients a share 1 - r is
expected to go by itself, with r the correlation of two measurements of a patient without treatment
in between (Bland & Altman 1994, BMJ 309:780). That mean is not known. Where it is that of healthy
people, at worst, this is 1 - r of the disease effect.
"""

from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from scipy import special

from revertome.arrays import Array
from revertome.errors import StudyError
from revertome.trajectories.fieller import fieller
from revertome.trajectories.plane import Plane
from revertome.trial import is_patient, values_of
from revertome.visits import controlled

KEY = "trajectories.pretreatment"
FEWEST = 4  # patients measured twice, below which a correlation has no interval
PEOPLE = {"responders": "responders", "all": "all patients"}
SHOWN = (0.5, 0.7)  # correlations of which the numbers are given where none was measured

RULE = (
    "If two measurements of a patient without treatment correlate by r, patients enrolled at their "
    "worst are expected to lose up to one minus r of the disease effect without any drug."
)


class Repeatability(NamedTuple):
    """Correlation of two measurements of the same patients before treatment.

    r, low, high : with its 95% interval; n : patients measured twice; what : was measured; visits :
    when.
    """

    r: float
    low: float
    high: float
    n: int
    what: str
    visits: tuple[str, str]


def correlated(pairs: pd.DataFrame, what: str, visits: tuple[str, str]) -> Repeatability:
    """Pearson's correlation of two columns (n, 2), with the interval tanh(atanh(r) +- z/sqrt(n-3)).

    Raises
    ------
    StudyError
        With fewer than 4 patients, or where all have the same value.
    """
    known = pairs.dropna().to_numpy(float)
    if len(known) < FEWEST or not known.std(axis=0).all():
        raise StudyError(
            f"{KEY}: {what} is known of {len(known)} patients at both '{visits[0]}' and "
            f"'{visits[1]}'; at least {FEWEST} with values that differ are needed to say how well "
            "it repeats"
        )
    r = float(np.clip(np.corrcoef(known.T)[0, 1], -1, 1))
    with np.errstate(divide="ignore"):
        centre, half = np.arctanh(r), special.ndtri(0.975) / np.sqrt(len(known) - 3)
    low, high = float(np.tanh(centre - half)), float(np.tanh(centre + half))
    return Repeatability(r, low, high, len(known), what, visits)


def activity_twice(
    options: Mapping[str, Any],
    visits: pd.DataFrame,
    obs: pd.DataFrame,
    design: Mapping[str, Any],
    response: Mapping[str, Any],
) -> Repeatability | None:
    """How well the clinical variable of `trajectories.pretreatment` repeats before treatment.

    Parameters
    ----------
    options : mapping
        Configuration section `trajectories`; of `pretreatment` `visit`, before treatment as well,
        and `variable`, a column of the visits sheet or of the sample sheet.
    visits, obs : DataFrame
        Both sheets.
    design : mapping
        Configuration section `design`.
    response : mapping
        Configuration section `response`: `baseline_visit`, the baseline in the visits sheet.

    Returns
    -------
    Repeatability or None
        None where no variable is named.
    """
    pretreatment = options["pretreatment"]
    if not pretreatment["variable"]:
        return None
    earlier, baseline = str(pretreatment["visit"]), str(design["baseline"])
    times = {**design, "baseline": earlier, "followup": baseline, "followups": [baseline]}
    clinic = {"baseline_visit": earlier, "visit": response["baseline_visit"] or baseline}
    sick = obs[is_patient(obs, design)].astype({"patient": str, "visit": object})
    pairs = values_of(pretreatment["variable"], visits, sick, times, clinic, f"{KEY}.variable")
    columns = pairs[["baseline", "followup"]]
    return correlated(columns, pretreatment["variable"], (earlier, baseline))


def without_control(
    genes: pd.DataFrame,
    design: Mapping[str, Any],
    options: Mapping[str, Any],
    activity: Repeatability | None,
) -> pd.DataFrame:
    """How many reverted genes regression to the mean could explain.

    Parameters
    ----------
    genes : DataFrame
        `trajectories/genes.tsv`.
    design : mapping
    options : mapping
        Configuration section `trajectories`.
    activity : Repeatability or None
        Of `activity_twice`.

    Returns
    -------
    DataFrame
        A row of `trajectories/statements.tsv`; none with a randomised control at the visit, or
        without reverted genes.
    """
    own = genes[genes["class"].eq("reverted")]
    if own.empty or controlled(design, design["followup"]):
        return pd.DataFrame()
    # Regression concerns all patients. Responders are chosen by their own fall.
    in_all = options["reverted_in"] == "responders" and options["induced_in"] == "all"
    d, t, error_d, error_t, correlation, df = (
        own[f"{name}{'_all' if in_all else ''}"].to_numpy(float)
        for name in ("disease", "change", "se_disease", "se_change", "correlation", "df")
    )
    plane = Plane(d, t, error_d**2, error_t**2, correlation * error_d * error_t, df)
    claimed = PEOPLE[options["reverted_in"]]
    # Where arms were randomised the control has ended, and only at this visit is there none.
    at = "" if design.get("arm") is None else f" at {design['followup']}"
    seen = "all patients" if in_all else claimed
    return regression_to_the_mean(plane, activity, claimed, seen, at)


def regression_to_the_mean(
    plane: Plane, measured: Repeatability | None, claimed: str, seen: str, at: str = ""
) -> pd.DataFrame:
    """Row of `without_control`.

    Parameters
    ----------
    plane : Plane
        Of the reverted genes.
    measured : Repeatability or None
        None where nothing was measured twice before treatment.
    claimed, seen : str
        In whom they are reverted, and of whom the plane is.
    at : str
        ` at <visit>` where other visits have a control.

    Returns
    -------
    DataFrame
        One row: topic `regression_to_the_mean`, n_genes, recovered (median of -change / disease),
        recovered_low (median of the lower 95% limit), repeatability, expected_regression (1 - r),
        n_explained (genes whose interval reaches down to it), statement.
    """
    low, _, kind = fieller(plane)
    # An interval that is not bounded reaches down to any share.
    low = np.where(kind == "bounded", low, -np.inf)
    row: dict[str, Any] = {"topic": "regression_to_the_mean", "n_genes": len(low)}
    row |= {"recovered": float(np.median(-plane.t / plane.d)), "recovered_low": np.median(low)}
    if measured is None:
        row["statement"] = _unmeasured(row, low, claimed, seen, at)
    else:
        share = 1 - max(measured.r, 0.0)
        row |= {"repeatability": measured.r, "expected_regression": share}
        row |= {"n_explained": int((low <= share).sum())}
        row["statement"] = _measured(row, low, measured, claimed, seen, at)
    return pd.DataFrame([row])


def _unmeasured(row: Mapping[str, Any], low: Array, claimed: str, seen: str, at: str) -> str:
    numbers = ", ".join(f"at r = {r:g} for {int((low <= 1 - r).sum()):,}" for r in SHOWN)
    least, most = (float(np.clip(1 - row[name], 0, 1)) for name in ("recovered", "recovered_low"))
    return (
        f"Regression to the mean cannot be excluded: there is no control{at}, and nothing was "
        f"measured twice before treatment. {RULE} In {seen} the {_genes(row['n_genes'])} reverted "
        f"in {claimed} came back by a median of {row['recovered']:.0%}. This alone would explain "
        f"the median gene where r is {least:.2f} or less, and cannot be excluded for it (95% "
        f"interval) where r is {most:.2f} or less. It cannot be excluded {numbers} of them."
        f"{_chosen(claimed)}"
    )


def _measured(
    row: Mapping[str, Any], low: Array, measured: Repeatability, claimed: str, seen: str, at: str
) -> str:
    share, worst = row["expected_regression"], 1 - max(measured.low, 0.0)
    return (
        f"Regression to the mean, without a control{at}: {measured.what} at {measured.visits[0]} "
        f"and {measured.visits[1]}, both before treatment, correlates by r = {measured.r:.2f} (95% "
        f"CI {measured.low:.2f} to {measured.high:.2f}, {measured.n} patients). {RULE} That is "
        f"{share:.0%}, at the lower limit of r {worst:.0%}. Of the {_genes(row['n_genes'])} "
        f"reverted in {claimed} this cannot be excluded for {row['n_explained']:,}, at the lower "
        f"limit for {int((low <= worst).sum()):,} (95% interval of the fraction that came back in "
        f"{seen}). "
        f"Over a longer time r is smaller.{_chosen(claimed)}"
    )


def _chosen(claimed: str) -> str:
    if claimed != PEOPLE["responders"]:
        return ""
    return (
        " Responders are chosen by their own fall, whatever made it, so that what they lose "
        "without any drug is more."
    )


def _genes(n: int) -> str:
    return f"{n:,} gene{'' if n == 1 else 's'}"
