"""A draft of the study file from the fields of a GEO series, to be finished by hand."""

import json
import re
import warnings
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd

from revertome.errors import StudyError
from revertome.intake.columns import blank
from revertome.intake.expected import compare, hinting
from revertome.intake.fetch import geo as fetch
from revertome.intake.read.series_matrix import Series, read_series_matrix
from revertome.intake.sheets.guess_clinic import (
    Clinical,
    clinical_fields,
    covariates_word,
    field_lines,
    response_lines,
)
from revertome.intake.sheets.guess_roles import BEFORE, HEALTHY, ROLES, Guess, given, guesses
from revertome.intake.source import one_platform, read_series
from revertome.trial import MINIMUM_PAIRS, seen_twice

_SHOWN = 8


def draft(study: str, intake: Mapping[str, Any]) -> tuple[pd.DataFrame, str]:
    """Propose the mapping of a series' fields to the roles of a study.

    Parameters
    ----------
    study
        Name of the study.
    intake
        `accession`, or a local series matrix or SOFT file in `matrix`; `platform` where the series
        holds several.

    Returns
    -------
    fields : DataFrame
        field, characteristic, n_samples, n_values, values (the most frequent with their counts),
        likely (roles).
    text : str
        A study file in YAML with comments.

    Raises
    ------
    StudyError
        No GEO series, several platforms and none named, no network.

    Warns
    -----
    UserWarning
        No before/after series as far as the fields tell.
    """
    _refuse_others(intake)
    with hinting(intake, "platform"):
        series, platform = _series(intake)
    if "expected" in intake:
        compare(intake["expected"], series.samples.index, platform, "", series.accession)
    series = replace(series, samples=blank(series.samples))
    found = guesses(series.samples)
    clinic = clinical_fields(
        series.samples, {listed[0].field for listed in found.values() if listed}
    )
    doubt = _unpaired(series.samples, found)
    if doubt:
        warnings.warn(f"{intake.get('accession') or series.accession}: {doubt}", stacklevel=2)
    named = {**intake, "platform": platform}
    text = _yaml(study, named, series, found, clinic)
    return _fields(series, found, clinic), "".join([f"# {doubt}\n" if doubt else "", text])


def _series(intake: Mapping[str, Any]) -> tuple[Series, str]:
    local = intake.get("matrix")
    series = read_series(local) if local else None
    if series is None:
        geo = fetch.open_geo({**intake, "matrix": None})
        path = fetch.fetch_series_matrix(geo, str(intake.get("accession")), intake.get("platform"))
        local, series = str(path), read_series_matrix(path)
    return one_platform(series, intake.get("platform"), str(local))


def _refuse_others(intake: Mapping[str, Any]) -> None:
    """Stop where the study is no GEO series: there are no fields to draft from."""
    source, accession, matrix = (intake.get(k) for k in ("source", "accession", "matrix"))
    own = (
        "write a sample sheet with one row a sample and the columns sample, patient, visit and "
        "group, and map other names in intake.fields (README.md, Your own study)"
    )
    if source not in (None, "geo"):
        raise StudyError(
            f"snakemake sheet drafts the study file of a GEO series, and intake.source is "
            f"{source}; {own}"
        )
    if not matrix and not re.fullmatch(r"GSE\d+", str(accession)):
        given = "none is given" if accession is None else f"found '{accession}'"
        raise StudyError(
            f"snakemake sheet needs intake.accession, a GEO series such as GSE1234 ({given}); "
            f"without one {own}"
        )


def _unpaired(table: pd.DataFrame, found: dict[str, list[Guess]]) -> str:
    """Say that this is no before/after series as far as its fields tell; empty where it is."""
    if table.empty:
        return ""
    values = {role: given(table, found[role][0]) for role in ("patient", "visit") if found[role]}
    n = len(table)
    absent = [role for role in ("patient", "visit") if role not in values]
    if absent:
        which = " and no field ".join({"patient": "says who was sampled", "visit": "says when"}[r]
                                      for r in absent)  # fmt: skip
        return (
            f"no before/after series as far as its fields tell: of {n} samples no field {which}. "
            "If every sample is of another person, as in a case-control study, it has no pairs to "
            "analyse; else name the fields, or give a table of samples in intake.samples."
        )
    seen = pd.DataFrame(values).dropna()
    pairs = seen_twice(seen)
    if pairs >= MINIMUM_PAIRS:
        return ""
    return (
        f"no before/after series as far as its fields tell: '{found['patient'][0].field}' and "
        f"'{found['visit'][0].field}' give {pairs} people at two visits, of "
        f"{seen['patient'].nunique()}, and at least {MINIMUM_PAIRS} are needed. Correct the two "
        "fields, or take another study."
    )


