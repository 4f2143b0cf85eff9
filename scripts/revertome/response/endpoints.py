"""Criteria, and the endpoints made of them."""

from collections.abc import Iterable, Mapping

import pandas as pd

from revertome.errors import StudyError
from revertome.response import systemic
from revertome.response.acr_pedi import CORE, LEVELS, acr_pedi
from revertome.response.course import Course

SYSTEMIC = {
    "no_fever_days": "fever_days",
    "temperature_normal": "temperature",
    "no_systemic_signs": "systemic_signs",
    "crp_normal_or_halved": "crp",
    "esr_normal_or_halved": "esr",
}
FEVER = ("no_fever_days", "temperature_normal")

# An endpoint is met when all its criteria are.
ENDPOINTS: dict[str, tuple[str, ...]] = {
    "primary": ("acr_pedi_30", *SYSTEMIC),
    **{f"acr_pedi_{level}": (f"acr_pedi_{level}",) for level in LEVELS},
    "acr_pedi_30_no_fever": ("acr_pedi_30", *FEVER),
    "acr_pedi_30_no_fever_crp15": ("acr_pedi_30", *FEVER, "crp_below_15"),
    **{f"modified_{level}": (f"acr_pedi_{level}", *SYSTEMIC) for level in (50, 70, 100)},
}
# The one column behind each systemic criterion.
COLUMN = {**SYSTEMIC, "crp_below_15": "crp"}
VARIABLES = [*CORE, *dict.fromkeys(name for name in COLUMN.values() if name not in CORE)]


def columns_of(endpoint: str) -> list[str]:
    """Columns of the visits sheet that an endpoint needs.

    Raises
    ------
    StudyError
        When there is no endpoint of that name.
    """
    if endpoint not in ENDPOINTS:
        raise StudyError(
            f"config response.endpoint: unknown endpoint {endpoint!r}; "
            f"choose one of {', '.join(ENDPOINTS)}"
        )
    needed = [*CORE, *(COLUMN[name] for name in ENDPOINTS[endpoint] if name in COLUMN)]
    return list(dict.fromkeys(needed))


def judge(course: Course, limits: Mapping[str, float]) -> pd.DataFrame:
    """Verdict on every criterion.

    Parameters
    ----------
    course
        Clinical course with the columns of `VARIABLES`.
    limits
        Upper normal limits: crp (mg/l), esr (mm/h), temperature (degrees C).

    Returns
    -------
    DataFrame of `boolean`, the rows of the course, one column a criterion.
    """
    base, value = course.baseline, course.value
    return pd.DataFrame(
        {
            **{f"acr_pedi_{level}": acr_pedi(base, value, level) for level in LEVELS},
            "no_fever_days": systemic.no_fever_days(value["fever_days"]),
            "temperature_normal": systemic.temperature_normal(
                value["temperature"], limits["temperature"]
            ),
            "no_systemic_signs": systemic.no_systemic_signs(value["systemic_signs"]),
            "crp_normal_or_halved": systemic.normal_or_halved(
                base["crp"], value["crp"], limits["crp"]
            ),
            "esr_normal_or_halved": systemic.normal_or_halved(
                base["esr"], value["esr"], limits["esr"]
            ),
            "crp_below_15": systemic.crp_below_15(value["crp"]),
        }
    )


def every(verdicts: pd.DataFrame, criteria: Iterable[str]) -> pd.Series:
    """All criteria met: no as soon as one is not met, else missing while one is missing."""
    met = pd.Series(True, index=verdicts.index, dtype="boolean")
    for name in criteria:
        met &= verdicts[name]
    return met


def endpoints(verdicts: pd.DataFrame) -> pd.DataFrame:
    """Verdict on every endpoint of `ENDPOINTS`.

    `primary` is ACR Pedi 30 with no fever, no systemic signs, and CRP and ESR each normal or down
    by half; `modified_50`, `modified_70` and `modified_100` ask the same with that ACR Pedi
    level. The `no_fever` endpoints are the secondary rows of the ANAJIS trial's Table 2.
    """
    return pd.DataFrame({name: every(verdicts, parts) for name, parts in ENDPOINTS.items()})


def level_reached(verdicts: pd.DataFrame) -> pd.Series:
    """Highest ACR Pedi level shown to be met (0 for none); missing where 30 is not assessable."""
    level = pd.Series(0, index=verdicts.index, dtype="Int64")
    for step in LEVELS:
        level = level.mask(verdicts[f"acr_pedi_{step}"].fillna(False).astype(bool), step)
    return level.mask(verdicts["acr_pedi_30"].isna())
