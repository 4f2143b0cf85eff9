"""Gene lengths beside a merged table of counts (`...gene_counts.tsv`, `...gene_lengths.tsv`)."""

from pathlib import Path

import pandas as pd

from revertome.errors import StudyError
from revertome.intake.read.table import read_matrix


def gene_lengths(path: str, counts: pd.DataFrame) -> pd.DataFrame | None:
    """Lengths of the genes in the samples of a table of counts, None where there are none.

    Raises
    ------
    StudyError
        Lengths of other genes or samples than the counts.
    """
    place = Path(path)
    if "gene_counts" not in place.name or "scaled" in place.name:
        return None
    beside = place.with_name(place.name.replace("gene_counts", "gene_lengths"))
    if not beside.is_file():
        return None
    lengths = read_matrix(beside)
    same = lengths.index.is_unique and counts.index.is_unique
    if not same or not (counts.index.isin(lengths.index).all()
                        and counts.columns.isin(lengths.columns).all()):  # fmt: skip
        raise StudyError(
            f"{beside}: other genes or samples than {place.name}; give those of one run"
        )
    return lengths