def _fields(series: Series, found: dict[str, list[Guess]], clinic: list[Clinical]) -> pd.DataFrame:
    rows = []
    for name in series.samples.columns:
        column = series.samples[name].dropna().astype(str)
        likely = [role for role in ROLES if any(g.field == name for g in found[role])]
        likely += [each.name for each in clinic if each.field == name]
        rows.append(
            (name, name in series.characteristics, len(column), column.nunique(), _shown(column),
             ", ".join(likely))
        )  # fmt: skip
    names = ["field", "characteristic", "n_samples", "n_values", "values", "likely"]
    table = pd.DataFrame(rows, columns=names)
    order = (table["likely"] == "").astype(int) * 2 + (~table["characteristic"]).astype(int)
    return table.iloc[order.argsort(kind="stable")].reset_index(drop=True)


def _shown(column: pd.Series) -> str:
    counts = column.value_counts().sort_index().sort_values(ascending=False, kind="stable")
    text = ", ".join(f"{str(value)[:40]} ({n})" for value, n in counts.head(_SHOWN).items())
    more = f", and {len(counts) - _SHOWN} more" if len(counts) > _SHOWN else ""
    return " ".join(f"{text}{more}".split())


def _yaml(
    study: str,
    intake: Mapping[str, Any],
    series: Series,
    found: dict[str, list[Guess]],
    clinic: list[Clinical],
) -> str:
    counts = not len(series.expression)
    lines = [
        "# A draft: compare every line with the table of fields beside it, correct, and run it.",
        f"study: {_word(study)}",
        "intake:",
        "  source: geo",
        f"  assay: {'rnaseq' if counts else 'microarray'}",
    ]
    if intake.get("accession"):
        lines.append(f"  accession: {intake['accession']}")
    if intake.get("matrix"):
        lines.append(f"  matrix: {_word(intake['matrix'])}")
    if intake.get("platform"):
        lines.append(f"  platform: {intake['platform']}")
    if counts:
        lines.append("  # The series matrix holds no values; name the file of counts:")
        lines += [f"  # supplementary: {Path(url).name}" for url in series.supplementary]
    lines.append("  fields:")
    visits: list[str] = []
    for role in ROLES:
        lines += _role(role, found[role], series.samples, visits)
    shown = {each.field: _shown(series.samples[each.field].dropna().astype(str)) for each in clinic}
    lines += field_lines(clinic, series.samples, shown)
    baseline, followup = visits[:2] if len(visits) > 1 else ("before", "after")
    drafted = [role for role in ROLES if found[role]]
    healthy = any(line.strip().endswith(": healthy") for line in lines)
    lines += [
        "  # keep: {field: [values]}        # only samples of these values",
        "  # exclude: {GSM000: the reason}  # single samples to leave out",
        "design:",
        f"  baseline: {_word(baseline)}",
        f"  followup: {_word(followup)}",
        f"  healthy: {'healthy' if healthy else 'null  # no field with healthy samples was found'}",
        f"  covariates: []{covariates_word(drafted, clinic)}",
        "response: {source: none}",
        "# In the place of that line, one of these:",
        *(f"# {line}" for line in response_lines(clinic)),
    ]
    return "\n".join(lines) + "\n"


def _role(role: str, listed: list[Guess], table: pd.DataFrame, visits: list[str]) -> list[str]:
    if not listed:
        if role not in ("patient", "visit"):
            return []
        return [f"    {role}: {{unknown: no field looks like the {role}; name it here}}"]
    best = listed[0]
    column = given(table, best).dropna().astype(str)
    others = ", ".join(dict.fromkeys(g.field for g in listed[1:5] if g.field != best.field))
    lines = [f"    # {column.nunique()} values: {_shown(column)}"]
    lines += [f"    # or: {others}"] if others else []
    lines += [f"    {role}:", f"      field: {_word(best.field)}"]
    if best.pattern:
        lines.append(f"      pattern: {_word(best.pattern)}")
    if role == "group":
        lines += ["      values:"] + [
            f"        {_word(v)}: {'healthy' if HEALTHY.search(v) else 'patient'}"
            for v in sorted(column.unique())
        ]
        lines += ["      default: patient"] if best.pattern else []
    if role == "visit":
        lines += _visit(column, visits)
    if role == "age" and pd.to_numeric(column, errors="coerce").isna().any():
        lines.append(r"      pattern: '^([\d.]+)'  # years; look at the unit")
    return lines


def _visit(column: pd.Series, visits: list[str]) -> list[str]:
    """Two visits as they are named; numbers, or more than two, by their order."""
    values = sorted(column.unique())
    if pd.to_numeric(column, errors="coerce").notna().all() and len(values) > 2:
        visits += ["first", "last"]
        return ["      first: first  # names of each patient's first and last sample",
                "      last: last"]  # fmt: skip
    visits += sorted(values, key=lambda v: (not BEFORE.search(v), v))
    if len(values) == 2:
        return []
    return ["      # more than two: set those not compared to null", "      values:"] + [
        f"        {_word(v)}: {_word(v)}" for v in visits
    ]


def _word(text: str) -> str:
    return json.dumps(str(text), ensure_ascii=False)
