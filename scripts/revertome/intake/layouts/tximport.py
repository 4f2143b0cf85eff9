"""Merged tables of tximport as nf-core/rnaseq writes them: `gene_id gene_name`, then samples."""

from pathlib import Path

import pandas as pd

from revertome.errors import StudyError
from revertome.intake.layouts.merged import gene_lengths
from revertome.intake.layouts.scaled import scaled_by_length

NAME = "tximport"
SYMBOL = ("gene_id", "gene_name")


def recognises(lines: list[str]) -> bool:
    """Header that begins `gene_id gene_name`, and more than kallisto's two columns after it."""
    cells = lines[0].split("\t")
    return cells[:2] == list(SYMBOL) and cells[2:] not in ([], ["est_counts", "tpm"])


def tidy(table: pd.DataFrame, path: str) -> tuple[pd.DataFrame, str, None]:
    """Scale counts by the lengths beside them, or round counts; leave TPM alone.

    Raises
    ------
    StudyError
        The table of lengths itself.
    """
    name = Path(path).name
    if "lengths" in name:
        raise StudyError(f"{path}: lengths of genes, no counts; give the gene_counts.tsv beside it")
    if ((table.sum() / 1e6 - 1).abs() < 1e-2).all() or "gene_tpm" in name:
        return table, "TPM", None
    lengths = gene_lengths(path, table)
    if lengths is not None:
        return scaled_by_length(table, lengths).round(), "scaled by length", None
    return table.round(), "rounded" + (", scaled by tximport" if "scaled" in name else ""), None
