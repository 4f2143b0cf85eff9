"""`intake.keep` and `intake.exclude`, with healthy people never lost unseen."""

import warnings
from collections.abc import Mapping
from typing import Any

import pandas as pd

from revertome.errors import StudyError
from revertome.intake.columns import few
from revertome.intake.missing_words import MISSING
from revertome.intake.sample_flow import Flow
from revertome.intake.sheets.header import refuse_namesakes
from revertome.intake.sheets.meant import all_meant, meant
from revertome.trial import is_healthy

_OF_PATIENTS = ("visit", "arm", "response")  # healthy people need none of these


def keep_samples(
    table: pd.DataFrame,
    roles: pd.DataFrame,
    intake: Mapping[str, Any],
    healthy: str | None,
    flow: Flow,
    source: str,
) -> pd.DataFrame:
    """Apply `keep`, then `exclude`.

    Healthy samples without a value in the field are kept, as they are of no visit and no arm.

    Parameters
    ----------
    table, roles
        Sheet as read and its roles, same index.
    healthy
        Value of `group` of healthy samples.

    Raises
    ------
    StudyError
        A column or value that does not exist, or a field that leaves no healthy person or no
        patient.
    """
    samples = roles
    for field, values in intake["keep"].items():
        samples = _keep_one(table, samples, field, values, intake, healthy, flow, source)
    named = {name: meant(name, roles["sample"]) for name in intake["exclude"]}
    exclude = {sample: str(intake["exclude"][name]) for name in named for sample in named[name]}
    absent = [name for name, same in named.items() if not same]
    if absent:
        raise StudyError(
            f"intake.exclude: {few(absent)} is not a sample of {source}; samples are named like "
            f"{few(roles['sample'][:3])}"
        )
    reasons = "; ".join(f"{name} ({reason})" for name, reason in sorted(exclude.items()))
    out = samples[samples["sample"].isin(exclude)]
    flow.excluded = out.reindex(columns=["patient", "visit"]).assign(
        reason=out["sample"].map(exclude)
    )
    return flow.keep("exclude", samples, ~samples["sample"].isin(exclude), reasons)


def _keep_one(
    table: pd.DataFrame,
    samples: pd.DataFrame,
    field: str,
    values: list[Any],
    intake: Mapping[str, Any],
    healthy: str | None,
    flow: Flow,
    source: str,
) -> pd.DataFrame:
    column = table[field].loc[samples.index] if field in table else samples.get(field)
    if column is None:
        refuse_namesakes(field, table.columns, f"intake.keep: {source}")
        raise StudyError(
            f"intake.keep: {source} has no column '{field}'; it has {few(table.columns, 12)}"
        )
    present = table.get(field, column).dropna().astype(str).unique()
    wanted = all_meant(values, present, f"intake.keep.{field}", source)
    text = column.astype(str).where(column.notna())
    empty = text.isna() | (text.str.lower().isin(MISSING) & ~text.isin(wanted))
    well = is_healthy(samples, {"healthy": healthy})
    spared = well & empty
    mask = text.isin(wanted) | spared
    _refuse_loss_of_all(text, well, mask, field, source)
    _warn_of_healthy(samples, text, well, mask, field, intake["fields"], source)
    _warn_of_loss(samples, mask, spared, field, intake["fields"], source)
    lost = samples["group"][~mask].fillna("no group").value_counts().sort_index()
    note = f"{field} not {' or '.join(wanted)} (" + ", ".join(
        f"{group} {n}" for group, n in lost.items()
    ) + ")"  # fmt: skip
    if spared.any():
        note += f"; {int(spared.sum())} healthy samples without {field} kept"
    return flow.keep(f"keep {field}", samples, mask, note)


def _refuse_loss_of_all(
    text: pd.Series, well: pd.Series, mask: pd.Series, field: str, source: str
) -> None:
    for people, who in ((well, "healthy people"), (~well, "patients")):
        if people.any() and not (people & mask).any():
            held = few(sorted(text[people].fillna("empty").unique()))
            hint = ", or set design.healthy: null" if who == "healthy people" else ""
            raise StudyError(
                f"intake.keep.{field} leaves out all {int(people.sum())} samples of {who} in "
                f"{source}: their {field} is {held}; add what is to be kept{hint}"
            )


def _warn_of_healthy(
    samples: pd.DataFrame,
    text: pd.Series,
    well: pd.Series,
    mask: pd.Series,
    field: str,
    fields: Mapping[str, Any],
    source: str,
) -> None:
    """Warn of healthy samples lost for a word of their own where patients have visit or arm."""
    if field in _patients_alone(fields):
        lost = well & ~mask & ~text.isin(set(text[~well].dropna()))
        if lost.any():
            warnings.warn(
                f"{source}: intake.keep.{field} leaves out {int(lost.sum())} of {int(well.sum())} "
                f"healthy samples, whose {field} is {few(sorted(text[lost].unique()))}: "
                f"{few(sorted(samples['sample'][lost]))}; add that if they are to be kept",
                stacklevel=4,
            )


def _patients_alone(fields: Mapping[str, Any]) -> set[str]:
    """Columns of what healthy people need not have."""
    return {name for role in _OF_PATIENTS for name in (role, fields.get(role, {}).get("field"))}


def _warn_of_loss(
    samples: pd.DataFrame,
    mask: pd.Series,
    spared: pd.Series,
    field: str,
    fields: Mapping[str, Any],
    source: str,
) -> None:
    """Warn of healthy samples kept without a value, and of an arm or label that is all gone."""
    if spared.any() and field not in _patients_alone(fields):
        warnings.warn(
            f"{source}: {int(spared.sum())} healthy samples have no {field} and are kept by "
            f"intake.keep.{field}: {few(sorted(samples['sample'][spared]))}; leave them out with "
            "intake.exclude if they do not belong here",
            stacklevel=4,
        )
    for role in ("arm", "response"):
        if role in samples and field not in (role, fields.get(role, {}).get("field")):
            before = samples[role].dropna().value_counts()
            for level in sorted(set(before.index) - set(samples[role][mask].dropna())):
                warnings.warn(
                    f"{source}: intake.keep.{field} leaves out all {before[level]} samples of "
                    f"{role} '{level}'",
                    stacklevel=4,
                )
