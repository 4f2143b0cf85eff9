"""Which samples are of one person: spellings of a name, and names that must stay two people."""

import warnings
from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from revertome.errors import StudyError
from revertome.intake.columns import few, read_sheet
from revertome.intake.sample_flow import Flow
from revertome.intake.sheets.fields import before_values
from revertome.intake.sheets.meant import meant

TRAITS = ("group", "sex", "arm", "response")  # what one person has one value of
Same = Mapping[str, Sequence[Any]]


def named_alike(patients: pd.Series, same: Same) -> pd.Series:
    """Give every patient the name that its spellings in `intake.same_patient` stand under."""
    present = patients.dropna().unique()
    names = {found: (meant(name, present) or [str(name)])[0] for name, words in same.items()
             for word in words for found in meant(word, present)}  # fmt: skip
    return patients.map(lambda one: names.get(one, one), na_action="ignore")


def one_person_each(
    table: pd.DataFrame,
    samples: pd.DataFrame,
    intake: Mapping[str, Any],
    flow: Flow,
    source: str,
) -> pd.DataFrame:
    """Apply `intake.same_patient`, and refuse to make one person of two.

    Parameters
    ----------
    table
        Sheet as read, index as of `samples`.
    samples
        sample, patient, visit, group, perhaps sex, arm and response.
    intake
        `same_patient`, `fields`, `visits`.
    flow
        Gets a row where names are changed.

    Returns
    -------
    `samples` with one name for each patient.

    Raises
    ------
    StudyError
        A spelling that does not occur, or that stands under two names; two ids made one, here or
        by `intake.fields.patient.values`, that have a sample at one visit or differ in group, sex,
        arm or response.
    """
    same, rule = intake["same_patient"], intake["fields"].get("patient", {})
    _check_spellings(samples["patient"], same, intake.get("visits"), source)
    spelled = samples["patient"]
    samples = samples.assign(patient=named_alike(spelled, same))
    changed = samples["patient"].ne(spelled) & spelled.notna()
    if changed.any():
        flow.add("same patient", samples, f"{int(changed.sum())} samples under another spelling")
    if "values" in rule:
        # The first words there were for a person, before values made them one.
        spelled = before_values(table, "patient", rule, source).loc[samples.index]
    spellings = spelled.groupby(samples["patient"]).nunique()
    for name in spellings.index[spellings > 1]:
        rows = samples[samples["patient"] == name]
        merged = str(name) in map(str, same)
        key = "intake.same_patient" if merged else "intake.fields.patient.values"
        _refuse_two_people(str(name), rows, spelled[rows.index], key, source)
    return samples


def warn_of_two_sexes(samples: pd.DataFrame, source: str) -> None:
    """Warn of a person who is recorded as female and as male."""
    if "sex" in samples:
        sexes = samples.groupby("patient")["sex"].nunique()
        both = sorted(sexes.index[sexes > 1])
        if both:
            warnings.warn(
                f"{source}: patient {few(both)} is female in one sample and male in another; check "
                "whether these are two people",
                stacklevel=3,
            )


def _check_spellings(patients: pd.Series, same: Same, visits: str | None, source: str) -> None:
    listed = [str(word) for words in same.values() for word in words]
    twice = sorted({word for word in listed if listed.count(word) > 1})
    if twice:
        raise StudyError(f"intake.same_patient: {few(twice)} stands under two names; keep one")
    present = sorted(patients.dropna().unique())
    absent = [word for words in same.values() for word in words if not meant(word, present)]
    if absent and visits:  # spelled so in the visits sheet alone
        seen = read_sheet(visits).get("patient", pd.Series(dtype=object)).dropna().unique()
        absent = [word for word in absent if not meant(word, seen)]
    if absent:
        raise StudyError(
            f"intake.same_patient: {few(absent)} is no patient of {source}; patients are "
            f"{few(present)}"
        )


def _refuse_two_people(
    name: str, rows: pd.DataFrame, words: pd.Series, key: str, source: str
) -> None:
    """Refuse ids that cannot be one person."""
    which = f"{key}: {few(sorted(words.dropna().unique()))} cannot be one patient '{name}'"
    at = rows["visit"].dropna()
    for visit, index in at.groupby(at).groups.items():
        if len(words[index].unique()) > 1:
            both = few(sorted(rows.loc[index, "sample"]))
            raise StudyError(
                f"{which}: in {source} they have samples {both} at one visit, '{visit}'; leave one "
                "of them out, or give them names of their own"
            )
    for trait in TRAITS:
        values = rows[trait].dropna().unique() if trait in rows else []
        if len(values) > 1:
            raise StudyError(
                f"{which}: in {source} their {trait} is {few(sorted(values))}; correct it, or give "
                "them names of their own"
            )
