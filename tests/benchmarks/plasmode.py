"""A plasmode: residuals of real blood (GSE65391) with effects of known wedge added.

Variances of cells, tails and correlations of genes are real; what is true is known. It needs
`../shared/data`.
"""

from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

import anndata
import numpy as np
import pandas as pd

from benchmarks.calibration_draw import Trial, sheet, with_effects
from benchmarks.calibration_truth import effects, truth_of
from benchmarks.cell_setting import CellSetting
from revertome.trial import covariate_columns
from studies import SHARED

FOLDER = SHARED / "data" / "gse65391_sle_blood"
FLOOR, SMALLEST_SD = np.log2(10) + 0.01, 0.15  # of probes that are expressed and not constant


class Pool(NamedTuple):
    """Residuals: (pairs, G) at either visit, (healthy, G); `scale` (G,), `level` (G,)."""

    before: np.ndarray
    after: np.ndarray
    healthy: np.ndarray
    scale: np.ndarray
    level: np.ndarray


@lru_cache(maxsize=1)
def pool(folder: Path = FOLDER) -> Pool:
    """Residuals of pairs and healthy samples about cell and batch means, mean 0 in every cell.

    The scale of a gene is the root of the mean variance of the three cells.
    """
    file = folder / "E-GEOD-65391.first_last_healthy.processed_matrix.tsv.gz"
    values = pd.read_csv(file, sep="\t", index_col=0)
    labels = pd.read_csv(folder / "labels_first_last_healthy.tsv", sep="\t", index_col="gsm")
    labels = labels.loc[values.columns]
    seen = labels.groupby("subject")["timepoint"].transform("nunique")
    kept = labels["timepoint"].eq("control") | seen.eq(2)
    labels, y = labels[kept], values.loc[:, kept.to_numpy()].to_numpy(float).T
    expressed = (y > FLOOR).mean(axis=0) > 0.95
    residual, level = residuals(y[:, expressed], labels)
    cells = {cell: labels["timepoint"].eq(cell).to_numpy() for cell in ("first", "last", "control")}
    sd = np.array([residual[where].std(axis=0, ddof=1) for where in cells.values()])
    varied = (sd > SMALLEST_SD).all(axis=0)
    residual, scale = residual[:, varied], np.sqrt((sd[:, varied] ** 2).mean(axis=0))
    order = {cell: labels.index[where][labels.loc[where, "subject"].argsort()]
             for cell, where in cells.items()}  # fmt: skip
    parts = [residual[labels.index.get_indexer(order[cell])] for cell in cells]
    return Pool(*parts, scale, level[varied])


def residuals(y: np.ndarray, labels: pd.DataFrame) -> tuple[np.ndarray, np.ndarray]:
    """Residuals (n, G) of cells and batches by least squares, and the mean level (G,).

    They are stretched by sqrt(n / (n - p)) for the p means that were taken out, and have mean 0
    in every cell: it is from these that people are drawn, so 0 is the truth.
    """
    cells = pd.get_dummies(labels["timepoint"], dtype=float)
    x = np.column_stack([cells, covariate_columns(labels.astype({"batch": str}), ["batch"])])
    beta, _, rank, _ = np.linalg.lstsq(x, y, rcond=None)
    return (y - x @ beta) * np.sqrt(len(y) / (len(y) - rank)), y.mean(axis=0)


def trial(setting: CellSetting, rng: np.random.Generator) -> Trial:
    """Draw people and genes of the pool, and add effects in units of each gene's scale."""
    found = pool()
    obs, labels = sheet(setting)
    again = setting.source == "replaced"
    pairs = rng.choice(len(found.before), setting.responders + setting.nonresponders, replace=again)
    healthy = rng.choice(len(found.healthy), setting.healthy, replace=again)
    genes = rng.choice(len(found.scale), setting.n_genes, replace=False)
    scale = found.scale[genes]
    rows = [found.before[pairs], found.after[pairs], found.healthy[healthy]]
    deviation = np.vstack([part[:, genes] for part in rows]) / scale
    effect = effects(setting, rng)
    y = with_effects(setting, effect, scale, deviation, rng) + found.level[genes]
    return Trial(anndata.AnnData(y, obs=obs), labels, truth_of(setting, effect, scale))
