"""Counts of so few people that somebody may be known by them, withheld from tables.

A cell is small where it counts fewer people than a threshold, but not none. With it goes whatever
it could be worked out from: the other parts of its total, the rest of its whole, shares and tests,
and earlier steps of a flow that so few people left.
"""

import re
from collections.abc import Mapping
from typing import Any

import pandas as pd

from revertome.columns.form import Table

WITHHELD = "withheld"
UNITS = ("patients", "people", "samples", "pairs", "pairs or people", "pairs or samples")
# A count and the one it is a part of: the rest is a count of people too.
WHOLE = {"responders": "n", "n_assessed": "n", "fell": "n", "patients_carrying": "n_patients"}
WHOLE |= {"n_responders": "n", "n_nonresponders": "n"}
ARMS = ["stage", "detail", "endpoint", "visit", "set", "variable", "element"]  # what has all arms
TOTALS = ("all", "all patients", "healthy")
LABELLED = ("group", "label", "name", "contrast", "detail")
LABEL = r"(?:.*_)?(?:responders?|nonresponders?|non-responders?|treated|unlabelled)$"
GROUPED = r"(?:change|baseline)_(?!all$|with_|by_response$)\w+$"  # contrast of an arm, of a group
TELLING = ("df", "df.own", "df_residual")  # from which a count follows
# One group of patients, which of them no column says: its size gives the others away.
UNTOLD = ("trajectories/genes.tsv",)
STEPS = ("intake/flow.tsv", "quality/flow.tsv", "association/flow.tsv", "association/absent.tsv")
FREE = ("note", "groups", "statement", "not_claimed", "fact")  # words that may hold counts
# What is said instead of a sentence on few people.
INSTEAD = {
    "association/absent.tsv": f"{{visit}}: how many are absent is {WITHHELD}, as they are few.",
    "trajectories/tipping_points.tsv": "{visit}: how far the absent could turn the set {set} is "
    f"{WITHHELD}, as they are few.",
}
# Whose sentences count genes as well.
OF_GENES = (
    "trajectories/beyond_control_summary.tsv",
    "trajectories/beyond_composition_summary.tsv",
)
COUNTED = r"patient|people|person|sample|pair|responder|healthy"  # of whom they may be
NUMBER = r"(?<![\w.])\d+(?![\w.]*\d)"
# Two groups are compared: from an AUC and its U, or from shares, the size of each follows, and
# the mean of a single patient is the patient's own value.
AUCS = "association/tests.tsv"
OF_PARTS = ("response/", AUCS, "association/absent_severity.tsv", "association/visits.tsv")


def size(n: Any) -> str:
    """Write a number of people that may be withheld."""
    return WITHHELD if pd.isna(n) else f"{n:,.0f}"


def is_small(n: Any, below: int) -> Any:
    """Whether counts are of fewer people than the threshold, but not of none."""
    return (n > 0) & (n < below)


def withheld(data: pd.DataFrame, table: Table, below: int) -> pd.DataFrame:
    """Take small cells out of a result table, and what would give them away.

    Parameters
    ----------
    data : DataFrame
        Rows of a result table.
    table : Table
        Its description: whole numbers of patients, people, samples or pairs count people.
    below : int
        Counts of fewer people are withheld; 0 or 1 withholds none. Tables of one row a patient or
        a sample have no such counts.

    Returns
    -------
    DataFrame
        As many rows; what is withheld is missing.
    """
    counts = [c.name for c in table.columns if c.kind == "integer" and c.unit in UNITS]
    counts = [name for name in counts if name in data]
    if below < 2 or not counts or data.empty:
        return data
    data, whole, part = data.copy(), *_small(data, counts, below, table.file)
    nested = [name for name in counts if WHOLE.get(name) in counts]
    numbers = [c.name for c in table.columns if c.kind == "number" and c.name in data]
    shares = table.file.startswith(OF_PARTS)
    derived = numbers if shares else [name for name in numbers if name in TELLING]
    for name in counts:
        data[name] = (
            pd.to_numeric(data[name]).astype("Int64").mask(part if name in nested else whole)
        )
    for name in derived:
        data[name] = pd.to_numeric(data[name]).astype(float).mask(part if shares else whole)
    for name in (name for name in FREE if name in data):
        told = whole | (whole.shift(fill_value=False) & (table.file in STEPS))  # who left a step
        told |= part | data[name].map(lambda text: _tells_few(text, below))
        data[name] = [
            _without_numbers(row, name, table.file)
            if few and isinstance(row[name], str)
            else row[name]
            for row, few in zip(data.to_dict("records"), told, strict=True)
        ]
    if table.file == AUCS:
        data["note"] = data["note"].astype(object).mask(part, f"{WITHHELD}: few people in a group")
    return data


