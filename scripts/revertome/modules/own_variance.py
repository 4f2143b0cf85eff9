"""Does a module change, with a variance of its own for each part of the people?

Rotation takes one residual variance for everybody. Where few patients vary more than many healthy
people it calls up to a fifth of modules at 5% although nothing changed; this test does not.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
from scipy import sparse, special

from revertome.arrays import Array
from revertome.limma.cell_pattern import common_pattern
from revertome.limma.cell_prior import FEWEST
from revertome.limma.cluster_robust import RANK, forms, influence
from revertome.limma.clusters import blocks_of, clusters_of
from revertome.limma.completed import completed
from revertome.limma.joint import JointFit
from revertome.statistics.set_tests import by_genes, weighed
from revertome.trial import cells


def own_variance_p(
    fitted: JointFit,
    contrast: str,
    sets: sparse.csr_array,
    scale: Array,
    labels: pd.DataFrame,
    design: Mapping[str, Any],
) -> Array:
    """Two-sided p of the contrast of the mean of each set's genes.

    The mean of the genes over `scale` is one series; the model of the contrast is fitted to it, and
    its variance is the cluster-robust one (CR2) of responders, non-responders and healthy people,
    each with Bell & McCaffrey's degrees of freedom, together Welch's. With two groups of people it
    is Welch's t, with pairs the paired t. Observation weights enter as their mean over genes.

    Parameters
    ----------
    fitted : JointFit
    contrast : str
    sets : (sets, G)
        Of genes that the contrast is known of.
    scale : (G,)
        Standard deviation of each gene.
    labels : DataFrame
        patient, label.
    design : mapping
        Configuration section `design`.

    Returns
    -------
    (sets,)
        NaN where a part of the people in the contrast has too few to vary.
    """
    obs = fitted.model.obs
    where = cells(obs, labels, design).assign(patient=obs["patient"].astype(str))
    clusters = clusters_of(where)
    weights = fitted.weights
    if weights is not None and weights.ndim == 2:
        weights = weights.mean(axis=1)
    rho = float(np.nan_to_num(np.median(fitted.correlation)))
    y = completed(fitted, contrast, as_seen=True)
    size = np.asarray(sets.sum(axis=1), dtype=float)
    series = np.zeros((len(y), len(size)))
    for genes, own in by_genes(weighed(sets, 1 / scale)):
        series += (own @ np.ascontiguousarray(y[:, genes].T)).T
    series /= size
    mean_fit = replace(fitted, y=series, weights=weights, correlation=rho)
    columns = fitted.model.design.columns
    vector = fitted.model.contrasts[contrast].reindex(columns, fill_value=0.0).to_numpy(float)
    c = np.column_stack([vector, vector])
    (blocks,) = blocks_of(mean_fit, clusters)
    parts = forms(blocks, clusters, c, common_pattern(clusters, rho).covariance(clusters))
    y = blocks.root * clusters.gather(series.T)
    estimate = np.einsum("na,gna->g", influence(blocks, c)[0, ..., 0], y)
    variance, spread = np.zeros(len(estimate)), np.zeros(len(estimate))
    largest = max(float(part.target[0].max()) for part in parts)
    for part in parts:
        if part.target[0, 0] <= RANK * largest:
            continue
        df = float(part.df(1, 0)[0])
        if df < FEWEST:
            return np.full(len(estimate), np.nan)
        own = part.own[0] * part.target[0, 0] / part.expected[0, 0]
        variance += own
        spread += own**2 / df
    with np.errstate(divide="ignore", invalid="ignore"):
        t, df_all = estimate / np.sqrt(variance), variance**2 / spread
    return np.asarray(2 * special.stdtr(df_all, -np.abs(t)))
