"""RSEM's `rsem-generate-data-matrix`: columns named by the files of the samples, in quotes."""

import re

import pandas as pd

from revertome.intake.columns import refuse_repeats

NAME = "rsem_matrix"
_FILE = re.compile(r"(.*/)?([^/]+)\.genes\.results")


def recognises(lines: list[str]) -> bool:
    """No name above the ids, `<sample>.genes.results` above the counts."""
    names = [cell.strip('"') for cell in lines[0].split("\t")]
    return len(names) > 1 and not names[0] and all(map(_FILE.fullmatch, names[1:]))


def tidy(table: pd.DataFrame, path: str) -> tuple[pd.DataFrame, str, None]:
    """Name the columns by sample and round the expected counts."""
    names = [_FILE.sub(r"\2", name) for name in table.columns]
    refuse_repeats(names, f"{path}: sample", "files of one name lie in several folders")
    return table.set_axis(names, axis=1).round(), "expected counts, rounded", None
