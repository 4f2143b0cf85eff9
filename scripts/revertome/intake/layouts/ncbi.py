"""Counts that NCBI made of a series: Entrez `GeneID`, then one column a GSM accession."""

import re

import pandas as pd

from revertome.errors import StudyError

NAME = "ncbi"
_HEADER = re.compile(r"GeneID(\tGSM\d+)+")


def recognises(lines: list[str]) -> bool:
    """Header `GeneID` and GSM accessions."""
    return bool(_HEADER.fullmatch(lines[0]))


def tidy(table: pd.DataFrame, path: str) -> tuple[pd.DataFrame, str, None]:
    """Check that the ids are Entrez ids.

    Raises
    ------
    StudyError
        An id that is no number.
    """
    odd = table.index[~table.index.str.fullmatch(r"\d+")]
    if len(odd):
        raise StudyError(f"{path}: GeneID '{odd[0]}' is no Entrez id, as NCBI's counts have")
    return table, "Entrez ids", None
