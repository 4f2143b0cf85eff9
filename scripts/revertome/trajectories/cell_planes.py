"""Planes whose variances come from the cells of the people, not from one residual variance."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from revertome.arrays import Array
from revertome.limma.cell_pattern import (
    Pattern,
    common_pattern,
    fit_pattern,
    gene_scale,
)
from revertome.limma.cell_prior import Along, contrast_priors, own_variances
from revertome.limma.cell_variance import CellVariance, Prior, Scale
from revertome.limma.cluster_robust import Forms, Robust, joined
from revertome.limma.clusters import Clusters, blocks_of, clusters_of, placed
from revertome.limma.ebayes import moderate_variance
from revertome.limma.joint import JointFit
from revertome.trajectories.plane import Plane
from revertome.trajectories.refit import PlaneContrasts, coefficients

MOST = 0.99  # correlation of d and t up to which their joint region is kept


@dataclass(frozen=True)
class CellModel:
    """The variances of the cells of a study.

    Attributes
    ----------
    clusters : Clusters
    pattern : Pattern
        Common to all genes.
    scale : Scale
        Of every gene.
    prior : (G,), float or (G,)
        Prior of the scale and its degrees of freedom.
    """

    clusters: Clusters
    pattern: Pattern
    scale: Scale
    prior: tuple[Array, float | Array]


def cell_planes(
    fitted: JointFit,
    where: pd.DataFrame,
    effects: Mapping[str, PlaneContrasts],
    pattern: Pattern | None = None,
    prior: Prior = contrast_priors,
    moderated: bool = True,
) -> tuple[dict[str, Plane], CellModel]:
    """Planes of the observed data with the variances of the cells.

    The estimates are those of the joint fit.

    Parameters
    ----------
    fitted : JointFit
        With random blocking.
    where : DataFrame, (n, ...)
        cell, patient, visit, label of each sample.
    effects : dict of str to PlaneContrasts
        Contrasts of the planes by name.
    pattern : Pattern, optional
        Estimated from the genes where it is not given.
    prior : callable
        Of the variances of contrasts.
    moderated : bool
        Moderate the scales of genes towards each other; not where `y` holds scores, which have
        nothing in common.
    """
    clusters = clusters_of(where)
    start = common_pattern(clusters, float(np.median(fitted.correlation)))
    if pattern is None:
        pattern = fit_pattern(blocks_of(fitted, clusters), clusters, start)
    covariance = pattern.covariance(clusters)
    distinct = list(dict.fromkeys(effects.values()))
    contrasts = [coefficients(fitted, effect) for effect in distinct]
    scales = []
    found: list[list[tuple[npt.NDArray[np.intp], list[Forms]]]] = [[] for _ in distinct]
    for blocks in blocks_of(fitted, clusters):
        scales.append((blocks.genes, *gene_scale(blocks, covariance)))
        robust = Robust(blocks, clusters, covariance)
        for k, c in enumerate(contrasts):
            found[k].append((blocks.genes, robust.forms(c)))
    scale, scale_prior = scale_of(scales, fitted, moderated)
    planes = {effect: _plane(fitted, effect, joined(parts), scale, prior)
              for effect, parts in zip(distinct, found, strict=True)}  # fmt: skip
    model = CellModel(clusters, pattern, scale, scale_prior)
    return {name: planes[effect] for name, effect in effects.items()}, model


def unmoderated_planes(
    fitted: JointFit, where: pd.DataFrame, effects: Mapping[str, PlaneContrasts]
) -> dict[str, Plane]:
    """Planes in which every part has its own variance alone, as in Welch's test.

    Parameters are those of `cell_planes`.
    """
    pattern = common_pattern(clusters_of(where), float(np.median(fitted.correlation)))
    return cell_planes(fitted, where, effects, pattern, own_variances, moderated=False)[0]


def coefficients(fitted: JointFit, effect: PlaneContrasts) -> Array:
    """Coefficients (p, 2) of disease and change."""
    columns = fitted.model.design.columns
    vectors = [fitted.model.contrasts[name] for name in (effect.disease, effect.change)]
    return np.column_stack([v.reindex(columns, fill_value=0.0).to_numpy(float) for v in vectors])


def scale_of(
    parts: list[tuple[npt.NDArray[np.intp], Array, Array]], fitted: JointFit, moderated: bool
) -> tuple[Scale, tuple[Array, float | Array]]:
    """Scales of genes from those of parts of them, and their prior; see `cell_planes`."""
    raw = placed([(genes, s2) for genes, s2, _ in parts])
    df = placed([(genes, d) for genes, _, d in parts]).astype(float)
    one = next(iter(fitted.moderated.values()))
    # limma's df is one number where it is the same of all genes, and its prior is fitted so.
    shared = float(df[0]) if (df == df[0]).all() else df
    df = np.atleast_1d(shared)
    if not moderated:
        return Scale(raw, df, raw, shared), (raw, 0.0)
    found = moderate_variance(raw, shared, one.fit.mean if fitted.trend else None, fitted.robust)
    return Scale(raw, df, found[2], found[3]), found[:2]


def _plane(
    fitted: JointFit, effect: PlaneContrasts, parts: list[Forms], scale: Scale, prior: Prior
) -> Plane:
    one = next(iter(fitted.moderated.values()))
    d, t = (one.fit.coefficients[:, one.fit.names.index(name)]
            for name in (effect.disease, effect.change))  # fmt: skip
    return plane_with(d, t, CellVariance(parts, scale, moving(d, scale.post), prior))


def moving(d: Array, scale: Array) -> Along:
    """What the location of the priors follows: disease in SD of the gene.

    ASSUME genes that move vary more.
    """
    return Along(np.abs(d) / np.sqrt(scale))


def plane_with(d: Array, t: Array, spread: CellVariance) -> Plane:
    """Plane of the estimates d and t with variances of their own for every combination."""
    var_d, var_t = spread.variance(1, 0), spread.variance(0, 1)
    # Each of the three variances is moderated by itself, so together they need not be those of one
    # covariance matrix; at a correlation of at most `MOST` they are.
    most = MOST * np.sqrt(var_d * var_t)
    cov = np.clip((spread.variance(1, 1) - var_d - var_t) / 2, -most, most)
    df = np.minimum.reduce([spread.degrees(1, 0), spread.degrees(0, 1), spread.degrees(1, 1)])
    return Plane(d, t, var_d, var_t, cov, df, cells=spread)
