"""The visits sheet: clinical variables, one row a patient and visit."""

import warnings
from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from revertome.errors import StudyError
from revertome.intake.columns import blank, few, number, place, read_sheet
from revertome.intake.names_of_people import plain_names
from revertome.intake.sheets.header import refuse_namesakes
from revertome.intake.sheets.missing import say_missing, warn_of_likely_missing
from revertome.intake.sheets.people import named_alike
from revertome.intake.sheets.schema import check_columns, read_schema
from revertome.intake.sheets.units import one_unit
from revertome.intake.sheets.visit_checks import impossible, one_arm, visit_names, warn_doubtful
from revertome.trial import is_healthy

_NAMES = ["patient", "arm", "visit"]


def read_visits(
    path: str | None,
    samples: pd.DataFrame,
    healthy: str | None,
    names: Sequence[str] = (),
    same: Mapping[str, Sequence[Any]] | None = None,
) -> pd.DataFrame:
    """Read and check the visits sheet.

    Parameters
    ----------
    path
        TSV or CSV; None when the study has none.
    samples
        Samples of the study (patient, group, perhaps arm).
    healthy
        Value of `group` of healthy samples.
    names
        Visits that may occur; any when empty.
    same
        Spellings of one patient by its name (`intake.same_patient`).

    Returns
    -------
    patient, arm, visit (text), then the other columns (float64 where they hold numbers), sorted
    by patient and visit; header only without a sheet.

    Raises
    ------
    StudyError
        Missing columns, a patient's visit twice, an unknown visit or two spellings of one, text in
        a number, a value that its unit does not allow, blood counts in two units, a patient in two
        arms, or patients of which none has a sample.

    Warns
    -----
    UserWarning
        Of values that are possible and look wrong, with row and column.
    """
    if not path:
        return pd.DataFrame(columns=_NAMES, dtype=object)
    found = read_sheet(path)
    say_missing(found, path)
    for name in found.columns:
        refuse_namesakes(str(name).partition(" (column ")[0], found.columns, path)
    table = blank(found)
    untreated = found.get("arm", pd.Series(dtype=object)).astype(str).str.lower().eq("none")
    if untreated.any():
        warnings.warn(
            f"{path}: arm 'none' of {int(untreated.sum())} rows counts as missing; if it is an "
            "arm, give it another word, such as untreated",
            stacklevel=2,
        )
    if "patient" in table:
        table["patient"] = named_alike(table["patient"], same or {})
    for name in table.columns:
        if name not in _NAMES:
            table[name] = number(table[name], path, strict=True, mapped=False)
    schema = read_schema("visits")
    impossible(table, schema, path)
    check_columns(table, schema, path)
    one_unit(table, path)
    _check_keys(table, path)
    visit_names(table, names, path)
    one_arm(table, path)
    warn_doubtful(table, schema, path)
    warn_of_likely_missing(table, False, table.columns, path)
    patients = samples[~is_healthy(samples, {"healthy": healthy})]
    _check_patients(table, patients, path)
    if "arm" not in table:
        arms = _arms(patients)
        table["arm"] = table["patient"].map(arms).astype(object)
    columns = [*_NAMES, *(name for name in table.columns if name not in _NAMES)]
    return table[columns].sort_values(["patient", "visit"], ignore_index=True)


def _check_keys(table: pd.DataFrame, path: str) -> None:
    for name in ("patient", "visit"):
        empty = table[name].isna()
        if empty.any():
            raise StudyError(
                f"{path}: {place(table.index[empty][0], table.index)} has no {name}; fill it in"
            )
    twice = table.duplicated(["patient", "visit"])
    if twice.any():
        row = table.index[twice][0]
        raise StudyError(
            f"{path}: row {row}: patient '{table.loc[row, 'patient']}' has visit "
            f"'{table.loc[row, 'visit']}' twice; keep one row"
        )


def _arms(patients: pd.DataFrame) -> Mapping[Any, Any]:
    if "arm" not in patients:
        return {}
    return dict(patients.dropna(subset="arm").groupby("patient")["arm"].first())


def _check_patients(table: pd.DataFrame, patients: pd.DataFrame, path: str) -> None:
    """Trials hold patients without samples; a sheet of strangers only is a mistake."""
    known, seen = set(patients["patient"]), set(table["patient"])
    if not known & seen:
        raise StudyError(
            f"{path}: none of its patients ({few(sorted(seen), 3)}) has a sample; patients of the "
            f"samples are {few(sorted(known), 3)}; use the same ids in both"
        )
    unseen = pd.Series(sorted(known - seen), dtype=object)
    alike = dict(zip(plain_names(unseen), unseen, strict=True))
    strange = pd.Series(sorted(seen - known), dtype=object)
    pairs = [(alike[plain], name) for plain, name in zip(plain_names(strange), strange, strict=True)
             if plain in alike]  # fmt: skip
    hint = ""
    if pairs:
        one, other = pairs[0]
        hint = f"; {other!r} may be {one!r} of the samples: if so, name it in intake.same_patient"
    for absent, what in ((seen - known, f"have no sample{hint}"), (known - seen, "have no visit")):
        if absent:
            warnings.warn(f"{path}: patients {few(sorted(absent))} {what}", stacklevel=3)