def _without_numbers(row: Mapping[str, Any], name: str, file: str) -> str:
    """Words of a row whose people are few: `one patient is` would tell as much as a number."""
    text = str(row[name])
    if name == "statement" and file in INSTEAD:
        kind = str(row.get("set")).replace("_", " ")
        return INSTEAD[file].format(visit=row["visit"], set=kind)
    if file in OF_GENES:
        return re.sub(r"(?<!\d)\d++ (patient|sample)s?", r"… \1s", text)
    return re.sub(r"\d+", "…", text)


def _tells_few(text: Any, below: int) -> bool:
    """Whether words count so few people: with 4 and 9 patients, healthy 3."""
    if not isinstance(text, str) or not re.search(COUNTED, text):
        return False
    return any(is_small(int(number), below) for number in re.findall(NUMBER, text))


def _small(
    data: pd.DataFrame, counts: list[str], below: int, file: str
) -> tuple[pd.Series, pd.Series]:
    """Rows of which every count is withheld, and those of which the part of a whole is."""
    numbers = data[counts].apply(pd.to_numeric, errors="coerce").astype(float)
    nested = [name for name in counts if WHOLE.get(name) in counts]
    whole = is_small(numbers.drop(columns=nested), below).any(axis=1) | (file in UNTOLD)
    if file in STEPS:
        whole |= _left_by_few(data, numbers.mask(whole), below)
    rests = pd.DataFrame({name: numbers[WHOLE[name]] - numbers[name] for name in nested})
    part = is_small(numbers[nested], below).any(axis=1) | is_small(rests, below).any(axis=1)
    whole = _with_others(data, whole)
    return whole, _with_others(data, part | whole)


def _with_others(data: pd.DataFrame, gone: pd.Series) -> pd.Series:
    """The rows, and the other parts of their totals, from which a single one could be had."""
    named = pd.Series(False, index=data.index)
    if "arm" in data:  # rows that name their arm go visit by visit
        named = data["arm"].notna() & ~data["arm"].isin(TOTALS)
    words = [data[name].astype(str).str for name in LABELLED if name in data]
    if words:
        labelled = [own.match(LABEL) | (own.match(GROUPED) & ~named) for own in words]
        by_label = pd.concat(labelled, axis=1).any(axis=1)
        gone = gone | (by_label & (gone & by_label).any())
    if {"of", "name"} <= set(data):  # rows of several kinds; that of arms names them
        by_arm = data["of"].isin(["arm", "drug_effect"]) & ~data["name"].isin(TOTALS)
        gone = gone | (by_arm & (gone & by_arm).any())
    if "arm" in data:
        keys = [data[name].astype(str) for name in ARMS if name in data]
        if keys:
            gone = gone | (named & (gone & named).groupby(keys).transform("any"))
    return gone


def _left_by_few(data: pd.DataFrame, numbers: pd.DataFrame, below: int) -> pd.Series:
    """Steps of a flow that differ by few people from the next one that is shown."""
    gone = pd.Series(False, index=data.index)
    stage = data["stage"] if "stage" in data else data["visit"]
    steps = stage.notna() & stage.ne("contrast")
    parts = [data[name].astype(str) for name in ("arm", "label") if name in data]
    for _, rows in numbers[steps].groupby([part[steps] for part in parts] or steps[steps]):
        for name in rows:
            later = float("nan")
            for at in reversed(rows.index):
                n = rows.loc[at, name]
                gone[at] |= 0 < abs(n - later) < below
                later = later if gone[at] or pd.isna(n) else n
    return gone
