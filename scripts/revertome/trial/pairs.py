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


def further_samples(where: pd.DataFrame) -> Rows:
    """Rows of the samples of everybody after the first two, (people, m), -1 where there are fewer.

    Visits in the order of their names; no columns where no patient has more than two samples.
    """
    order = where.assign(row=np.arange(len(where))).sort_values(["patient", "visit"])
    sick = order[order["visit"].notna()]
    if sick.empty or sick.groupby("patient").size().max() < 3:
        return np.empty((order["patient"].nunique(), 0), dtype=np.intp)
    place = order.groupby("patient").cumcount().to_numpy()
    person = pd.factorize(order["patient"])[0]
    found = np.full((person.max() + 1, place.max() + 1), -1)
    found[person, place] = order["row"]
    return found[:, 2:]


def one_a_person(values: pd.DataFrame, where: pd.DataFrame, others: pd.DataFrame) -> pd.DataFrame:
    """Values of the samples of a visit with one row a patient, sorted.

    A patient of a crossover counts once in tests of patients: with the mean over the arms in which
    the other visit was sampled too, so that a change is one within arms; over all arms where there
    is none.

    Parameters
    ----------
    values : DataFrame, (n, k)
        Samples of patients at one visit.
    where, others : DataFrame
        patient, and in a crossover the patient in one arm, of these samples and of those at the
        other visit.

    Returns
    -------
    DataFrame, (patients, k)
    """
    patient = pd.Index(where["patient"].astype(str), name="patient")
    if not patient.duplicated().any():
        return values.set_axis(patient).sort_index()
    unit = unit_column(where)
    whole = where[unit].isin(others[unit]).to_numpy()
    some = pd.Series(whole).groupby(patient.to_numpy()).transform("any").to_numpy()
    kept = whole | ~some
    return values[kept].set_axis(patient[kept]).groupby(level=0).mean()
