"""How claims were split by cell content, for the methods paragraph."""

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from revertome import naming
from revertome.report.people import listed
from revertome.trajectories.composition_planes import INFLATED
from revertome.trajectories.composition_table import EFFECTS

FULLER = "Fuller WA. Measurement Error Models. Wiley, New York 1987. doi:10.1002/9780470316665"
MADE = {
    "measured": "as counted",
    "estimated": "as estimated from marker genes of sorted blood cells",
}


def composition_methods(
    tables: Mapping[str, pd.DataFrame], config: Mapping[str, Any]
) -> tuple[str, list[str]]:
    """Word the split as it was run, with its reference; empty where there is none.

    Parameters
    ----------
    tables
        composition_summary, cell_trajectories.
    config
        Configuration as run.
    """
    summary = tables.get("composition_summary")
    if summary is None or summary.empty or not summary["cell_types"].iloc[0]:
        return "", []
    if pd.isna(summary[[f"inflation_{name}" for name in EFFECTS]]).any(axis=None):
        return "", []  # no split was made
    row = summary.iloc[0]
    types = str(row["cell_types"]).split(",")
    told = tables["cell_trajectories"].set_index("cell_type").reindex(types)
    source = told["source"].dropna() if "source" in told else pd.Series(dtype=object)
    made = f", {MADE[source.iloc[0]]}," if len(source) else ""
    named = listed([*map(naming.cell_type, types)])
    text = (
        f"Effects were split by cell content: percentages of {named}{made} were terms of the joint "
        "model beside visit and response; what follows them is the shift of the mean percentage "
        "times the slope of the gene, and the rest was tested by the tests of classes. "
    )
    if not row["claimed"]:
        return f"{text}Nothing was claimed of it: {row['not_claimed']}.", []
    if any(summary[f"inflation_{name}"].ge(INFLATED).any() for name in EFFECTS):
        text += "These tests were adjusted over all genes. "
    corrected, cited = _corrected(types, config["composition"]["reliability"])
    return text + corrected, cited


def _corrected(
    types: Sequence[str], stated: float | Mapping[str, float] | None
) -> tuple[str, list[str]]:
    """What was done for the error of the percentages."""
    if stated is None:
        return "Slopes were corrected for the standard errors of the percentages.", [FULLER]
    each = stated if isinstance(stated, Mapping) else {}
    known = {name: each.get(name, stated) for name in types}
    if set(known.values()) == {1}:
        return "The percentages were taken as exact.", []
    words = listed([f"{naming.cell_type(name)} {value:g}" for name, value in known.items()])
    return f"Slopes were corrected for errors of the percentages (reliability: {words}).", [FULLER]
