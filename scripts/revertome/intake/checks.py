"""Checks across samples, matrix and design that a schema cannot make."""

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
import pandas as pd

from revertome.asked import columns_named
from revertome.errors import StudyError
from revertome.intake.columns import few, place
from revertome.intake.match_samples import r_name
from revertome.intake.missing_words import MISSING
from revertome.one_visit import LEAST
from revertome.trial import (
    MINIMUM_PAIRS,
    complete_pairs,
    followups,
    is_healthy,
    is_patient,
    visits_of,
)
from revertome.unseen import lookalike, lookalikes

NEEDED = ("sample", "patient", "visit", "group")


def require_roles(
    roles: pd.DataFrame, source: str, intake: Mapping[str, Any], design: Mapping[str, Any]
) -> None:
    """Every study needs sample, patient, visit and group, and its covariates."""
    absent = [role for role in NEEDED if role not in roles]
    if absent:
        have = [name for name in roles.columns if name not in absent]
        raise StudyError(
            f"{source}: no column gives {few(absent)}; name the column in intake.fields "
            f"(columns so far: {few(have, 12)})"
        )
    for key, names in columns_named(design).items():
        lacking = [name for name in names if name not in roles]
        if lacking:
            what = "covariate " if key == "design.covariates" else ""
            raise StudyError(
                f"{source}: {what}{few(lacking)} of {key} is not a column; found "
                f"{few(roles.columns, 12)}"
            )


def named_samples(roles: pd.DataFrame, source: str) -> None:
    """Every row has a sample id."""
    empty = roles["sample"].isna()
    if empty.any():
        raise StudyError(
            f"{source}: {place(roles.index[empty][0], roles.index)} has no sample id; fill it in"
        )


def whole_rows(samples: pd.DataFrame, source: str) -> None:
    """Kept samples have a patient and a group."""
    if samples.empty:
        raise StudyError(f"{source}: intake.keep and intake.exclude leave no sample")
    for role in ("patient", "group"):
        empty = samples[role].isna()
        if empty.any():
            raise StudyError(
                f"{source}: sample {few(samples['sample'][empty])} has no {role} (NA, none and the "
                "like are missing, see config/sheets.md); fill it in, map it in "
                f"intake.fields.{role}, or leave the sample out with intake.exclude"
            )


def known_groups(samples: pd.DataFrame, design: Mapping[str, Any], source: str) -> None:
    """Healthy samples and time controls exist where asked for; all others are one group."""
    groups, healthy = sorted(samples["group"].unique()), design["healthy"]
    timed = design.get("time_control")
    if timed is not None and timed not in groups:
        raise StudyError(
            f"{source}: no sample has the group '{timed}' of design.time_control; found "
            f"{few(groups)}{_looks(timed, groups)}"
        )
    if healthy is not None and healthy not in groups:
        raise StudyError(
            f"{source}: no sample has the group '{healthy}' of design.healthy; found "
            f"{few(groups)}{_looks(healthy, groups)}; map the values in "
            "intake.fields.group.values, or set design.healthy: null"
        )
    others = [group for group in groups if group not in (healthy, timed)]
    if len(others) > 1 and healthy is None:
        raise StudyError(
            f"{source}: groups {few(others)}, though design.healthy is null: expected one word for "
            "all patients; keep their group alone by intake.keep: {group: [...]}, or map the words "
            "in intake.fields.group.values"
        )
    if len(others) > 1:
        raise StudyError(
            f"{source}: unknown group {few(others)}{_looks(others[-1], groups)}: expected "
            f"'{healthy}' and one word for all patients; map them in intake.fields.group.values, "
            "or list the groups to use, healthy people among them, in intake.keep"
        )
    well = samples[is_healthy(samples, {"healthy": healthy})]
    if len(well) > 1 and len(well["patient"].unique()) == 1:
        raise StudyError(
            f"{source}: all {len(well)} healthy samples have the patient id "
            f"'{well['patient'].iloc[0]}', and would be one person; give every healthy person an "
            "id (intake.fields.patient reads another column, such as that of the sample)"
        )


def known_visits(samples: pd.DataFrame, design: Mapping[str, Any], source: str) -> None:
    """Visits are those of the design, and all of them occur."""
    asked_visits(samples, design, source)
    known = visits_of(design)
    visits = samples["visit"].dropna()
    odd = visits[~visits.isin(known)]
    if len(odd):
        raise StudyError(
            f"{source}: {place(odd.index[0], odd.index)}: unknown visit '{odd.iloc[0]}'"
            f"{_looks(odd.iloc[0], known)}, expected {few(known)}; "
            f"{_or_followup(design, odd.iloc[0])}leave samples of other visits out with "
            f"intake.fields: {{visit: {{values: {{'{odd.iloc[0]}': null}}}}}}"
        )


