"""Who was measured in a study: names, and profiles of expression where the folder holds them."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from revertome.arrays import Mask
from revertome.filled import filled
from revertome.trial import is_healthy

EXPRESSED = 0.9  # quantile of a gene's samples that is above the overall median


@dataclass(frozen=True)
class People:
    """Samples of a study, sorted by name.

    Attributes
    ----------
    samples, patients, cells : (n,)
        Name of the sample, of its person, and of its group and visit.
    healthy : (n,)
        Whether the person is healthy.
    genes
        Gene symbols, (G,); none where the folder holds no expression.
    profiles : (n, G)
        Their log2 expression.
    """

    samples: npt.NDArray[np.object_]
    patients: npt.NDArray[np.object_]
    cells: npt.NDArray[np.object_]
    healthy: Mask
    genes: pd.Index
    profiles: npt.NDArray[np.float32]

    def renamed(self, today: Mapping[str, str]) -> "People":
        """With current gene symbols; the first where two names are one gene."""
        genes = pd.Index([today.get(str(gene), str(gene)) for gene in self.genes], dtype=object)
        keep = ~genes.duplicated()
        return replace(self, genes=genes[keep], profiles=self.profiles[:, keep])


def people_of(
    samples: pd.DataFrame, design: Mapping[str, Any], expression: Any | None = None
) -> People:
    """People of a study.

    Parameters
    ----------
    samples
        `quality/samples.tsv`, or the samples of `expression`: sample, patient, visit, group.
    design
        Section `design` of the configuration.
    expression : AnnData, samples x genes
        Log2 expression of these samples, in their order. Kept are the genes that a tenth of the
        samples express above the overall median.
    """
    order = np.argsort(samples["sample"].astype(str).to_numpy(), kind="stable")
    obs = samples.iloc[order]
    healthy = is_healthy(obs, design).to_numpy() if "group" in obs else np.zeros(len(obs), bool)
    visit = obs["visit"].astype(str) if "visit" in obs else pd.Series("", obs.index)
    cells = visit.to_numpy(object).copy()
    cells[healthy] = " healthy"  # no visit is called so
    genes, x = pd.Index([], dtype=object), np.zeros((len(obs), 0))
    if expression is not None and len(obs):
        x = filled(np.asarray(expression.X, dtype=float)[order])
        kept = np.flatnonzero(np.quantile(x, EXPRESSED, axis=0) > np.median(x))
        genes, x = pd.Index(expression.var_names.astype(str), dtype=object)[kept], x[:, kept]
    sample, patient = (obs[name].astype(str).to_numpy(object) for name in ("sample", "patient"))
    return People(sample, patient, cells, healthy, genes, x.astype(np.float32))
