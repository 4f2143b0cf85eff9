"""Checks across samples, matrix and design that a schema cannot make."""

import re
import warnings
from collections.abc import Mapping
from typing import Any

import pandas as pd

from revertome.errors import Alarm, StudyError
from revertome.intake.columns import few, place, refuse_repeats
from revertome.trial import MINIMUM_PAIRS, complete_pairs, is_healthy

SICK = re.compile(
    r"disease|disorder|syndrome|itis\b|(scler|cirrh|fibr|thromb|tubercul|arthr)osis|psoria|cancer|carcinoma|tumou?r|leuk|lymphoma|sepsis|septic|"
    r"infect|lupus|diabet|asthma|anaemia|anemia|fever|flare|patient|symptomatic|other control",
    re.IGNORECASE,
)
# Words that say that there is none of it.
FREE = re.compile(
    r"\b((no|not|without|free of|never) |non[ -]?)(\w+[ -])?\w*"
    r"(disease|diabet|infect|symptomatic|asthma|cancer|itis)\w*|"
    r"\b(un(infect|affect|diseas)|asymptomatic)\w*|"
    r"\w*(disease|cancer|tumou?r|symptom|itis)[ -]?(free|none|state|status)",
    re.IGNORECASE,
)
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
    lacking = [name for name in design["covariates"] if name not in roles]
    if lacking:
        raise StudyError(
            f"{source}: covariate {few(lacking)} of design.covariates is not a column; found "
            f"{few(roles.columns, 12)}"
        )


def unique_samples(roles: pd.DataFrame, source: str) -> None:
    """Sample ids are there and unique."""
    empty = roles["sample"].isna()
    if empty.any():
        raise StudyError(
            f"{source}: {place(roles.index[empty][0], roles.index)} has no sample id; fill it in"
        )
    refuse_repeats(roles["sample"], f"{source}: sample", "every sample needs one row")


def whole_rows(samples: pd.DataFrame, source: str) -> None:
    """Kept samples have a patient and a group."""
    if samples.empty:
        raise StudyError(f"{source}: intake.keep and intake.exclude leave no sample")
    for role in ("patient", "group"):
        empty = samples[role].isna()
        if empty.any():
            raise StudyError(
                f"{source}: sample {few(samples['sample'][empty])} has no {role}; fill it in, map "
                f"it in intake.fields.{role}, or leave the sample out with intake.exclude"
            )


def known_groups(samples: pd.DataFrame, healthy: str | None, source: str) -> None:
    """Healthy samples exist where they are asked for; all others are one group of patients."""
    groups = sorted(samples["group"].unique())
    if healthy is not None and healthy not in groups:
        raise StudyError(
            f"{source}: no sample has the group '{healthy}' of design.healthy; found "
            f"{few(groups)}; map the values in intake.fields.group.values, or set "
            "design.healthy: null"
        )
    others = [group for group in groups if group != healthy]
    if len(others) > 1:
        well = f"'{healthy}' and " if healthy is not None else ""
        raise StudyError(
            f"{source}: unknown group {few(others)}: expected {well}one word for all "
            "patients; map them in intake.fields.group.values or choose with intake.keep"
        )


