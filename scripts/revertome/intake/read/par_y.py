"""Genes of the pseudoautosomal regions, which GENCODE lists on X and again on Y."""

import warnings

import pandas as pd

# ENSG00000182378.15_PAR_Y since release 25, ENSGR0000182378.10 before.
_Y_COPY = r".+_PAR_Y|ENS[GT]R\d{10}(\.\d+)?"


def is_y_copy(features: pd.Series) -> pd.Series:
    """Which ids are the copy on Y of a gene that has its id on X; bool, same index."""
    return features.astype(str).str.fullmatch(_Y_COPY)


def without_y_copies(table: pd.DataFrame, source: str) -> tuple[pd.DataFrame, str]:
    """Leave the copies on Y out, and say so; with a warning where they hold values above 0.

    One gene has two rows there; with its version cut off, the copy would be added to the row of X.

    Parameters
    ----------
    table
        Features x samples.
    source
        File, for the warning.

    Returns
    -------
    The other rows, and what was left out; empty when nothing was.
    """
    # ASSUME the row of X stands for the gene: a read of it fits both copies, and programs that
    # count unique reads give the copy on Y none.
    copies = is_y_copy(table.index.to_series()).to_numpy(dtype=bool)
    if not copies.any():
        return table, ""
    lost = table.to_numpy()[copies]
    seen = int((lost > 0).any(axis=1).sum())
    said = (
        f"{int(copies.sum())} copies on Y of pseudoautosomal genes (_PAR_Y) left out, {seen} of "
        "them with values above 0; the rows of X stand for these genes"
    )
    if seen:
        warnings.warn(f"{source}: {said}", stacklevel=3)
    return table[~copies], said
