"""The signature of blood cells, and what a study measures of it."""

from typing import NamedTuple

import numpy as np
import pandas as pd

from revertome.arrays import Array

BLOOD = "whole_blood"
LEVEL_FROM = 0.3  # share of a study's genes below whose level a marker is not told from background
# Markers needed of each kind; without those that tell CD4 from CD8, T cells are given as one type.
LEAST = {"neutrophils": 5, "monocytes": 5, "b_cells": 5, "t_cells": 5, "nk_cells": 3}
DIVIDING = {"cd4_t_cells": 3, "cd8_t_cells": 3}


class Signature(NamedTuple):
    """What cells of each type and healthy whole blood express.

    Attributes
    ----------
    markers : DataFrame
        Index gene; marker (type or group of types), CPM of each type, `whole_blood`.
    types : DataFrame
        Index cell type; healthy_percent (of white cells), rna_share (of the messages of healthy
        blood), error_sd (of the ln of a share, between donors).
    """

    markers: pd.DataFrame
    types: pd.DataFrame

    @property
    def profile(self) -> Array:
        """CPM of the types, (g, k), and one more, so that a gene at 0 has a logarithm."""
        cpm: Array = self.markers[list(self.types.index)].to_numpy(dtype=float)
        return cpm + 1

    @property
    def rna_per_cell(self) -> Array:
        """Messages of a cell of each type, relative to a mean white cell of healthy blood."""
        per_cell: Array = (100 * self.types["rna_share"] / self.types["healthy_percent"]).to_numpy()
        return per_cell


def measured(signature: Signature, level: pd.Series) -> tuple[Signature, str]:
    """Take the part of a signature that a study measures.

    Parameters
    ----------
    signature : Signature
    level : Series
        log2 level of each gene in the study; genes among the lower 30% are not used.

    Returns
    -------
    signature : Signature
        With T cells as one type where few of the genes measured tell CD4 from CD8.
    reason : str
        Why it does not do; empty where it does.
    """
    low = level.quantile(LEVEL_FROM)
    genes = [gene for gene in signature.markers.index if level.get(gene, -np.inf) > low]
    markers = signature.markers.loc[genes]
    counts = markers["marker"].value_counts()
    few = [name for name, least in LEAST.items() if counts.get(name, 0) < least]
    if few:
        words = ", ".join(f"{name} {counts.get(name, 0)}" for name in few)
        return signature, f"too few marker genes of blood cells are above background ({words})"
    if any(counts.get(name, 0) < least for name, least in DIVIDING.items()):
        return _united(markers, signature.types), ""
    return Signature(markers, signature.types), ""


def _united(markers: pd.DataFrame, types: pd.DataFrame) -> Signature:
    """T cells as one type, CD4 and CD8 as in healthy blood."""
    both = list(DIVIDING)
    part = types.loc[both, "rna_share"] / types.loc[both, "rna_share"].sum()
    one = types.loc[both].sum().to_frame("t_cells").T
    one["error_sd"] = np.sqrt((part**2 * types.loc[both, "error_sd"] ** 2).sum())
    united = markers.drop(columns=both).assign(t_cells=markers[both] @ part)
    united = united[~united["marker"].isin(both)]
    return Signature(united, pd.concat([types.drop(index=both), one]))