def known_visits(samples: pd.DataFrame, design: Mapping[str, Any], source: str) -> None:
    """Visits are those of the design, and both of them occur."""
    known = [design["baseline"], design["followup"]]
    if known[0] == known[1]:
        raise StudyError(f"design.baseline and design.followup are both '{known[0]}'")
    visits = samples["visit"].dropna()
    odd = visits[~visits.isin(known)]
    for name, key in zip(known, ("baseline", "followup"), strict=True):
        if name not in set(visits):
            raise StudyError(
                f"design.{key}: visit '{name}' does not occur in {source}; it has "
                f"{few(sorted(visits.unique()))}"
            )
    if len(odd):
        raise StudyError(
            f"{source}: {place(odd.index[0], odd.index)}: unknown visit '{odd.iloc[0]}', expected "
            f"{few(known)}; leave samples of other visits out with intake.keep, or set "
            f"intake.fields.visit.values: {{'{odd.iloc[0]}': null}}"
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


def people_spelled_alike(samples: pd.DataFrame, source: str) -> None:
    """Warn of patient ids that differ in spelling alone and never share a visit.

    Case, leading zeros and what stands between letters and numbers: P01, p1 and P-1.
    """
    seen = samples[samples["visit"].notna()]
    plain = seen["patient"].astype(str).str.casefold()
    plain = plain.str.replace(r"(?<=[^\W\d])[\s_.-]+(?=\d)|\s+", "", regex=True)
    plain = plain.str.replace(r"(?<!\d)0+(?=\d)", "", regex=True)
    groups = seen.groupby(plain)
    named = [sorted(set(rows["patient"])) for _, rows in groups
             if not rows["visit"].duplicated().any()]  # fmt: skip
    alike = [names for names in named if len(names) > 1]
    if alike:
        first = "; ".join(few(names) for names in alike[:5])
        more = f"; and {len(alike) - 5} more" if len(alike) > 5 else ""
        warnings.warn(
            f"{source}: {first}{more} may be one patient each, seen at different visits; spell "
            "them alike, or they count as people without a pair",
            Alarm,
            stacklevel=3,
        )


def healthy_by_their_words(words: pd.Series, source: str) -> None:
    """Warn where the words of the sheet for healthy samples name a disease.

    Parameters
    ----------
    words
        What the sheet calls the group of each healthy sample.
    """
    named = words.dropna().astype(str)
    sick = named[[bool(SICK.search(FREE.sub("", word))) for word in named]]
    if len(sick):
        warnings.warn(
            f"{source}: {len(sick)} of {len(words)} healthy samples are called "
            f"{few(sick.unique())} in the sheet; if they have a disease, leave them out with "
            "intake.keep or intake.exclude",
            stacklevel=4,
        )


def enough_pairs(samples: pd.DataFrame, design: Mapping[str, Any], source: str) -> None:
    """At least three patients have both visits."""
    pairs = len(complete_pairs(samples, design["baseline"], design["followup"]))
    if pairs < MINIMUM_PAIRS:
        raise StudyError(
            f"{source}: {pairs} complete pairs ('{design['baseline']}' and "
            f"'{design['followup']}' of one patient), expected at least {MINIMUM_PAIRS}; check "
            "patient ids and visits"
        )


def in_matrix(samples: pd.Index, columns: pd.Index, source: str, matrix: str) -> None:
    """Every sample of the study is a column of the matrix."""
    absent = [name for name in samples if name not in set(columns)]
    if not absent:
        return
    alike = {_r_name(name): name for name in columns}
    pairs = [(name, alike[_r_name(name)]) for name in absent if _r_name(name) in alike]
    hint = f"the matrix has columns like {few(columns[:3])}"
    if pairs:
        hint = (
            f"the matrix has '{pairs[0][1]}' for '{pairs[0][0]}', as R changes names "
            "(make.names); use the same ids in both"
        )
    raise StudyError(
        f"{source}: {len(absent)} of {len(samples)} samples are not columns of {matrix}: "
        f"{few(absent)}; {hint}"
    )


def in_sheet(columns: pd.Index, listed: pd.Series, source: str, matrix: str) -> None:
    """Every column of the matrix is in the sheet."""
    absent = [name for name in columns if name not in set(listed)]
    if absent:
        raise StudyError(
            f"{matrix}: {len(absent)} of {len(columns)} samples are not in {source}: "
            f"{few(absent)}; add them to the sheet (leave them out of the study with "
            "intake.exclude), or remove the columns"
        )


def _r_name(name: str) -> str:
    """Change a name as R's make.names does."""
    dotted = re.sub(r"[^A-Za-z0-9._]", ".", name)
    return dotted if re.match(r"^([A-Za-z]|\.(?!\d))", dotted) else f"X{dotted}"
