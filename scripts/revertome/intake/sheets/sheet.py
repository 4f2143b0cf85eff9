"""From sheet to study samples: who is in, which visit, who is paired with whom."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from revertome.errors import StudyError
from revertome.intake import checks
from revertome.intake.columns import TEXT, few
from revertome.intake.sample_flow import Flow
from revertome.intake.sheets.fields import assign_roles, order_visits, refuse_unknown
from revertome.intake.sheets.meant import meant
from revertome.trial import is_healthy


def complete_roles(
    table: pd.DataFrame,
    extra_columns: list[str],
    intake: Mapping[str, Any],
    design: Mapping[str, Any],
    source: str,
) -> pd.DataFrame:
    """Derive the columns of the study; sample, patient, visit and group always exist.

    Parameters
    ----------
    table
        Sheet or series fields, text, one row a sample.
    extra_columns
        Columns kept under their own names.
    intake, design
        Sections of the study file.
    source
        File or series, for the messages.

    Returns
    -------
    One row a sample in the order and with the index of `table`.

    Raises
    ------
    StudyError
        Roles marked unknown, or a needed role that nothing gives.
    """
    fields = intake["fields"]
    refuse_unknown(fields, table, source)
    covariates = design["covariates"]
    roles = assign_roles(table, fields, covariates, [*extra_columns, *covariates], source)
    if "sample" not in roles and "geo_accession" in table:
        roles["sample"] = table["geo_accession"]
    if "group" not in roles and design["healthy"] is None:
        roles["group"] = "patient"
    checks.require_roles(roles, source, intake, design)
    first = [name for name in (*TEXT[:5], "sex", "age", "batch") if name in roles]
    return roles[[*first, *(name for name in roles.columns if name not in first)]]


def select(
    table: pd.DataFrame,
    roles: pd.DataFrame,
    intake: Mapping[str, Any],
    design: Mapping[str, Any],
    source: str,
) -> tuple[pd.DataFrame, Flow]:
    """Apply `keep`, `exclude`, the naming of visits and `repeats`.

    Parameters
    ----------
    table, roles
        Sheet as read and its roles, same index.

    Returns
    -------
    Samples of the study (index: sample, sorted) and the flow so far.

    Raises
    ------
    StudyError
        Unknown values in `keep` or `exclude`, unknown visits or groups, repeats.
    """
    healthy, rule = design["healthy"], intake["fields"].get("visit", {})
    ordered = "first" in rule or "last" in rule
    origin = _origin(table, intake["fields"].get("group", {}))
    flow = Flow(design, ordered, origin)
    checks.unique_samples(roles, source)
    flow.add("sample sheet", roles)
    samples = _keep(table, roles, intake, flow, source)
    checks.whole_rows(samples, source)
    checks.known_groups(samples, healthy, source)
    well = is_healthy(samples, {"healthy": healthy})
    if origin is not None:
        checks.healthy_by_their_words(origin[samples.index][well], source)
    samples = samples.copy()
    if ordered:
        samples["visit"] = order_visits(samples, rule, ~well, source)
        flow.ordered = False
    # ASSUME healthy samples are of no visit: every one of them is a control.
    samples["visit"] = samples["visit"].mask(well).astype(object)
    note = "neither first nor last visit" if ordered else "visit is empty"
    samples = flow.keep("visits", samples, well | samples["visit"].notna(), note)
    checks.known_visits(samples, design, source)
    samples = _one_a_visit(samples, intake, flow, source)
    checks.one_person(samples, healthy, source)
    checks.people_spelled_alike(samples, source)
    samples = samples.set_index(samples["sample"].rename(None)).sort_index()
    return samples, flow


def _origin(table: pd.DataFrame, rule: Mapping[str, Any]) -> pd.Series | None:
    """What the sheet calls the groups, where whole cells say so."""
    return table[rule["field"]] if "pattern" not in rule and rule.get("field") in table else None


def _keep(
    table: pd.DataFrame, roles: pd.DataFrame, intake: Mapping[str, Any], flow: Flow, source: str
) -> pd.DataFrame:
    samples = roles
    for field, values in intake["keep"].items():
        column = table[field] if field in table else roles.get(field)
        if column is None:
            raise StudyError(
                f"intake.keep: {source} has no column '{field}'; it has {few(table.columns, 12)}"
            )
        known = sorted(column.dropna().unique())
        found = {str(value): meant(value, known) for value in values}
        absent = [value for value, same in found.items() if not same]
        wanted = [value for same in found.values() for value in same]
        if absent:
            raise StudyError(
                f"intake.keep.{field}: {few(absent)} does not occur in {source}; it has "
                f"{few(known, 12)}"
            )
        mask = column.isin(wanted).loc[samples.index]
        samples = flow.keep(f"keep {field}", samples, mask, f"{field} not {' or '.join(wanted)}")
    named = {name: meant(name, roles["sample"]) for name in intake["exclude"]}
    exclude = {sample: str(intake["exclude"][name]) for name in named for sample in named[name]}
    absent = [name for name, same in named.items() if not same]
    if absent:
        raise StudyError(
            f"intake.exclude: {few(absent)} is not a sample of {source}; samples are named like "
            f"{few(roles['sample'][:3])}"
        )
    reasons = "; ".join(f"{name} ({reason})" for name, reason in sorted(exclude.items()))
    return flow.keep("exclude", samples, ~samples["sample"].isin(exclude), reasons)


def _one_a_visit(
    samples: pd.DataFrame, intake: Mapping[str, Any], flow: Flow, source: str
) -> pd.DataFrame:
    ranked = samples.sort_values("sample")
    repeated = (ranked["visit"].notna() & ranked.duplicated(["patient", "visit"])).loc[
        samples.index
    ]
    if repeated.any() and intake["repeats"] == "error":
        row = samples[repeated].sort_values("sample").iloc[0]
        same = samples[(samples["patient"] == row["patient"]) & (samples["visit"] == row["visit"])]
        raise StudyError(
            f"{source}: patient '{row['patient']}' has {len(same)} samples at visit "
            f"'{row['visit']}' ({few(sorted(same['sample']))}); leave all but one out with "
            "intake.exclude or intake.keep, or set intake.repeats: first"
        )
    return flow.keep("repeats", samples, ~repeated, "further samples of a patient at one visit")