def asked_visits(samples: pd.DataFrame, design: Mapping[str, Any], source: str) -> None:
    """All visits of the design occur."""
    known = visits_of(design)
    if len(set(known)) < len(known):
        raise StudyError(f"design.baseline and design.followup are both '{known[0]}'")
    visits = samples["visit"].dropna()
    for name in known:
        key = "baseline" if name == known[0] else "followup"
        if name not in set(visits):
            raise StudyError(
                f"design.{key}: visit '{name}' does not occur in {source}; it has "
                f"{few(sorted(visits.unique())) or 'no visit of a patient'}"
                f"{_looks(name, visits.unique())}{_if_missing(name)}"
            )


def _or_followup(design: Mapping[str, Any], visit: str) -> str:
    """The other way out in a study of one visit."""
    return f"name it in design (followup: {visit}), or " if design["followup"] is None else ""


def _looks(name: str, known: Iterable[str]) -> str:
    """Words on a name that looks like one that is known."""
    said = lookalike(name, known)
    return f" ({said})" if said else ""


def _if_missing(name: str) -> str:
    """Words on a name that means missing in a sheet."""
    if name.lower() not in MISSING:
        return ""
    return (
        f". In a sheet '{name}' means missing: give it another name by intake.fields: "
        f"{{visit: {{values: {{'{name}': start}}}}}}, and that in design"
    )


def one_person(samples: pd.DataFrame, healthy: str | None, source: str) -> None:
    """No patient id stands for a healthy person too."""
    well = is_healthy(samples, {"healthy": healthy})
    both = sorted(set(samples["patient"][well]) & set(samples["patient"][~well]))
    if both:
        raise StudyError(
            f"{source}: patient {few(both)} is both '{healthy}' and a patient; give healthy "
            "people ids of their own"
        )


def enough_people(samples: pd.DataFrame, design: Mapping[str, Any], source: str) -> None:
    """At least three patients have both visits; of one visit, three people are on either side."""
    patients = samples[is_patient(samples, design)]
    if design["followup"] is None:
        sides = {f"patients at '{design['baseline']}'": patients["patient"].nunique()}
        if design["healthy"] is not None:
            well = is_healthy(samples, design)
            sides["healthy people"] = samples["patient"][well].nunique()
        if min(sides.values()) < LEAST:
            found = " and ".join(f"{n} {who}" for who, n in sides.items())
            raise StudyError(
                f"{source}: {found}, expected at least {LEAST} of each; check groups and visits"
            )
    for visit in followups(design):
        pairs = len(complete_pairs(patients, design["baseline"], visit))
        if pairs < MINIMUM_PAIRS:
            way = "" if len(followups(design)) < 2 else ", or leave it out of design.followup"
            raise StudyError(
                f"{source}: {pairs} complete pairs ('{design['baseline']}' and "
                f"'{visit}' of one patient), expected at least {MINIMUM_PAIRS}; check "
                f"patient ids and visits{way}"
            )


def finite(values: pd.DataFrame, matrix: str) -> None:
    """Every value of the study (features x samples) is a number or missing."""
    found = values.to_numpy()
    infinite = np.isinf(found)
    if not infinite.any():
        return
    cells = np.argwhere(infinite)
    row, column = cells[0]
    more = ""
    if len(cells) > 1:
        held = values.columns[np.unique(cells[:, 1])]
        more = f", and {len(cells) - 1} more cells, in {len(held)} samples ({few(held)})"
    raise StudyError(
        f"{matrix}: feature {few([values.index[row]])}, sample {few([values.columns[column]])}: "
        f"{found[row, column]}, an infinite value{more}; expected numbers: it is a logarithm "
        "or ratio of 0, or beyond what a number holds; correct it, or leave the cell empty"
    )


def in_matrix(
    samples: pd.Index, columns: pd.Index, source: str, matrix: str, features: pd.Index
) -> None:
    """Every sample of the study is a column of the matrix."""
    absent = [name for name in samples if name not in set(columns)]
    if not absent:
        return
    hint = f"the matrix has columns like {few(columns[:3])}"
    for change, how in ((r_name, "as R changes names (make.names)"), (str.casefold, "in case")):
        alike = {change(str(name)): name for name in columns}
        pairs = [(name, alike[change(name)]) for name in absent if change(name) in alike]
        if pairs:
            hint = f"the matrix has '{pairs[0][1]}' for '{pairs[0][0]}', which differs {how}"
    hint = next((f"'{name}': {said}" for name, said in lookalikes(absent, columns)), hint)
    hint += "; use the same ids in both"
    if absent[0] in features and absent[-1] in features:
        hint = "they are its rows: transpose it, so that features are rows and samples columns"
    raise StudyError(
        f"{source}: {len(absent)} of {len(samples)} samples are not columns of {matrix}: "
        f"{few(absent)}; {hint}"
    )


def in_sheet(columns: pd.Index, listed: pd.Series, source: str, matrix: str) -> None:
    """Every column of the matrix is in the sheet."""
    absent = [name for name in columns if name not in set(listed)]
    if absent:
        looks = next((f" ({said})" for _, said in lookalikes(absent, listed)), "")
        raise StudyError(
            f"{matrix}: {len(absent)} of {len(columns)} samples are not in {source}: "
            f"{few(absent)}{looks}; add them to the sheet (leave them out of the study with "
            "intake.exclude), or remove the columns"
        )
