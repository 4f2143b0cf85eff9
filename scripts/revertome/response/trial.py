"""The trial table: responders by arm, with the three classical tests of a 2 x 2 table."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

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
]


def compare_arms(responders: Sequence[int], n: Sequence[int]) -> tuple[float, float, float]:
    """Test that arms respond alike.

    Parameters
    ----------
    responders, n
        Responders and patients of each arm.

    Returns
    -------
    Two-sided p of Pearson's chi-square without and with Yates' continuity correction, and of
    Fisher's exact test. All are missing when a margin of the table is zero; the last two are
    defined for two arms only.
    """
    from scipy.stats import chi2_contingency, fisher_exact

    yes, patients = np.asarray(responders, dtype=int), np.asarray(n, dtype=int)
    table = np.column_stack([yes, patients - yes])
    if len(table) < 2 or not (table.sum(axis=0).all() and table.sum(axis=1).all()):
        return np.nan, np.nan, np.nan
    pearson = float(chi2_contingency(table, correction=False).pvalue)
    if len(table) > 2:
        return pearson, np.nan, np.nan
    yates = float(chi2_contingency(table, correction=True).pvalue)
    return pearson, yates, float(fisher_exact(table).pvalue)


def trial(patients: pd.DataFrame, endpoints: Sequence[str]) -> pd.DataFrame:
    """Count responders by endpoint, visit and arm.

    The denominator `n` is intention-to-treat: every patient of the arm counts at every visit,
    and one whose visit is missing or not assessable counts as a non-responder; `n_assessed`
    says how many were assessed. After a switch of treatment (an open-label extension) the arms
    are as randomised and their p no longer compares drug with placebo.

    Parameters
    ----------
    patients
        One row a patient and visit: patient, arm, visit and one column an endpoint
        (yes, no, not_assessable).
    endpoints
        Columns to count.

    Returns
    -------
    DataFrame with the columns of `COLUMNS`; the p are repeated on each arm's row. Patients whose
    arm is missing are counted and not tested.
    """
    # ASSUME a patient who was not assessed did not respond
    rows = []
    for endpoint in endpoints:
        for visit, at_visit in patients.groupby("visit", sort=False):
            arms = [
                (arm, int((met == "yes").sum()), len(met), int((met != "not_assessable").sum()))
                for arm, met in at_visit.groupby("arm", dropna=False)[endpoint]
            ]
            named = [counts for counts in arms if isinstance(counts[0], str)]
            p = compare_arms([counts[1] for counts in named], [counts[2] for counts in named])
            rows += [(endpoint, visit, *counts, *p) for counts in arms]
    return pd.DataFrame(rows, columns=COLUMNS)
