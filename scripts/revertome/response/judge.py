"""Verdicts on all criteria of a definition, and on the endpoints made of them."""

from collections.abc import Mapping
from dataclasses import replace

import pandas as pd

from revertome.response.course import Course
from revertome.response.criteria import KINDS, Judged, Rule
from revertome.response.definition import Definition
from revertome.response.words import verdicts_text


def judge(course: Course, definition: Definition) -> dict[str, Judged]:
    """Judge every criterion in every row of the course, in the order of the definition."""
    judged: dict[str, Judged] = {}
    for name, rule in definition.criteria.items():
        if rule["kind"] in KINDS:
            found = KINDS[rule["kind"]](course, rule, definition)
            judged[name] = replace(found, reason=_lacking(found.reason, rule, course, definition))
        else:
            parts = {part: judged[part].met for part in rule["of"]}
            reason = verdicts_text(rule["kind"], parts)
            judged[name] = Judged(combined(rule["kind"], parts), reason)
    return judged


def endpoints(judged: Mapping[str, Judged], definition: Definition) -> dict[str, Judged]:
    """Judge every endpoint: all or any of its criteria, `among` those in whom it can be judged.

    An endpoint is not assessable where a criterion of `among` is not met or not assessable.
    """
    found = {}
    for name, (how, names, among) in definition.endpoints.items():
        parts = {part: judged[part].met for part in names}
        met, reason = combined(how, parts), verdicts_text(how, parts)
        for part in among:
            outside = ~judged[part].met.fillna(False).astype(bool)
            met = met.mask(outside)
            reason = [
                f"not judged: {part}: {why}" if out else text
                for out, why, text in zip(outside, judged[part].reason, reason, strict=True)
            ]
        found[name] = Judged(met, reason)
    return found


def combined(how: str, parts: Mapping[str, pd.Series]) -> pd.Series:
    """All or any of the verdicts (Kleene): settled as soon as one part settles it, else missing."""
    first, *others = parts.values()
    for other in others:
        first = first & other if how == "all" else first | other
    return first


def level_reached(
    judged: Mapping[str, Judged], met: Mapping[str, Judged], levels: Mapping[int, str]
) -> pd.Series:
    """Highest level shown to be met, 0 for none.

    Missing where the lowest level is not assessable, and everywhere without levels.
    """
    verdicts = {name: one.met for name, one in {**met, **judged}.items()}
    index = next(iter(verdicts.values())).index
    level = pd.Series(0 if levels else pd.NA, index=index, dtype="Int64")
    for step, name in levels.items():
        level = level.mask(verdicts[name].fillna(False).astype(bool), step)
    for name in list(levels.values())[:1]:
        level = level.mask(verdicts[name].isna())
    return level


def _lacking(reason: list[str], rule: Rule, course: Course, definition: Definition) -> list[str]:
    """Say what is missing where a value at the visit is; of a score, which of its parts."""
    if rule["kind"] in ("core_set", "baseline"):
        return reason
    if rule["kind"] == "absent":
        held = (course.value[list(rule["signs"])] > 0).any(axis=1)
        empty = course.value[list(rule["signs"])].isna().any(axis=1) & ~held
        return ["no value at this visit" if e else r for e, r in zip(empty, reason, strict=True)]
    variable = rule["variable"]
    parts = definition.columns(variable) if variable in definition.scores else []
    texts = []
    for row, text in zip(course.value.index, reason, strict=True):
        last, first = course.value.loc[row], course.baseline.loc[row]
        if pd.isna(last[variable]):
            text = "no value at this visit" + _parts(last, parts)
        elif pd.isna(first[variable]) and "no baseline value" in text:
            text = text.replace("no baseline value", "no baseline value" + _parts(first, parts))
        texts.append(text)
    return texts


def _parts(values: pd.Series, parts: list[str]) -> str:
    absent = [name for name in parts if pd.isna(values[name])]
    return f" ({', '.join(absent)} missing)" if absent else ""
