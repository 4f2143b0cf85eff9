"""From sheet to study samples: who is in, which visit, who is paired with whom."""

import warnings
from collections.abc import Mapping
from typing import Any

import pandas as pd

from revertome.asked import columns_named
from revertome.intake import checks
from revertome.intake.columns import TEXT, blank, few
from revertome.intake.healthy_words import healthy_by_their_words
from revertome.intake.names_of_people import halves_of_pairs, names_as_dates, people_spelled_alike
from revertome.intake.sample_flow import Flow
from revertome.intake.sheets.fields import (
    assign_roles,
    before_values,
    refuse_unknown,
)
from revertome.intake.sheets.header import ROW_NAMES, refuse_namesakes
from revertome.intake.sheets.keep import keep_samples
from revertome.intake.sheets.missing import say_missing, warn_of_none
from revertome.intake.sheets.one_row import one_row_each
from revertome.intake.sheets.people import one_person_each, warn_of_two_sexes
from revertome.intake.sheets.repeats import one_a_visit
from revertome.intake.sheets.visit_order import order_visits
from revertome.trial import UNIT, crosses, followups, is_healthy, units_of, visits_of


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
    covariates = [*dict.fromkeys(name for own in columns_named(design).values() for name in own)]
    for name in (*TEXT, "age", *covariates):
        if name not in fields:
            refuse_namesakes(name, table.columns, source)
    say_missing(table, source)
    roles = assign_roles(table, fields, covariates, [*extra_columns, *covariates], source)
    if "sample" not in roles and "geo_accession" in table:
        roles["sample"] = table["geo_accession"]
    if "sample" not in roles:
        roles = roles.rename(columns={ROW_NAMES: "sample"})
    if "group" not in roles and design["healthy"] is None:
        roles["group"] = "patient"
    if "visit" not in roles and design["followup"] is None:
        roles["visit"] = design["baseline"]
    checks.require_roles(roles, source, intake, design)
    warn_of_none(_doubtful_none(table, roles, fields), roles, design["healthy"], source)
    first = [name for name in (*TEXT[:5], "sex", "age", "batch") if name in roles]
    return roles[[*first, *(name for name in roles.columns if name not in first)]]


def _doubtful_none(
    table: pd.DataFrame, roles: pd.DataFrame, fields: Mapping[str, Any]
) -> dict[str, pd.Series]:
    """Arm and response as they stand, unless the study file says what `none` means there."""
    raw = {}
    for role in ("arm", "response"):
        rule = fields.get(role, {})
        told = any(str(key).lower() == "none" for key in rule.get("values", {}))
        if role in roles and rule.get("field", role) in table and not told:
            raw[role] = table[rule.get("field", role)]
    return raw


def select(
    table: pd.DataFrame,
    roles: pd.DataFrame,
    intake: Mapping[str, Any],
    design: Mapping[str, Any],
    source: str,
) -> tuple[pd.DataFrame, Flow]:
    """Apply `keep`, `exclude`, `same_patient`, the naming of visits and `repeats`.

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
        Unknown values in `keep` or `exclude`, two people made one, unknown visits or groups,
        repeats.
    """
    healthy, rule = design["healthy"], intake["fields"].get("visit", {})
    ordered = "first" in rule or "last" in rule
    origin = _origin(table, intake["fields"].get("group", {}))
    flow = Flow(design, ordered, origin)
    checks.named_samples(roles, source)
    flow.add("sample sheet", roles)
    samples = keep_samples(table, roles, intake, healthy, flow, source)
    named = [name for own in columns_named(design).values() for name in own]
    asked = [*intake["fields"], *TEXT, *named] if intake["fields"] else roles.columns
    samples = one_row_each(table, samples, asked, source)
    checks.whole_rows(samples, source)
    samples = one_person_each(table, samples, intake, flow, source)
    checks.known_groups(samples, design, source)
    well = is_healthy(samples, {"healthy": healthy})
    if origin is not None:
        healthy_by_their_words(origin[samples.index][well], source)
    samples, own_visit = samples.copy(), samples["visit"]
    if ordered:
        samples["visit"] = order_visits(samples, rule, ~well, source, intake["repeats"])
        flow.ordered = False
    # ASSUME healthy samples are of no visit, but for time controls: every one is a control.
    followed = design.get("time_control") == healthy and samples["visit"].isin(visits_of(design))
    samples["visit"] = samples["visit"].mask(well & ~followed).astype(object)
    if not ordered:
        _warn_of_no_visit(table, samples[~well], rule, source)
    known = ["first", "last visit"] if ordered else visits_of(design)
    note = f"neither {' nor '.join(known)}" if followups(design) else f"not {known[0]}"
    samples = flow.keep("visits", samples, well | samples["visit"].notna(), note)
    checks.known_visits(samples, design, source)
    if crosses(samples, design):
        samples[UNIT] = units_of(samples, design)
    samples = one_a_visit(samples, own_visit[samples.index], intake, design, flow, source)
    checks.one_person(samples, healthy, source)
    names_as_dates(samples["patient"], source)
    people_spelled_alike(samples, source)
    halves_of_pairs(samples, design, source)
    warn_of_two_sexes(samples, source)
    samples = samples.set_index(samples["sample"].rename(None)).sort_index()
    return samples, flow


def _origin(table: pd.DataFrame, rule: Mapping[str, Any]) -> pd.Series | None:
    """What the sheet calls the groups, where whole cells say so."""
    field = rule.get("field", "group") if rule else None
    return table[field] if "pattern" not in rule and field in table else None


def _warn_of_no_visit(
    table: pd.DataFrame, patients: pd.DataFrame, rule: Mapping[str, Any], source: str
) -> None:
    """Name the samples of patients whose visit is empty by no word of the study file."""
    if rule.get("field", "visit") not in table or "default" in rule:
        return
    found = before_values(table, "visit", rule, source).loc[patients.index]
    mapped = found.isin(list(map(str, rule.get("values", {}))))
    empty = blank(found.to_frame())["visit"].isna() & ~mapped
    lost = sorted(patients["sample"][patients["visit"].isna() & empty])
    if len(lost):
        why = "the pattern does not match" if "pattern" in rule else "it is empty"
        warnings.warn(
            f"{source}: {len(lost)} samples of patients have no visit ({why}) and are left out: "
            f"{few(lost)}; fill it in if they belong to the study",
            stacklevel=3,
        )
