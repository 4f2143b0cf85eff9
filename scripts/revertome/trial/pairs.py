"""What a pair is: a patient with a sample at baseline and one at follow-up.

Patients are told apart by their id as text and named in sorted order; baseline comes before
follow-up. Healthy people are in no pair: they are of no visit.
"""

from collections.abc import Iterable

import numpy as np
import numpy.typing as npt
import pandas as pd

from revertome.trial.arms import UNIT

Rows = npt.NDArray[np.intp]

MINIMUM_PAIRS = 3  # below which no variance of a change is worth its name


def at_both(before: Iterable[object], after: Iterable[object]) -> list[str]:
    """Patients who are in both lists, as text, sorted.

    Parameters
    ----------
    before, after
        Patients with a sample (or a score) at baseline, and at follow-up. A missing id names
        nobody, so that two samples without one are no pair.
    """
    first, last = ({str(p) for p in patients if not pd.isna(p)} for patients in (before, after))
    return sorted(first & last)


def unit_column(where: pd.DataFrame) -> str:
    """Column that says within whom pairs are formed: the patient, in a crossover in one arm."""
    return UNIT if UNIT in where else "patient"


def complete_pairs(where: pd.DataFrame, baseline: str, followup: str | None) -> list[str]:
    """Patients with a sample at both visits, sorted; in a crossover patients in one arm.

    Nobody in a study of one visit, whose follow-up is None.

    Parameters
    ----------
    where : DataFrame, (n, ...)
        Columns patient and visit, which is missing for healthy people.
    baseline, followup : str
        The two visits.
    """
    if followup is None:
        return []
    patient, visit = where[unit_column(where)], where["visit"].astype(str)
    return at_both(patient[visit.eq(str(baseline))], patient[visit.eq(str(followup))])


def paired_rows(where: pd.DataFrame, baseline: str, followup: str | None) -> tuple[Rows, Rows]:
    """Rows of `where` at baseline and at follow-up of every complete pair, by patient.

    Of several samples of a patient at one visit the first row is taken.

    Returns
    -------
    before, after : (pairs,)
        Positions, in the order of `complete_pairs`.
    """
    row = pd.DataFrame(
        {
            "patient": where[unit_column(where)].astype(str).to_numpy(),
            "visit": where["visit"].astype(str).to_numpy(),
            "row": np.arange(len(where)),
        }
    )
    first = row.drop_duplicates(["patient", "visit"]).set_index(["visit", "patient"])["row"]
    pairs = complete_pairs(where, baseline, followup)
    before, after = (
        first.reindex([(str(visit), patient) for patient in pairs]).to_numpy(dtype=np.intp)
        for visit in (baseline, followup)
    )
    return before, after


def seen_twice(where: pd.DataFrame) -> int:
    """Number of patients at two visits or more, where visits are not yet named."""
    visits = where.groupby("patient", observed=True)["visit"].nunique()
    return int((visits >= 2).sum())


def first_and_second(where: pd.DataFrame) -> tuple[Rows, Rows]:
    """Row of everybody's first sample, and of the second (-1 where there is none).

    Everybody counts, single visits and healthy people too. First is the visit whose name comes
    first in the alphabet, for use where the two visits are exchanged at random.

    Returns
    -------
    first, second : (people,)
        Positions in `where`, by patient.
    """
    order = where.assign(row=np.arange(len(where))).sort_values(["patient", "visit"])
    rows = order.groupby("patient")["row"].agg(list)
    first = np.array([r[0] for r in rows])
    second = np.array([r[1] if len(r) > 1 else -1 for r in rows])
    return first, second
