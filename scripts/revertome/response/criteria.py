"""Kinds of criteria: each takes the course and gives verdict, numbers behind it and reason."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from revertome.response.core_set import counted, improved, worsened
from revertome.response.course import Course, known, relative_change
from revertome.response.definition import COMPARISONS, Definition
from revertome.response.words import course_words

Rule = Mapping[str, Any]
NONE = float("nan")
COMPARE: dict[str, Callable[[pd.Series, float], pd.Series]] = {
    "at_least": lambda x, limit: x >= limit,
    "more_than": lambda x, limit: x > limit,
    "at_most": lambda x, limit: x <= limit,
    "less_than": lambda x, limit: x < limit,
}
NEEDED = {"at_least": "at least", "more_than": "more than", "at_most": "at most"}
NEEDED["less_than"] = "below"


@dataclass(frozen=True)
class Judged:
    """A criterion judged in every row of the course; missing where it is not assessable."""

    met: pd.Series
    reason: list[str]
    baseline: pd.Series | float = NONE
    value: pd.Series | float = NONE
    change: pd.Series | float = NONE


def compared(rule: Rule) -> tuple[str, float]:
    """The comparison of a rule and its limit."""
    key = next(key for key in COMPARISONS if key in rule)
    return key, float(rule[key])


def value(course: Course, rule: Rule, definition: Definition) -> Judged:
    """The value at the visit is on the right side of a limit, whatever it was at baseline."""
    after, (key, limit) = course.value[rule["variable"]], compared(rule)
    met = known(COMPARE[key](after, limit), after)
    words = rule.get("reason", f"{{value}} ({NEEDED[key]} {{limit}} needed)")
    reason = [_filled(words, value=x, limit=limit) for x in after]
    return Judged(met, reason, course.baseline[rule["variable"]], after)


def baseline(course: Course, rule: Rule, definition: Definition) -> Judged:
    """The baseline is on the right side of a limit: who can be judged at all."""
    before, (key, limit) = course.baseline[rule["variable"]], compared(rule)
    words = rule.get("reason", f"{{value}} at baseline ({NEEDED[key]} {{limit}} needed)")
    reason = [
        "no baseline value" if pd.isna(x) else _filled(words, value=x, limit=limit) for x in before
    ]
    met = known(COMPARE[key](before, limit), before)
    return Judged(met, reason, before, course.value[rule["variable"]])


def _points(course: Course, rule: Rule, sign: int, word: str) -> Judged:
    before = course.baseline[rule["variable"]]
    after = course.value[rule["variable"]]
    change = (after - before).round(9)
    key, limit = compared(rule)
    met = known(COMPARE[key](change * sign, limit), before, after)
    rest = f"(a {word} of {NEEDED[key].replace('below', 'less than')} {limit:g} needed)"
    reason = [
        f"{y:g}, no baseline value"
        if pd.isna(x)
        else f"{x:g} to {y:g}, {'down' if y < x else 'up'} {abs(y - x):.4g} {rest}"
        for x, y in zip(before, after, strict=True)
    ]
    return Judged(met, reason, before, after, change)


def fall(course: Course, rule: Rule, definition: Definition) -> Judged:
    """Baseline minus value, in points, compared with a limit; 4 is met by a fall of exactly 4."""
    return _points(course, rule, -1, "fall")


def rise(course: Course, rule: Rule, definition: Definition) -> Judged:
    """Value minus baseline, in points, compared with a limit: "not up by 0.3 or more"."""
    return _points(course, rule, 1, "rise")


def down(course: Course, rule: Rule, definition: Definition) -> Judged:
    """Down by at least a percentage of the baseline.

    From a baseline of 0 nothing can be down: not met, or missing under `not_assessable`.
    """
    before = course.baseline[rule["variable"]]
    after = course.value[rule["variable"]]
    change = relative_change(before, after)
    met = known(change <= -rule["percent"] / 100, before, after)
    if definition.zero_baseline == "not_assessable":
        met = met.mask(before == 0)
    courses = [course_words(*pair) for pair in zip(before, after, strict=True)]
    reason = [f"{words} (down by {rule['percent']:g}% needed)" for words in courses]
    return Judged(met, reason, before, after, change)


def normal_or_down(course: Course, rule: Rule, definition: Definition) -> Judged:
    """Normal, or down by at least a percentage from baseline (CRP and ESR of the ANAJIS trial).

    Normal is value <= limit and needs no baseline. A value above the limit from a baseline of 0
    is not down (missing under `not_assessable`); with a missing baseline it is not assessable.
    """
    fallen, limit = down(course, rule, definition), rule["limit"]
    before = course.baseline[rule["variable"]]
    after = course.value[rule["variable"]]

    def tell(first: float, last: float) -> str:
        if last <= limit:
            return f"{last:g} is normal (limit {limit:g})"
        if first == 0:
            return f"{last:g} is above the limit {limit:g} from a baseline of 0"
        return f"above the limit {limit:g}: {course_words(first, last)}"

    reason = [tell(*pair) for pair in zip(before, after, strict=True)]
    return Judged(known(after <= limit, after) | fallen.met, reason, before, after, fallen.change)


def absent(course: Course, rule: Rule, definition: Definition) -> Judged:
    """None of the signs is present: every one is 0. One that is present settles it."""
    signs = list(rule["signs"])
    after = course.value[signs]
    met = pd.Series(True, index=after.index, dtype="boolean")
    for sign in signs:
        met &= known(after[sign] == 0, after[sign])
    named = {sign: sign.replace("_", " ") for sign in signs}
    every = ", ".join(named.values())
    reason = [
        f"{', '.join(named[s] for s in signs if row[s] > 0)} present"
        if any(row[s] > 0 for s in signs)
        else f"{every} absent"
        for row in after.to_dict("records")
    ]
    one = signs[0]
    single = (course.baseline[one], after[one]) if len(signs) == 1 else (NONE, NONE)
    return Judged(met, reason, *single)


def core_set(course: Course, rule: Rule, definition: Definition) -> Judged:
    """Enough core variables improved, and not too many worsened: see `core_set.counted`."""
    better, worse = components(course, rule, definition)
    met = counted(better, worse, rule, definition.missing)
    size, rose = better.shape[1], f"{rule['worsened_percent']:g}%"
    counts = better.sum(axis=1), worse.sum(axis=1), (better.isna() | worse.isna()).sum(axis=1)
    reason = [
        f"{n_better} of {size} improved by at least {rule['improved_percent']:g}% "
        f"({rule['in_at_least']} needed), {n_worse} worsened by more than {rose} "
        f"({rule['in_at_most']} allowed), {missing} not assessable"
        for n_better, n_worse, missing in zip(*counts, strict=True)
    ]
    return Judged(met, reason)


def components(
    course: Course, rule: Rule, definition: Definition
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Verdicts improved and worsened of each core variable of a rule."""
    names = rule.get("variables", definition.core_set)
    better, worse = {}, {}
    for name in names:
        pair = course.baseline[name], course.value[name]
        how = definition.core_set[name], definition.zero_baseline
        better[name] = improved(*pair, rule["improved_percent"], *how)
        worse[name] = worsened(*pair, rule["worsened_percent"], *how)
    return pd.DataFrame(better), pd.DataFrame(worse)


KINDS: dict[str, Callable[[Course, Rule, Definition], Judged]] = {
    **dict(value=value, baseline=baseline, fall=fall, rise=rise, down=down),
    **dict(normal_or_down=normal_or_down, absent=absent, core_set=core_set),
}


def _filled(words: str, **numbers: float) -> str:
    for name, number in numbers.items():
        words = words.replace(f"{{{name}}}", f"{number:g}")
    return words
