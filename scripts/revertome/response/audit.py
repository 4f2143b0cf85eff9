"""The audit: why each patient met or did not meet each criterion, in plain words."""

from collections.abc import Iterator, Mapping

import numpy as np
import pandas as pd

from revertome.response.course import Course, relative_change
from revertome.response.criteria import Judged, components
from revertome.response.definition import Definition
from revertome.response.words import course_words, words

COLUMNS = ["patient", "visit", "criterion", "baseline", "value", "change", "met", "reason"]
FROM_ZERO = {
    "worsened": "a rise from 0 counts as worsened",
    "ignored": "a rise from 0 does not count",
    "not_assessable": "a rise from 0 cannot be judged",
}


def _rows(criterion: str, judged: Judged) -> pd.DataFrame:
    columns = {"baseline": judged.baseline, "value": judged.value, "change": judged.change}
    return pd.DataFrame(
        {"criterion": criterion, **columns, "met": words(judged.met), "reason": judged.reason},
        index=judged.met.index,
    )


def _component_words(baseline: float, value: float, better: str, zero_baseline: str) -> str:
    course = course_words(baseline, value)
    if baseline != 0 or pd.isna(value):
        return course
    rule = "neither improved nor worsened"
    if value > 0 and better == "lower":
        rule = FROM_ZERO[zero_baseline]
    return f"{course}, {rule}"


def _component_rows(course: Course, definition: Definition) -> Iterator[pd.DataFrame]:
    """Each core variable improved and worsened, by the percentages of the first such criterion."""
    rule = next((r for r in definition.criteria.values() if r["kind"] == "core_set"), None)
    if rule is None:
        return
    better, worse = components(course, rule, definition)
    for name in better:
        pair = course.baseline[name], course.value[name]
        how = definition.core_set[name], definition.zero_baseline
        reason = [_component_words(*both, *how) for both in zip(*pair, strict=True)]
        numbers = (reason, *pair, relative_change(*pair))
        yield _rows(f"improved_{rule['improved_percent']:g}_{name}", Judged(better[name], *numbers))
        yield _rows(f"worsened_{rule['worsened_percent']:g}_{name}", Judged(worse[name], *numbers))


def audit(
    course: Course,
    judged: Mapping[str, Judged],
    met: Mapping[str, Judged],
    definition: Definition,
) -> pd.DataFrame:
    """Account for every verdict.

    Parameters
    ----------
    course
        Clinical course.
    judged, met
        Verdicts on criteria and on endpoints, rows as in `course`.
    definition
        The trial's definition of response.

    Returns
    -------
    One row a patient, visit and criterion: patient, visit, criterion, baseline, value, change
    (fraction of baseline; points where the criterion is a fall or rise in points; missing where it
    looks at the value alone), met (yes, no, not_assessable), reason. The criteria are each core
    variable improved and worsened, the criteria of the definition in its order, and the endpoints
    that are more than one criterion.
    """
    tables = list(_component_rows(course, definition))
    tables += [_rows(name, found) for name, found in judged.items()]
    tables += [_rows(name, found) for name, found in met.items() if name not in judged]
    rows = pd.concat([table.assign(**_numbers(table)) for table in tables])
    order = course.value.index.get_indexer(rows.index)
    rows = rows.iloc[order.argsort(kind="stable")]
    absent = ~course.attended.loc[rows.index].to_numpy()
    rows["reason"] = rows["reason"].mask(absent, "the patient has no such visit")
    return rows.reset_index()[COLUMNS]


def _numbers(table: pd.DataFrame) -> dict[str, pd.Series]:
    return {name: table[name].astype(np.float64) for name in ("baseline", "value", "change")}
