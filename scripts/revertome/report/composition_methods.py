"""How the cells of the samples were known, and effects split by them, in words of the methods."""

from collections.abc import Mapping

import pandas as pd

from revertome import naming
from revertome.differential.engine import Sentence
from revertome.report.people import listed
from revertome.trajectories.composition_planes import INFLATED
from revertome.trajectories.composition_table import EFFECTS

FULLER = "Fuller WA. Measurement error models. New York: Wiley; 1987. doi:10.1002/9780470316665"
LINSLEY = (
    "Linsley PS et al. Copy number loss of the interferon gene cluster in melanomas is linked to "
    "reduced T cell infiltrate and poor patient prognosis. PLoS ONE 2014;9:e109760. "
    "doi:10.1371/journal.pone.0109760"
)
KNOWN = {
    "measured": Sentence("Percentages of white cells are counts of the sheets."),
    "estimated": Sentence(
        "Percentages of white cells were estimated by robust regression of marker genes on a "
        "signature of sorted blood cells (GSE60424; Linsley et al. 2014).",
        (LINSLEY,),
    ),
}


def composition_methods(tables: Mapping[str, pd.DataFrame]) -> list[Sentence]:
    """Sentences on the split of effects by cells; none where nothing was split.

    Parameters
    ----------
    tables
        composition_summary (set, cell_types, n_samples, reliability, claimed) and cell_trajectories
        (cell_type, source).
    """
    summary = tables.get("composition_summary")
    if summary is None or summary.empty or not summary["n_samples"].iloc[0]:
        return []
    row, source = summary.iloc[0], tables["cell_trajectories"]["source"].iloc[0]  # of all types
    used = str(row["cell_types"]).split(",")
    named = listed([naming.cell_type(name) for name in used])
    text = (
        f"Disease and change of genes and modules were split by the joint model with the "
        f"percentages of {named}: one part is the shift of the mean percentages times the slopes "
        f"on them, the other is beyond composition. {_claims(row)}"
    )
    cited = (FULLER,) if row["reliability"] < 1 else ()
    return [KNOWN[str(source)], Sentence(text, cited)]


def _claims(row: pd.Series) -> str:
    """How the error of the percentages was met, and what was claimed."""
    if pd.isna(row["reliability"]):
        how = "How reliable the percentages are is not known; they were taken as exact"
    elif row["reliability"] < 1:
        how = (
            "Slopes and their variances allow for the error of the percentages (Fuller 1987; "
            f"reliability {row['reliability']:.2f} where it is least)"
        )
    else:
        how = "The percentages were taken as exact"
    if not row["claimed"]:
        return f"{how}, and nothing was claimed of either part."
    over = any(row[f"inflation_{name}"] >= INFLATED for name in EFFECTS)
    return (
        f"{how}. What is beyond composition was classed by the same tests"
        f"{', adjusted over all genes' * over}."
    )
