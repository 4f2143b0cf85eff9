"""What the clinic knows of each patient at each visit: response and clinical variables."""

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from revertome import naming
from revertome.report.numbers import cell, decimals
from revertome.report.patient_words import person
from revertome.trial import sheet_followup
from revertome.visits import visits_of


def clinic_rows(
    config: Mapping[str, Any], people: Mapping[str, Any]
) -> tuple[list[str], dict[str, list[list[str]]]]:
    """Lay out the clinic of each patient, one row a visit.

    Parameters
    ----------
    config
        Configuration; its design in order.
    people
        response (patient, visit, response, level), visits (of the visits sheet; may have no rows),
        obs (of the samples used, with patient and visit).

    Returns
    -------
    headings : list of str
        Of the columns; what the study has nothing of is left out.
    rows : dict
        By patient: a visit in each, with text in each column.
    """
    design, clinic = config["design"], config["response"]
    sheet = _named(people["visits"], design, clinic)
    response = _named(people["response"], design, clinic)
    obs = people["obs"].astype({"patient": object, "visit": object})
    order = [v for v in dict.fromkeys([*sheet["visit"], *response["visit"]]) if pd.notna(v)]
    own = visits_of(design)
    order = list(dict.fromkeys([own[0], *(order or own), *own]))
    columns = {}
    for name, heading in (("response", "response"), ("level", "level of response")):
        if name in response and response[name].notna().any():
            columns[heading] = _values(response, name)
    for name in config["association"]["variables"]:
        table = sheet if name in sheet and len(sheet) else obs
        if name in table and pd.to_numeric(table[name], errors="coerce").notna().any():
            columns[naming.variable(name)] = _values(table, name)
    rows: dict[str, list[list[str]]] = {}
    known = {place for column in columns.values() for place in column}
    for patient in dict.fromkeys(place[0] for place in known):
        rows[patient] = [
            [
                naming.visit(visit),
                *(column.get((patient, visit), "–") for column in columns.values()),
            ]
            for visit in order
            if (patient, visit) in known
        ]
    return ["visit", *columns], rows


def _named(
    table: pd.DataFrame, design: Mapping[str, Any], clinic: Mapping[str, Any]
) -> pd.DataFrame:
    """Rows of the visits sheet with the names that the design has for its visits."""
    table = table.reindex(columns=list(dict.fromkeys([*table, "patient", "visit"])))
    table = table.assign(visit=table["visit"].astype(object).map(str, na_action="ignore"))
    names = {str(clinic.get("baseline_visit") or design["baseline"]): str(design["baseline"])}
    if design["followup"] is not None:
        other = sheet_followup(table["visit"].dropna(), design, {"visit": "", **clinic})
        names[str(other)] = str(design["followup"])
    return table.assign(visit=table["visit"].replace(names))


def _values(table: pd.DataFrame, name: str) -> dict[tuple[str, str], str]:
    """Texts of a column by patient and visit; the first where there are several."""
    known = table.dropna(subset=["patient", "visit", name])
    places = list(zip(known["patient"].astype(str), known["visit"].astype(str), strict=True))
    if name == "response":
        texts: Sequence[str] = [person(value) for value in known[name]]
    else:
        digits = decimals(known[name])
        texts = [cell(value, digits).text for value in known[name]]
    return dict(reversed(list(zip(places, texts, strict=True))))
