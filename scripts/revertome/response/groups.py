"""Response in several groups, or as a number, beside the label that splits patients in two."""

import warnings
from collections.abc import Sequence

import numpy as np
import pandas as pd

from revertome.errors import StudyError
from revertome.intake.missing_words import MISSING
from revertome.response.result import Options, Response, treated
from revertome.sheet_word import sheet_word
from revertome.trial import MINIMUM_PAIRS, at_visit, values_of

COLUMNS = ["patient", "group", "rank", "value"]


def judged_words(options: Options) -> dict[str, bool]:
    """Words of the column `response`, and whether they make a responder."""
    groups = [sheet_word(each) for each in options["groups"]]
    if not groups:
        return {"responder": True, "nonresponder": False}
    return {each: each in map(sheet_word, options["responders"]) for each in groups}


def groups_of(
    found: Response, obs: pd.DataFrame, visits: pd.DataFrame, options: Options, design: Options
) -> pd.DataFrame:
    """Group and value of every patient.

    Parameters
    ----------
    found : Response
    obs, visits, options, design
        As of `evaluate`.

    Returns
    -------
    DataFrame
        patient; group (a word of `response.groups`) and rank (its place in that list, from 1);
        value (of `response.value`), each missing where not known. No rows where neither key is
        set.

    Raises
    ------
    StudyError
        A level that the list does not have, or a value that is not one number a patient.
    """
    patient = found.labels["patient"]
    if not options["groups"] and not options["value"]:
        return pd.DataFrame(columns=COLUMNS)
    group, value = pd.Series(dtype=object), pd.Series(dtype=float)
    names = [sheet_word(each) for each in options["groups"]]
    if names:
        group = _groups(found, obs, names, options, design)
        _warn_of_few(names, group)
    if options["value"]:
        value = _values(options["value"], treated(obs, design), visits, options, design)
    own = patient.map(group).astype(object)
    rank = own.map({name: place for place, name in enumerate(names, 1)}).astype("Int64")
    table = pd.DataFrame({"patient": patient, "group": own, "rank": rank})
    return table.assign(value=patient.map(value).astype(float))[COLUMNS]


def _groups(
    found: Response, obs: pd.DataFrame, names: Sequence[str], options: Options, design: Options
) -> pd.Series:
    """Word of each patient who has one, by patient."""
    if options["source"] == "column":
        given = treated(obs, design).dropna(subset="response")
        return given.groupby("patient")["response"].first().map(sheet_word)
    visit = options["visit"] or design["followup"]
    at = found.patients[found.patients["visit"].eq(visit)].dropna(subset="level")
    level = at.set_index("patient")["level"].map(lambda each: sheet_word(float(each)))
    strange = sorted(set(level) - set(names), key=float)
    if strange:
        who = level.index[level.eq(strange[0])][0]
        raise StudyError(
            f"config response.groups: patient {who!r} reached level {strange[0]} at {visit}, which "
            f"is not among {', '.join(names)}; list every level that the definition of response "
            f"gives ({', '.join(sorted(set(level), key=float))} occur)"
        )
    return level


def _values(
    variable: str, rows: pd.DataFrame, visits: pd.DataFrame, options: Options, design: Options
) -> pd.Series:
    """The continuous response of every patient, by patient."""
    clinic = {"baseline_visit": options["baseline_visit"], "visit": options["visit"]}
    if variable in visits and options["visit"] in set(visits["visit"]):
        design = at_visit(design, options["visit"])  # where response is read
    wide = values_of(variable, visits, rows, design, clinic, "response.value")
    first, last = wide["baseline"], wide["followup"]
    differ = first.notna() & last.notna() & ~np.isclose(first, last, rtol=0, atol=1e-12)
    if differ.any():
        who = differ.index[differ][0]
        raise StudyError(
            f"config response.value: {variable} of patient {who!r} is {first[who]:g} at "
            f"{design['baseline']} and {last[who]:g} at {design['followup']}; a response is one "
            f"number a patient: give the same in both rows or leave one empty, or ask by "
            f"differential.change_with: [{variable}] for what goes with its change"
        )
    value = last.fillna(first)
    odd = value.index[np.isinf(value)]
    if len(odd):
        raise StudyError(
            f"config response.value: {variable} of patient {odd[0]!r} is infinite; expected a "
            "number or nothing"
        )
    return value


def _warn_of_few(names: Sequence[str], group: pd.Series) -> None:
    """Warn of groups of few patients, and stop where sheets take the word as missing."""
    counts = group.value_counts().reindex(names, fill_value=0)
    empty = [name for name in names if not counts[name]]
    unread = [name for name in empty if name.lower() in MISSING]
    if unread:
        raise StudyError(
            f"config response.groups: in a sheet {unread[0]!r} means missing, and nobody is in "
            "that group: make it a value by intake.fields.response.values: "
            f"{{{unread[0]}: no_response}}, and write no_response here"
        )
    if empty:
        warnings.warn(
            f"response.groups: nobody is in the group {', '.join(empty)}; its contrast is missing",
            stacklevel=3,
        )
    few = [f"{name} ({counts[name]})" for name in names if 0 < counts[name] < MINIMUM_PAIRS]
    if few:
        warnings.warn(
            f"response.groups: fewer than {MINIMUM_PAIRS} patients are in the group "
            f"{', '.join(few)}; what is said of it rests on the variance of the others",
            stacklevel=3,
        )
