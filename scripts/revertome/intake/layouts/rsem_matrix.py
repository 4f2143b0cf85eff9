"""RSEM's `rsem-generate-data-matrix`: columns named by the files of the samples, in quotes."""

import re

import pandas as pd

from revertome.intake.read.sample_names import names_of, refuse_same_names

NAME = "rsem_matrix"
_ENDING = ".genes.results"


def recognises(lines: list[str]) -> bool:
    """No name above the ids, `<sample>.genes.results` above the counts."""
    names = [cell.strip('"') for cell in lines[0].split("\t")]
    return len(names) > 1 and not names[0] and all(name.endswith(_ENDING) for name in names[1:])


def tidy(table: pd.DataFrame, path: str) -> tuple[pd.DataFrame, str, None]:
    """Name the columns by sample and round the expected counts."""
    names = names_of(list(table.columns), re.escape(_ENDING))
    refuse_same_names(names, list(table.columns), path)
    return table.set_axis(names, axis=1).round(), "expected counts, rounded", None
