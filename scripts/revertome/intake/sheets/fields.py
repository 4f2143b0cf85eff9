"""From the columns of a sheet, or the fields of a GEO series, to the roles of the study."""

from collections.abc import Mapping, Sequence
from difflib import get_close_matches
from typing import Any

import numpy as np
import pandas as pd

from revertome.errors import StudyError
from revertome.intake.columns import TEXT, blank, few, normalise_sex, number
from revertome.intake.missing_words import MISSING
from revertome.intake.sheets.header import ROW_NAMES, refuse_namesakes
from revertome.intake.sheets.meant import meant
from revertome.intake.sheets.missing import warn_of_likely_missing
from revertome.intake.sheets.pattern import extracted


def offered(table: pd.DataFrame, most: int = 30) -> str:
    """List columns with an example value each, for messages."""
    examples = [
        f"{name} ('{str(column.dropna().iloc[0])[:40]}')" if column.notna().any() else str(name)
        for name, column in table.items()
    ]
    more = f", and {len(examples) - most} more" if len(examples) > most else ""
    return ", ".join(examples[:most]) + more


def refuse_unknown(fields: Mapping[str, Any], table: pd.DataFrame, source: str) -> None:
    """Stop when a role is marked `unknown`: say what is missing and what the series offers."""
    unknown = {role: rule["unknown"] for role, rule in fields.items() if "unknown" in rule}
    if unknown:
        needed = "; ".join(f"{role}: {text}" for role, text in unknown.items())
        raise StudyError(
            f"{source}: fill in intake.fields for {few(unknown)} in the study file ({needed}).\n"
            f"The fields it offers: {offered(table)}"
        )


def assign_roles(
    table: pd.DataFrame,
    fields: Mapping[str, Any],
    numeric: Sequence[str],
    extra_columns: Sequence[str],
    source: str,
) -> pd.DataFrame:
    """Derive the study's columns from a sheet.

    Parameters
    ----------
    table
        Text columns of the sheet or series as they stand, one row a sample.
    fields
        `{role: {field, pattern, values, default, constant, ...}}`; empty when the sheet already
        carries the names of the roles.
    numeric
        Columns that must be numbers throughout when most of their values are.
    extra_columns
        Columns kept under their own names when no role reads them.
    source
        File or series, for the messages.

    Returns
    -------
    One row a sample: the roles, then the extra columns. `sample`, `patient`, `visit`, `group`,
    `arm`, `sex`, `batch` and `response` are text; other columns are float64 where they hold
    numbers; sex is female or male. Words that mean missing are NaN unless `values` names them.

    Raises
    ------
    StudyError
        A field that does not exist, a bad pattern, text in a number.
    """
    roles = {role: _role(table, role, rule, source) for role, rule in fields.items()}
    read = {rule.get("field") for rule in fields.values()}
    kept = [
        name
        for name in dict.fromkeys(extra_columns)
        if name in table and name not in read and name not in roles
    ]
    extra = blank(table[kept])
    result = pd.DataFrame(
        roles | {_safe(name): extra[name] for name in kept if extra[name].notna().any()},
        index=table.index,
    )
    for name in result.columns:
        if name in (*TEXT, ROW_NAMES):
            continue
        strict = not fields or name in fields or name in numeric or name == "age"
        result[name] = number(result[name], source, strict)
    if "sex" in result:
        result["sex"] = normalise_sex(result["sex"].astype(object), source)
    used = [*fields, *numeric, *TEXT, "age"] if fields else list(result.columns)
    looked_at = [name for name in dict.fromkeys(used) if name not in ("sample", "sex")]
    warn_of_likely_missing(result, True, looked_at, source)
    return result


def _safe(name: str) -> str:
    """Column name that an h5ad file can hold."""
    return "index" if name == "_index" else name.replace("/", "_")


def _role(table: pd.DataFrame, role: str, rule: Mapping[str, Any], source: str) -> pd.Series:
    if "constant" in rule:
        return pd.Series(str(rule["constant"]), index=table.index, dtype=object, name=role)
    field = rule.get("field", role)
    if field not in table.columns:
        refuse_namesakes(field, table.columns, f"intake.fields.{role}: {source}")
        if "field" not in rule:
            raise StudyError(
                f"intake.fields.{role}: give `field` (the column to read) or `constant`"
            )
        near = get_close_matches(field, table.columns, 1, 0.8)
        raise StudyError(
            f"intake.fields.{role}: {source} has no column '{field}'"
            f"{f'; did you mean {near[0]!r}?' if near else '.'}\nIt has: {offered(table)}"
        )
    column = before_values(table, role, rule, source)
    whole = table[field]
    other = int((whole.notna() & column.isna()).sum())
    if other and "default" not in rule:  # the values themselves may name people
        print(
            f"{source}: intake.fields.{role}.pattern matches nothing in {other} of "
            f"{int(whole.notna().sum())} values of '{field}': {role} is missing there"
        )
    words = _words(rule.get("values", {}), column, role, source)
    # A word that means missing is a value where the study file says so.
    column = column.mask(column.astype(str).str.lower().isin(MISSING) & ~column.isin(words))
    column = column.map(lambda v: words.get(v, v), na_action="ignore")
    column = column.map(lambda v: np.nan if v is None else str(v), na_action="ignore")
    if "default" in rule:
        column = column.fillna(str(rule["default"]))
    return column.astype(object)


def before_values(
    table: pd.DataFrame, role: str, rule: Mapping[str, Any], source: str
) -> pd.Series:
    """The field of a role, or the part of it that `pattern` takes, before `values` change it."""
    column = table[rule.get("field", role)].rename(role)
    return _extract(column, rule, role, source) if "pattern" in rule else column


def _words(values: Mapping[Any, Any], column: pd.Series, role: str, source: str) -> dict[str, Any]:
    """New value by each value of the column that is to be replaced."""
    present = sorted(column.dropna().unique())
    found = {key: meant(key, present) for key in values}
    absent = [key for key, same in found.items() if not same]
    words = {value: values[key] for key, same in found.items() for value in same}
    for value, new in words.items():
        # 0017 is read as the number 15, here too; the word that stands in the sheet is meant.
        same = [] if new is None or isinstance(new, str) else meant(new, {*present} - {*words})
        words[value] = same[0] if len(same) == 1 else new
    # A key too many is no fault where every value has one; else it is likely a slip of the pen.
    given = {*words, *values.values()}
    rest = [value for value in present if value not in given and value.lower() not in MISSING]
    if absent and rest:
        raise StudyError(
            f"intake.fields.{role}.values: {few(absent)} does not occur in {source}, and "
            f"{few(rest)} has no new value; correct it or leave it out"
        )
    return words


def _extract(column: pd.Series, rule: Mapping[str, Any], role: str, source: str) -> pd.Series:
    found = extracted(column, rule["pattern"], f"intake.fields.{role}.pattern")
    if column.notna().any() and not found.notna().any():
        raise StudyError(
            f"intake.fields.{role}.pattern '{rule['pattern']}' matches no value of "
            f"'{rule.get('field', role)}' in {source}, e.g. '{column.dropna().iloc[0]}'"
        )
    return found
