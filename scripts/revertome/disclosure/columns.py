"""One sheet as it may leave intake: the columns that are asked for, without people's names."""

from collections.abc import Collection
from dataclasses import dataclass

import pandas as pd

from revertome.count_columns import cell_type
from revertome.disclosure.ages import hidden_ages
from revertome.disclosure.allowed import ROLES
from revertome.disclosure.dates import days_of
from revertome.disclosure.days import as_batches, from_baseline
from revertome.disclosure.direct import direct, names_a_person
from revertome.disclosure.evidence import identifying
from revertome.disclosure.names import Names
from revertome.errors import StudyError
from revertome.handling import says_handling

CODED = ("sample", "patient")  # replaced by codes, whatever they hold


@dataclass(frozen=True)
class Sheet:
    """A sheet, and what may leave of it.

    Attributes
    ----------
    table
        One row a sample, or a patient and visit: patient, visit and other columns.
    what
        What to call it in messages.
    kept
        Columns that may leave, beside counts of white cells by their usual names.
    baseline
        Visit from which days are counted.
    bands
        Width of age bands in years, None for none.
    """

    table: pd.DataFrame
    what: str
    kept: Collection[str]
    baseline: str
    bands: int | None


def allowed(sheet: Sheet, names: Names, handled: bool) -> pd.DataFrame:
    """Leave out what nothing asks for, and check and change what stays.

    Parameters
    ----------
    sheet : Sheet
    names : Names
        Everything that names a person of the study.
    handled : bool
        Keep the partition of the samples by a column that says how they were handled (chip,
        centre, day of the scan), which quality looks for, as codes that say nothing else.

    Returns
    -------
    DataFrame
        Dates as days from each person's own baseline, days of processing as numbered batches, ages
        of 90 and older as 90.

    Raises
    ------
    StudyError
        Columns that are asked for and would tell who somebody is; no message names a person.
    """
    table = sheet.table
    asked = [name for name in table if str(name) in sheet.kept or cell_type(name)]
    rest = [name for name in table if name not in asked]
    technical = [n for n in rest if handled and _shared(table[n]) and not names.told(str(n))]
    faults: list[str] = []
    changed = {}
    for name in asked:
        if name not in CODED:
            try:
                changed[name] = _column(table[name], sheet, names)
            except StudyError as fault:
                faults.append(str(fault))
    if faults:
        raise StudyError(
            f"privacy: pseudonymise: {sheet.what}: {'; '.join(faults)}. Nothing was written. "
            "Correct the sheet (of samples: also by intake.fields.<column>.values), or name the "
            "column in the configuration no longer"
        )
    for name in technical:
        changed[name] = _codes(table[name])
    _say(sheet.what, [n for n in rest if n not in technical], technical, names)
    kept = [name for name in table if name in asked or name in technical]
    return table[kept].assign(**changed)


def _column(column: pd.Series, sheet: Sheet, names: Names) -> pd.Series:
    """One column that is asked for, or an error that says what it would tell."""
    people, name = sheet.table["patient"], str(column.name)
    column = column.astype(object) if isinstance(column.dtype, pd.CategoricalDtype) else column
    if names.told(name):
        raise StudyError(
            "the name of a column that the configuration asks for holds an identifier; rename it"
        )
    if name not in ROLES and names_a_person(name):
        raise StudyError(f"'{name}' is a column of names, addresses, births or numbers of people")
    days = days_of(column)
    if days is not None and name == "visit":
        raise StudyError("the names of the visits are dates; name them by words, such as week12")
    if days is not None and says_handling(name):
        return as_batches(days, name)
    if days is not None:
        return from_baseline(days, people, sheet.table["visit"].astype(object) == sheet.baseline)
    cells = identifying(_rare(column, people, names) if name == "visit" else column, people, names)
    found = (
        [f"{cells} cell{'s' * (cells > 1)} with identifiers of patients or samples"]
        if cells
        else []
    )
    if found := found or direct(column, people):
        raise StudyError(f"'{name}' has {' and '.join(found)}")
    return hidden_ages(column, sheet.bands)


def _rare(visit: pd.Series, people: pd.Series, names: Names) -> pd.Series:
    """Visits without short names that half of the people had, such as a day D1 beside donors."""
    there = people[visit.notna()].astype(str)
    had = there.groupby(visit.dropna().to_numpy()).nunique()
    common = [name for name in had.index[had * 2 >= there.nunique()] if names.is_short_name(name)]
    return visit.where(~visit.isin(common))


def _shared(column: pd.Series) -> bool:
    """Whether a column says how samples were handled, with several samples a value."""
    return says_handling(column.name) and 2 <= column.nunique() <= column.notna().sum() / 2


def _codes(column: pd.Series) -> pd.Series:
    """Numbered codes in the order of the values, or of the days where they are dates."""
    text = column.astype(object).where(column.isna(), column.astype(str))
    try:
        days = days_of(text)
    except StudyError:
        days = None
    order = text.dropna().rank(method="dense") if days is None else days
    return as_batches(order.reindex(column.index), str(column.name))


def _say(what: str, out: list[object], technical: list[object], names: Names) -> None:
    """Write into the log which columns stayed behind, without the names of people."""
    shown = [str(name) for name in out if not names.told(str(name))]
    hidden = len(out) - len(shown)
    more = [f"{hidden} whose names hold identifiers"] if hidden else []
    if out:
        print(
            f"privacy: left out of the {what}: {', '.join([*shown, *more])} (a column leaves "
            "intake where the configuration names it: a covariate, a variable, in intake.fields)"
        )
    if technical:
        print(f"privacy: as numbered codes of the {what}: {', '.join(map(str, technical))}")
