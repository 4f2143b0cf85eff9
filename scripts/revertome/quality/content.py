"""Blood content that sways every gene: neutrophils, red cells, globin messages."""

from typing import Any

import numpy as np
import pandas as pd

from revertome.arrays import Array, Mask
from revertome.filled import filled

# Widely known markers, the lists of resources/modules/blood_cells.gmt.
MARKERS = {
    "neutrophil_score": (
        "CSF3R", "CXCR1", "CXCR2", "FCGR3B", "CMTM2", "MMP25", "MGAM", "VNN2", "TNFRSF10C",
        "KCNJ15", "ALPL", "PROK2",
    ),
    "erythroid_score": (
        "ALAS2", "HBB", "HBA1", "HBA2", "HBD", "HBM", "AHSP", "SLC4A1", "EPB42", "CA1",
        "SELENBP1", "GYPA", "GYPB",
    ),
}  # fmt: skip
# The haemoglobin genes of the alpha and beta clusters.
GLOBINS = ("HBA1", "HBA2", "HBB", "HBD", "HBE1", "HBG1", "HBG2", "HBM", "HBQ1", "HBZ")
MIN_MARKERS = 3
BLOCK = 64  # samples of which the unlogged values are held at a time


def blood_content(expression: Any) -> pd.DataFrame:
    """Measure what a blood sample is made of.

    Parameters
    ----------
    expression : AnnData, (samples, genes)
        Log2 values; `layers["counts"]` for RNA-seq.

    Returns
    -------
    DataFrame, (samples, 3)
        neutrophil_score and erythroid_score: mean log2 value of the markers measured, NaN for
        fewer than three; globin_share: share of all counts, or of the sum of unlogged values for
        microarrays, in haemoglobin genes, NaN where none is measured. Comparable within a study.
    """
    x, genes = filled(np.asarray(expression.X, dtype=np.float64)), expression.var_names
    table = pd.DataFrame(index=expression.obs_names)
    for name, markers in MARKERS.items():
        found = genes.isin(markers)
        table[name] = x[:, found].mean(axis=1) if found.sum() >= MIN_MARKERS else np.nan
    globin = genes.isin(GLOBINS)
    counts = np.asarray(expression.layers["counts"]) if "counts" in expression.layers else None
    shares = [
        _share(2 ** x[i : i + BLOCK] if counts is None else counts[i : i + BLOCK], globin)
        for i in range(0, len(x), BLOCK)
    ]
    table["globin_share"] = np.concatenate(shares) if globin.any() else np.nan
    return table


def _share(amount: Array, of: Mask) -> Array:
    share: Array = amount[:, of].sum(axis=1) / amount.sum(axis=1)
    return share
