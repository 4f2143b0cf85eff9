"""The trial table: responders by arm, with tests of a 2 x 2 table and intervals."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from revertome.statistics.proportions import MISSING, control_arm, difference, odds_ratio
from revertome.statistics.two_by_two import compare_arms

COLUMNS = [
    "endpoint",
    "visit",
    "arm",
    "responders",
    "n",
    "n_assessed",
    "p_pearson",
    "p_yates",
    "p_fisher",
    "set",
    "versus",
    "difference",
    "CI.L",
    "CI.R",
    "odds_ratio",
    "odds_low",
    "odds_high",
]
SETS = ("itt", "assessable")


def trial(patients: pd.DataFrame, endpoints: Sequence[str], control: str = "") -> pd.DataFrame:
    """Count responders by endpoint, visit and arm.

    Set `itt` (intention to treat): every patient of the arm counts at every visit, and one whose
    visit is missing or not assessable counts as a non-responder. Set `assessable`: those who were
    assessed, and no other. `n_assessed` says how many were. After a switch of treatment (an
    open-label extension) the arms are as randomised and their p no longer compares drug with
    placebo.

    Parameters
    ----------
    patients
        One row a patient and visit: patient, arm, visit and one column an endpoint
        (yes, no, not_assessable).
    endpoints
        Columns to count.
    control
        Arm that the others are compared with; the last by name when empty.

    Returns
    -------
    DataFrame with the columns of `COLUMNS`, all rows of `itt` first. The p are repeated on each
    arm's row; `difference` (arm minus `versus`, with Newcombe's interval CI.L to CI.R) and the
    conditional odds ratio with its exact interval stand on the rows of the other arms than the
    control. Patients whose arm is missing are counted and not compared.
    """
    return pd.DataFrame(
        [
            row
            for chosen in SETS
            for endpoint in endpoints
            for visit, at_visit in patients.groupby("visit", sort=False)
            for row in _arms(endpoint, visit, at_visit, chosen, control)
        ],
        columns=COLUMNS,
    )


def _arms(
    endpoint: str, visit: object, rows: pd.DataFrame, chosen: str, control: str
) -> list[tuple[object, ...]]:
    # ASSUME in the set itt a patient who was not assessed did not respond
    counts = []
    for arm, met in rows.groupby("arm", dropna=False)[endpoint]:
        assessed = int((met != "not_assessable").sum())
        n = len(met) if chosen == "itt" else assessed
        counts.append((arm, int((met == "yes").sum()), n, assessed))
    named = {arm: (yes, n) for arm, yes, n, _ in counts if isinstance(arm, str)}
    p = compare_arms([yes for yes, _ in named.values()], [n for _, n in named.values()])
    versus = control_arm(list(named), control) if len(named) > 1 else None
    found: list[tuple[object, ...]] = []
    for arm, yes, n, assessed in counts:
        gap = odds = MISSING
        other = versus if arm in named and arm != versus else None
        if other is not None:
            gap = difference(named[arm], named[other])
            odds = odds_ratio(named[arm], named[other])
        rest = (chosen, np.nan if other is None else other, *gap, *odds)
        found.append((endpoint, visit, arm, yes, n, assessed, *p, *rest))
    return found
