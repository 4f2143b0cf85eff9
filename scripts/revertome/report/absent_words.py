"""Who is missing, how ill they were and what they could change, in the report's words."""

from collections.abc import Mapping

import pandas as pd

from revertome import naming
from revertome.report.numbers import cell
from revertome.small_cells import WITHHELD

ALL = "all"


def missing(tables: Mapping[str, pd.DataFrame]) -> list[str]:
    """Sentences on the patients without a sample, visit by visit.

    Parameters
    ----------
    tables
        absent, severity and tipping_points, where they were made; statements with names for people.

    Returns
    -------
    list of str
        Of each visit who is missing, and of each follow-up how ill the absent were at baseline
        beside the others and how far they would have to be unreverted to lose each set.
    """
    if "absent" not in tables:
        return []
    found: dict[str, list[str]] = {}  # what is said, and whole sentences that say it
    for visit, rows in tables["absent"].groupby("visit", sort=False):
        own = list(rows["statement"].dropna())
        severity, points = (_at(tables.get(name), visit) for name in ("severity", "tipping_points"))
        named = naming.visit(visit)
        own += _beside(severity, named)
        own += list(points["statement"].dropna()) if len(points) else []
        for text in own:
            found.setdefault(text.removeprefix(f"{named}: "), []).append(text)
    # Visits of which the same is said share a sentence: there may be many.
    return [_shared(text, said) for text, said in found.items()]


def _shared(text: str, said: list[str]) -> str:
    visits = ", ".join(each.removesuffix(f": {text}") for each in said)
    return said[0] if len(said) == 1 else f"{visits}: {text}"


def _at(table: pd.DataFrame | None, visit: object) -> pd.DataFrame:
    return pd.DataFrame() if table is None else table[table["visit"].eq(visit)]


def _beside(severity: pd.DataFrame, visit: str) -> list[str]:
    """How ill the absent were at baseline, all of them together."""
    if severity.empty:
        return []
    every = severity[severity["arm"].eq(ALL) & severity["label"].eq(ALL)]
    if every["n_absent"].isna().all():
        return [f"{visit}: how ill the absent were at baseline is {WITHHELD}, as they are few."]
    parts = [
        f"{naming.variable(row['variable'], unit=False)} {cell(row['mean_absent']).text} beside "
        f"{cell(row['mean_present']).text} ({row['standardised']:+.1f} SD)".replace("-", "−")
        for row in every.to_dict("records")
        if pd.notna(row["standardised"])
    ]
    if not parts:
        return []
    return [f"{visit}: means at baseline of the absent beside those present: {', '.join(parts)}."]
