"""What is said of one patient, and the rule behind it."""

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from revertome import naming
from revertome.modules.carrying import DISTANCE, healthy_chance, place
from revertome.naming.known import GROUPS
from revertome.report.people import listed
from revertome.visits import visits_of

SIGNATURES = {
    "still": "still carries the {module} signature at {last}",
    "no_longer": "no longer carries the {module} signature at {last}",
    "newly": "carries the {module} signature at {last}, but did not at {first}",
    "neither": "carries the {module} signature neither at {first} nor at {last}",
    "carried": "carries the {module} signature at {last}",
    "not_carried": "does not carry the {module} signature at {last}",
}
SHORT = {
    "still": "still carried",
    "no_longer": "no longer carried",
    "newly": "newly carried",
    "neither": "not carried",
    "carried": "carried",
    "not_carried": "not carried",
}
PERSON = {
    "responder": "responder",
    "nonresponder": "non-responder",
    "unlabelled": "no response label",
    "treated": "treated",
}
MODULES = 4  # named one by one


def person(label: Any) -> str:
    """Name of the response of one patient: the study's own, else in the singular."""
    own = naming.group(label)
    return PERSON.get(str(label), own) if own == GROUPS.get(str(label), own) else own


def rule(module: str, design: Mapping[str, Any], people: int) -> str:
    """Say when a signature is carried, and how sure that is."""
    word = naming.module(module)
    return (
        f"A patient carries a signature at a visit where the score lies above the mean of {people} "
        f"{naming.healthy()} by more than two of their standard deviations (SD). The signature of "
        f"this study is {word} (figures.module). It rests on one sample at each visit: of further "
        f"healthy people {healthy_chance(people):.1%} would lie above the limit, too, and a score "
        "near it may lie on either side in a second sample."
    )


def told(row: Mapping[str, Any], z: pd.DataFrame, module: str, design: Mapping[str, Any]) -> str:
    """Word what is known of a patient.

    Parameters
    ----------
    row
        Of `report/patients.tsv`.
    z
        Values of the patient, by visit: of `standing`.
    module, design
        The module asked about (`figures.module`), and the design, in order.
    """
    visits = [visit for visit in visits_of(design) if visit in z.index]
    words = [_signature(row, module, design)]
    if module in z and z[module].notna().any():
        words.append(f"Score in healthy SD: {_course(z[module], visits)}; limit 2.")
    if DISTANCE in z and z[DISTANCE].notna().any():
        words.append(f"Distance to health, in the same unit: {_course(z[DISTANCE], visits)}.")
    last = str(design["followup"] or design["baseline"])
    if pd.notna(n := row.get("n_reverted_normalised")):
        words.append(
            f"Of {row['n_reverted']:,.0f} reverted genes {n:,.0f} lie within the healthy range at "
            f"{naming.visit(last)}."
        )
    if last in z.index:
        words += _others(z.loc[last].drop([DISTANCE, module], errors="ignore"), last)
    return " ".join(words)


def _signature(row: Mapping[str, Any], module: str, design: Mapping[str, Any]) -> str:
    """Whether the signature is carried, or why that cannot be told."""
    last = naming.visit(design["followup"] or design["baseline"])
    first, word = naming.visit(design["baseline"]), naming.module(module)
    note = "" if pd.isna(row.get("note")) else noted(str(row["note"]), design)
    who = [naming.arm(row["arm"])] if pd.notna(row.get("arm")) else []
    who += [person(row["label"])] if pd.notna(row.get("label")) else []
    who_words = f" ({', '.join(who)})" if who else ""
    state = row.get("signature")
    if pd.isna(state) or not state:
        still = "" if design["followup"] is None else "still "
        asked = f"whether the {word} signature is {still}carried at {last}"
        return f"{row['patient']}{who_words}: {asked} cannot be told ({note or 'no score'})."
    what = SIGNATURES[str(state)].format(module=word, first=first, last=last)
    unknown = f"; whether it did before cannot be told ({note})" if note else ""
    return f"{row['patient']}{who_words} {what}{unknown}."


def noted(note: str, design: Mapping[str, Any]) -> str:
    """Write a note of the table with names of visits for people."""
    parts = [part.rpartition(" at ") for part in note.split("; ")]
    known = visits_of(design)
    return "; ".join(
        f"{what} at {naming.visit(visit)}" if visit in known else f"{what}{at}{visit}"
        for what, at, visit in parts
    )


def _course(values: pd.Series, visits: Sequence[str]) -> str:
    """Values at the visits that have one, with where they lie."""
    known = [visit for visit in visits if pd.notna(values.get(visit))]
    return ", ".join(f"{naming.visit(v)} {sd(values[v])} ({place(values[v])})" for v in known)


def _others(z: pd.Series, visit: str) -> list[str]:
    """Modules outside the healthy range at a visit, the furthest first."""
    lie = z.map(place)
    words = []
    for where, sign in (("above", -1), ("below", 1)):
        mine = (sign * z[lie == where]).sort_values(kind="stable").index
        names = [naming.module(name) for name in mine]
        if names:
            words.append(f"{where} it: {listed(names, MODULES)}")
    if not words:
        return []
    return [f"Other modules outside the healthy range at {naming.visit(visit)}: "
            f"{'; '.join(words)}."]  # fmt: skip


def sd(z: float) -> str:
    """Write a number of SD to one decimal with a true minus sign."""
    text = f"{z:.1f}"
    return "0.0" if float(text) == 0 else text.replace("-", "−")
