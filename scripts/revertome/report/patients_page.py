"""The page of patients: one found by name, the table of all, and a card of each."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import pandas as pd

from revertome import naming
from revertome.modules.carrying import DISTANCE, LIMIT, healthy_people
from revertome.naming import named_as
from revertome.naming.cells import flag
from revertome.naming.own import labels_of
from revertome.report.cells import Heading, Table, table
from revertome.report.clinic_rows import clinic_rows
from revertome.report.numbers import Cell
from revertome.report.page import Picture
from revertome.report.pages import embedded, template
from revertome.report.patient_words import SHORT, noted, person, rule, told
from revertome.report.patients import FILE, patients, untold
from revertome.source_data.module_order import PAGE, leading
from revertome.visits import in_order, visits_of

FIGURES = ("waterfall",)  # shown on the page


@dataclass(frozen=True)
class Patient:
    """A card: the patient, what is said, flags of samples, and a table with one row a visit."""

    name: str
    told: str
    flags: str
    rows: list[list[str]]


@dataclass(frozen=True)
class People:
    """What the study knows of each patient.

    `table` is `report/patients.tsv`, `rule` says when a signature is carried (or why nobody can be
    told of), `z` are the values drawn.
    """

    table: pd.DataFrame
    z: pd.DataFrame
    rule: str
    told: list[str]

    @property
    def found(self) -> dict[str, Any]:
        """What a reader looks patients up in: names with sentences, in the order of the cards."""
        names = self.table["patient"].astype(str)
        return {
            "rule": self.rule,
            "people": [list(each) for each in zip(names, self.told, strict=True)],
        }


def gathered(config: Mapping[str, Any], people: Mapping[str, pd.DataFrame]) -> People:
    """Gather and word what is known of each patient.

    Parameters
    ----------
    config
        Configuration as run.
    people
        joined (`association/patients.tsv`), scores, distance, samples.
    """
    asked = {**config, "design": in_order(config["design"])}
    design, module = asked["design"], asked["figures"]["module"]
    known, z = patients(asked, people)
    with named_as(labels_of(config), design):
        reason = untold(asked, people, z)
        n = healthy_people(people["samples"], design)
        words = f"Whether a patient carries a signature cannot be told here: {reason}."
        said = [told(row, _own(z, row["patient"]), module, design)
                for row in known.to_dict("records")]  # fmt: skip
        return People(known, z, words if reason else rule(module, design, n), said)


def page(
    config: Mapping[str, Any],
    people: Mapping[str, pd.DataFrame],
    known: People,
    pictures: Sequence[Picture] = (),
) -> str:
    """Return the page of patients as HTML.

    Parameters
    ----------
    config
        Configuration as run.
    people
        response (`response/patients.tsv`), visits (of the visits sheet), samples, obs (of the
        samples used).
    known
        Of `gathered`.
    pictures
        Figures shown on it.
    """
    asked = {**config, "design": in_order(config["design"])}
    with named_as(labels_of(config), asked["design"]):
        headings, rows = clinic_rows(asked, people)
        flagged = known.table["flags"] if "flags" in known.table else [None] * len(known.table)
        cards = [
            Patient(str(name), words, _flags(flags, asked["design"]), rows.get(str(name), []))
            for name, words, flags in zip(known.table["patient"], known.told, flagged, strict=True)
        ]
        return template("patients.html.j2").render(
            title=config["title"] or config["study"],
            study=config["study"],
            rule=known.rule,
            table=_table(known.table, asked),
            headings=headings,
            cards=cards,
            pictures=pictures,
            found=embedded(known.found),
            drawn=embedded(_drawn(known, asked["design"])),
        )


def _own(z: pd.DataFrame, patient: str) -> pd.DataFrame:
    """Values of one patient by visit."""
    return z[z.index.get_level_values("patient") == patient].droplevel("patient")


def _drawn(known: People, design: Mapping[str, Any]) -> dict[str, Any]:
    """Values by patient, line and visit, of the leading modules where they are many."""
    z, visits = known.z, visits_of(design)
    modules = [name for name in z if name != DISTANCE and z[name].notna().any()]
    kept = leading(-z[modules].abs().mean(), PAGE) if modules else []
    lines = [name for name in z if name in kept or name == DISTANCE]
    roles = ["baseline", *["between"] * (len(visits) - 2), "followup"][: len(visits)]
    names = ["distance to health" if name == DISTANCE else naming.module(name) for name in lines]
    values = []
    for patient in known.table["patient"]:
        own = _own(z, patient)[lines].reindex(visits).round(2).astype(object)
        values.append(own.where(own.notna(), None).T.to_numpy().tolist())
    return {
        "lines": names,
        "visits": [naming.visit(visit) for visit in visits],
        "roles": roles,
        "limit": LIMIT,
        "left": len(modules) - len(kept),
        "z": values,
    }


def _flags(text: Any, design: Mapping[str, Any]) -> str:
    """Flags of samples in words, with names of visits for people."""
    if pd.isna(text):
        return ""
    found = []
    for part in str(text).split("; "):
        visit, sign, flags = part.partition(": ")
        words = ", ".join(map(flag, flags.split(", ")))
        known = visit in visits_of(design)
        found.append(f"{naming.visit(visit) if known else visit}{sign}{words}")
    return "; ".join(found)


def _table(known: pd.DataFrame, config: Mapping[str, Any]) -> Table:
    """The table of the page, its headings and words for people."""
    made = table("patients", "All patients", FILE, known)
    names = [_heading(column, config) for column in made.columns]
    columns = [
        _column([row[i] for row in made.rows], column.id, config["design"])
        for i, column in enumerate(made.columns)
    ]
    return replace(made, columns=names, rows=[list(row) for row in zip(*columns, strict=True)])


def _column(cells: list[Cell], name: str, design: Mapping[str, Any]) -> list[Cell]:
    """Cells of a column in words for people; all of a column of numbers are numbers."""
    number = any(cell.number for cell in cells)
    return [replace(_cell(cell, name, design), number=number) for cell in cells]


def _cell(cell: Cell, column: str, design: Mapping[str, Any]) -> Cell:
    """Write a cell of words for people."""
    if column == "signature":
        return replace(cell, text=SHORT.get(str(cell.sort), cell.text))
    if column == "label" or column.startswith("response_"):
        return replace(cell, text=person(cell.sort)) if cell.text != "–" else cell
    if column == "note":
        return replace(cell, text=noted(cell.text, design))
    if column == "flags":
        return replace(cell, text=_flags(cell.text, design))
    return cell


def _heading(column: Heading, config: Mapping[str, Any]) -> Heading:
    """Name a column that the study names, and the visits of the others."""
    design = config["design"]
    times = {"baseline": design["baseline"], "followup": design["followup"]}
    if column.id.startswith("response_"):
        return replace(
            column, name=f"response, {naming.visit(column.id.removeprefix('response_'))}"
        )
    name, _, time = column.id.rpartition("_")
    if times.get(time) is None:
        return column
    visit = naming.visit(times[time])
    own = {
        "signature": naming.module(config["figures"]["module"]),
        "distance_z": "distance to health",
    }
    if name in config["association"]["variables"]:
        return replace(column, name=f"{naming.variable(name)}, {visit}")
    word = own.get(name) or naming.module(name.removesuffix("_z"))
    return replace(column, name=f"{word}, {visit} (SD)")
