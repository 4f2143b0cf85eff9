"""The form shared by all source-data tables, and the wording of numbers."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from revertome import naming
from revertome.small_cells import WITHHELD, is_small
from revertome.trial import cells, complete_pairs, role, sample_times, visits_of

ADJUSTED = "adjusted p (Benjamini-Hochberg)"
ROLES = ("healthy", "baseline", "followup")
LABELS = ("responder", "nonresponder", "treated", "unlabelled")
RESPONSES = {"responder", "nonresponder"}  # labels of those whose response is known


def stack(caption: str, alt: str, **elements: pd.DataFrame) -> pd.DataFrame:
    """Put tables under each other, the name of each in the column `element`.

    Rows `caption` and `alt` with their words in `text` close the table. Empty tables and missing
    columns leave no trace, so a table means the same after it has been written and read.
    """
    words = pd.DataFrame({"element": ["caption", "alt"], "text": [caption, alt]})
    parts = [
        part.dropna(axis="columns", how="all").assign(element=name)
        for name, part in elements.items()
        if len(part)
    ]
    table = pd.concat([*parts, words], ignore_index=True)
    rest = [name for name in table.columns if name not in ("element", "text")]
    return table[["element", *rest, "text"]]


def absent(sentence: str) -> pd.DataFrame:
    """Return the table of a figure that has nothing to draw, and why."""
    return stack(sentence, sentence, absent=pd.DataFrame({"text": [sentence]}))


def cohort(expression: Any, labels: pd.DataFrame, design: Mapping[str, Any]) -> pd.DataFrame:
    """Return sample, patient, role, visit (as the figure prints it) and response label.

    Samples that are neither healthy nor at baseline or follow-up are left out; rows are sorted by
    role, label and patient, so that patients line up between visits.
    """
    obs = expression.obs
    table = pd.DataFrame(
        {
            "sample": expression.obs_names.astype(str),
            "patient": obs["patient"].astype(str).to_numpy(),
            "role": role(obs, design).to_numpy(),
            "label": cells(obs, labels, design)["label"].to_numpy(),
        }
    )
    table = table[table["role"].notna()]
    names = {"healthy": design["healthy"], **sample_times(design)}
    table.insert(3, "visit", table["role"].map(names))
    order = {name: i for i, name in enumerate((*ROLES, *LABELS))}
    keys = table["role"].map(order) * 10 + table["label"].map(order)
    return (
        table.assign(_key=keys)
        .sort_values(["_key", "patient", "sample"])
        .drop(columns="_key")
        .reset_index(drop=True)
    )


def visit_rows(design: Mapping[str, Any]) -> pd.DataFrame:
    """Return the rows `design` of a figure: role, visit, in order.

    Follow-ups before the main one have the role `between`.
    """
    known = {visit: role for role, visit in sample_times(design).items()}
    rows = [(known.get(visit, "between"), visit) for visit in visits_of(design)]
    return pd.DataFrame(rows, columns=["role", "visit"])


def unclassed(genes: pd.DataFrame) -> bool:
    """Return whether no gene has a class, for want of healthy people or a follow-up."""
    return bool(genes["class"].isna().all())


NO_CLASS = (
    "No gene has a class: what is reverted or induced can be shown with healthy people and a "
    "follow-up only."
)


def pairs(people: pd.DataFrame) -> pd.Series:
    """Return the number of patients with both visits, by label, of a `cohort`."""
    members = people[people["patient"].isin(paired(people))].drop_duplicates("patient")
    return members.groupby("label").size()


def told_labels(n: pd.Series, below: int, people: pd.DataFrame | None = None) -> dict[str, float]:
    """Counts of people by label, and of `all`; missing where `small_cells` withholds them.

    With one label that few people have, all labels go: it could be worked out from the total.
    So it is with a label of which few of the `people`, a `cohort`, have both visits.
    """
    n, total = n.astype(float), float(n.sum())
    few = is_small(n, below).any() or (people is not None and is_small(pairs(people), below).any())
    every = dict.fromkeys(n.index, float("nan")) if few else n.to_dict()
    return {**every, "all": float("nan") if is_small(total, below) else total}


def paired(people: pd.DataFrame) -> list[str]:
    """Return the patients with both visits of a `cohort`, whose role stands for the visit."""
    return complete_pairs(people.assign(visit=people["role"]), "baseline", "followup")


def followed(people: pd.DataFrame) -> pd.DataFrame:
    """Return the cohort without the patients whose label nobody with both visits shares.

    In a study of one visit nobody is left out.
    """
    if people["role"].ne("followup").all():
        return people
    shown = ["healthy", *pairs(people).index]
    return people[people["label"].isin(shown)].reset_index(drop=True)


def medians(samples: pd.DataFrame, value: str, design: Mapping[str, Any], form: str) -> str:
    """Word the medians of a column of `cohort` rows, by visit and group."""
    found = samples.groupby(["role", "label"], sort=False)[value].median()
    times = sample_times(design)
    return "; ".join(
        (
            naming.group(label)
            if role == "healthy"
            else f"{naming.visit(times[role])}, {naming.group(label)}"
        )
        + f": median {m:{form}}"
        for (role, label), m in found.items()
    )


def signed(value: float) -> str:
    """Write a difference to two decimals with a true minus sign."""
    return f"{value:z.2f}".replace("-", "−")


def moved(
    value: float, low: float, high: float, ways: tuple[str, str] = ("rose", "fell")
) -> tuple[str, float, float, float]:
    """Word the direction of a difference, so that its size does not say it again with a sign.

    Returns
    -------
    (str, float, float, float)
        One of the `ways`, and by how much, with its lower and upper limit.
    """
    return (ways[0], value, low, high) if value > 0 else (ways[1], -value, -high, -low)


def p_text(p: float, name: str = "p") -> str:
    """Word a p-value: `p = 0.012`, `p < 0.0001`."""
    if np.isnan(p):
        return f"{name} not available"
    if p < 1e-4:
        return f"{name} < 0.0001"
    return f"{name} = {p:.2g}" if p < 0.1 else f"{name} = {p:.2f}"


def expected_false(number: float) -> str:
    """Word how many of the genes called are expected to be false; empty where it is not known."""
    if pd.isna(number):
        return ""
    return f"about {number:.0f} expected false" if number >= 1.5 else "1 or fewer expected false"


def count(n: float, one: str, many: str | None = None) -> str:
    """Word a count: `1 gene`, `12,000 genes`; `pairs withheld` where it is missing."""
    words = many or one + "s"
    return f"{words} {WITHHELD}" if pd.isna(n) else f"{int(n):,} {one if n == 1 else words}"


def moderated(engine: str) -> str:
    """Name the tests of genes, which are the same whatever was fitted, with the engine."""
    return f"moderated t-tests ({naming.engine(engine)})"
