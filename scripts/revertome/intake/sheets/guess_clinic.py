"""Which fields of a series may be clinical response or covariates, as lines for a draft."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from revertome.count_columns import cell_type

NAMES = {
    "response": r"respon[ds]|\bacr ?(pedi)? ?\d|remission|\boutcome\b|improve|relapse|\bflare",
    "crp": r"\b(hs)?crp\b|c[ -]?reactive",
    "esr": r"\besr\b|sediment",
    "steroid_dose": r"steroid|predni|cortico",
    "sledai": r"\bsledai\b",
    "das28": r"\bdas ?-?28\b",
    "jadas": r"\bjadas\b",
}
# What keeps a field from the name of its kind: another unit, or words in the place of a dose.
OTHER = {**dict.fromkeys(NAMES, r"/|\bu?g\b|_d?l\b"), "steroid_dose": r"^(?!.*dose)"}
SCORES = ("sledai", "das28", "jadas")  # of activity, whose fall may be the response
NOT = re.compile(r"\bnon?\b|non|\bnr\b|poor|fail|\b0\b|false|relapse|worse|\bflare", re.IGNORECASE)
WELL = re.compile(
    r"respond|\bcr\b|\bpr\b|\br\b|yes|good|remission|improve|true|\b1\b", re.IGNORECASE
)
NUMBER = r"^([\d.]+)"
MOST = 12  # values of a response that are listed one by one


@dataclass(frozen=True)
class Clinical:
    """A field that may be clinical: the name it would get, and what it is, a key of `NAMES`."""

    field: str
    name: str
    kind: str


def kind_of(field: str) -> str:
    """What a field is by its name: a key of `NAMES`, `cells` for counts of cells, else empty."""
    for kind, words in NAMES.items():
        if re.search(words, field, re.IGNORECASE):
            return kind
    return "cells" if cell_type(field) else ""


def clinical_fields(table: pd.DataFrame, taken: set[str]) -> list[Clinical]:
    """Fields with two or more values that may be response or a clinical variable.

    Parameters
    ----------
    table
        Fields of the series, text, one row a sample.
    taken
        Fields that already have a role.

    Returns
    -------
    list of Clinical
        In the order of `NAMES`, counts of cells last; every name once.
    """
    found: list[Clinical] = []
    fields = [
        field for field in table if field not in taken and len(table[field].dropna().unique()) > 1
    ]
    for kind in (*NAMES, "cells"):
        for field in (field for field in fields if kind_of(str(field)) == kind):
            plain = re.sub(r"[^a-z\d]+", "_", str(field).lower()).strip("_") or kind
            used = {each.name for each in found}
            # The names of the house are of values in its units, and of doses.
            own = kind == "cells" or kind in used or re.search(OTHER[kind], str(field), re.I)
            name = plain if own else kind
            while name in used:
                name += "_2"
            found.append(Clinical(str(field), name, kind))
    return found


def field_lines(found: list[Clinical], table: pd.DataFrame, shown: Mapping[str, str]) -> list[str]:
    """Lines of `intake.fields` for the fields, comments all, with the values `shown` of each."""
    columns = [table[each.field].dropna().astype(str) for each in found]
    lines = [_line(each, column) for each, column in zip(found, columns, strict=True)]
    heading = "    # May be response or clinical variables; to use one, take its # away:"
    told = [f"    # {line} values: {shown[e.field]}" for e, line in zip(found, lines, strict=True)]
    return [heading, *told] if told else []


def covariates_word(drafted: list[str], found: list[Clinical]) -> str:
    """What may be a covariate, as the rest of the line that names none."""
    names: list[str] = [role for role in ("sex", "age", "batch") if role in drafted]
    names += [each.name for each in found if each.kind != "response"]
    return f"  # or some of [{', '.join(names)}], no more than the patients allow" if names else ""


def _line(each: Clinical, column: pd.Series) -> str:
    """A field as `intake.fields` has it, and how many values it has."""
    rule = f"field: {_word(each.field)}"
    numbers = pd.to_numeric(column, errors="coerce")
    if each.kind == "response" and column.nunique() <= MOST and numbers.isna().any():
        words = ", ".join(f"{_word(v)}: {_label(v)}" for v in sorted(column.unique()))
        rule += f", values: {{{words}}}"
    elif numbers.isna().any() and column.str.match(NUMBER).mean() > 0.5:
        rule += f", pattern: {_word(NUMBER)}"
    return f"{each.name}: {{{rule}}}  # {column.nunique()}"


def response_lines(found: list[Clinical]) -> list[str]:
    """Ways to say who responded, each to be written in the place of `response`."""
    lines = [
        f"response: {{source: column}}  # with the field {each.name} above, each value as "
        "responder, nonresponder or null"
        for each in found
        if each.name == "response"
    ]
    lines += [
        f"response: {{source: activity, activity: {{column: {each.name}, baseline_at_least: 6, "
        "fall_at_least: 4}}  # by the fall of the score; set both limits"
        for each in found
        if each.kind in SCORES
    ]
    return [
        *lines,
        "response: {source: visits, definition: anajis}  # from a sheet of clinical variables, "
        "named as visits under intake",
    ]


def _label(value: str) -> str:
    """The label that a value of a response stands for, as far as it tells; else as it is."""
    if NOT.search(value):
        return "nonresponder"
    return "responder" if WELL.search(value) else _word(value)


def _word(text: str) -> str:
    return json.dumps(str(text), ensure_ascii=False)
