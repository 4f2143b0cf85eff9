"""The audit: why each patient met or did not meet each criterion, in plain words."""

from collections.abc import Callable, Iterator, Mapping

import numpy as np
import pandas as pd

from revertome.response.acr_pedi import CORE, LEVELS, improved, worsened
from revertome.response.course import Course, relative_change
from revertome.response.endpoints import COLUMN, ENDPOINTS
from revertome.response.systemic import CRP_LOW

COLUMNS = ["patient", "visit", "criterion", "baseline", "value", "change", "met", "reason"]
VALUE_ALONE = ("no_fever_days", "temperature_normal", "no_systemic_signs", "crp_below_15")


def words(verdict: pd.Series) -> pd.Series:
    """Verdicts as text: yes, no, not_assessable."""
    return verdict.astype(object).map({True: "yes", False: "no"}).fillna("not_assessable")


def course_words(baseline: float, value: float) -> str:
    """What happened to a clinical variable."""
    if pd.isna(value):
        return "no value at this visit"
    if pd.isna(baseline):
        return f"{value:g}, no baseline value"
    if baseline == 0:
        rule = "a rise from 0 counts as worsened" if value > 0 else "neither improved nor worsened"
        return f"0 to {value:g}: no percentage of a baseline of 0, {rule}"
    change = (value - baseline) / baseline
    moved = f"{'down' if change < 0 else 'up'} {abs(change):.1%}" if change else "unchanged"
    return f"{baseline:g} to {value:g}, {moved}"


def systemic_words(criterion: str, limits: Mapping[str, float]) -> Callable[[float, float], str]:
    """How the reason of a systemic criterion reads, given baseline and value."""

    def normal_or_halved(baseline: float, value: float) -> str:
        limit = limits[COLUMN[criterion]]
        if value <= limit:
            return f"{value:g} is normal (limit {limit:g})"
        if baseline == 0:
            return f"{value:g} is above the limit {limit:g} from a baseline of 0"
        return f"above the limit {limit:g}: {course_words(baseline, value)}"

    told: dict[str, Callable[[float, float], str]] = {
        "no_fever_days": lambda _, value: f"{value:g} days of fever",
        "temperature_normal": lambda _, value: (
            f"highest temperature {value:g} (fever from {limits['temperature']:g})"
        ),
        "no_systemic_signs": lambda _, value: f"systemic signs {'present' if value else 'absent'}",
        "crp_normal_or_halved": normal_or_halved,
        "esr_normal_or_halved": normal_or_halved,
        "crp_below_15": lambda _, value: f"{value:g} (below {CRP_LOW:g} needed)",
    }
    return told[criterion]


def _variable_rows(
    course: Course,
    criterion: str,
    variable: str,
    met: pd.Series,
    tell: Callable[[float, float], str] = course_words,
) -> pd.DataFrame:
    baseline, value = course.baseline[variable], course.value[variable]
    reasons = [
        "no value at this visit" if pd.isna(after) else tell(before, after)
        for before, after in zip(baseline, value, strict=True)
    ]
    change = relative_change(baseline, value) if criterion not in VALUE_ALONE else np.nan
    columns = {"baseline": baseline, "value": value, "change": change}
    return pd.DataFrame(
        {"criterion": criterion, **columns, "met": words(met), "reason": reasons},
        index=value.index,
    )


def _core_rows(course: Course) -> Iterator[pd.DataFrame]:
    for name in CORE:
        pair = course.baseline[name], course.value[name]
        yield _variable_rows(course, f"improved_30_{name}", name, improved(*pair, 30))
        yield _variable_rows(course, f"worsened_30_{name}", name, worsened(*pair))


def _acr_pedi_rows(course: Course, verdicts: pd.DataFrame) -> Iterator[pd.DataFrame]:
    pairs = [(course.baseline[name], course.value[name]) for name in CORE]
    worse = pd.concat([worsened(*pair) for pair in pairs], axis=1)
    counts = worse.sum(axis=1), worse.isna().sum(axis=1)
    for level in LEVELS:
        better = pd.concat([improved(*pair, level) for pair in pairs], axis=1).sum(axis=1)
        reasons = [
            f"{n_better} of 6 improved by at least {level}% (3 needed), {n_worse} worsened by more "
            f"than 30% (1 allowed), {missing} not assessable"
            for n_better, n_worse, missing in zip(better, *counts, strict=True)
        ]
        criterion = f"acr_pedi_{level}"
        yield pd.DataFrame(
            {"criterion": criterion, "met": words(verdicts[criterion]), "reason": reasons},
            index=verdicts.index,
        )


def _endpoint_rows(verdicts: pd.DataFrame, met: pd.DataFrame) -> Iterator[pd.DataFrame]:
    told = verdicts.apply(words).to_dict("records")
    for name, criteria in ENDPOINTS.items():
        if name in criteria:
            continue  # the endpoint is that one criterion, which has its row already
        reasons = []
        for row in told:
            no = [part for part in criteria if row[part] == "no"]
            unknown = [part for part in criteria if row[part] == "not_assessable"]
            parts = [f"not met: {', '.join(no)}"] if no else []
            parts += [f"not assessable: {', '.join(unknown)}"] if unknown else []
            reasons.append("; ".join(parts) or "all conditions met")
        yield pd.DataFrame(
            {"criterion": name, "met": words(met[name]), "reason": reasons}, index=verdicts.index
        )


def audit(
    course: Course, verdicts: pd.DataFrame, met: pd.DataFrame, limits: Mapping[str, float]
) -> pd.DataFrame:
    """Account for every verdict.

    Parameters
    ----------
    course
        Clinical course.
    verdicts, met
        Verdicts on criteria and on endpoints, rows as in `course`.
    limits
        Upper normal limits of crp, esr and temperature, quoted in the reasons.

    Returns
    -------
    One row a patient, visit and criterion: patient, visit, criterion, baseline, value, change
    (fraction of baseline, where the criterion looks at it), met (yes, no, not_assessable),
    reason. The criteria are each core variable improved and worsened by 30%, the ACR Pedi levels,
    the systemic conditions, and the endpoints made of several criteria.
    """
    tables = [*_core_rows(course), *_acr_pedi_rows(course, verdicts)]
    for criterion, variable in COLUMN.items():
        tell = systemic_words(criterion, limits)
        tables.append(_variable_rows(course, criterion, variable, verdicts[criterion], tell))
    tables += _endpoint_rows(verdicts, met)
    rows = pd.concat([table.reindex(columns=COLUMNS[2:]) for table in tables])
    order = course.value.index.get_indexer(rows.index)
    rows = rows.iloc[order.argsort(kind="stable")]
    absent = ~course.attended.loc[rows.index].to_numpy()
    rows["reason"] = rows["reason"].mask(absent, "the patient has no such visit")
    return rows.reset_index()[COLUMNS]
