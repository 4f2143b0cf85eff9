"""Planes of disease and change beyond composition, and of what follows it, from one fit."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import special

from revertome.arrays import Array
from revertome.limma.cell_pattern import common_pattern, fit_pattern, gene_scale
from revertome.limma.cell_prior import contrast_priors, own_variances
from revertome.limma.cell_variance import CellVariance, Prior, Scale
from revertome.limma.cluster_robust import Forms, Robust, combine, joined
from revertome.limma.clusters import Clusters, Genes, blocks_of, clusters_of, placed
from revertome.limma.joint import JointFit
from revertome.limma.measurement_error import Corrected, Errors, corrected
from revertome.trajectories.cell_planes import moving, plane_with, scale_of
from revertome.trajectories.plane import Plane
from revertome.trajectories.refit import PlaneContrasts, coefficients


@dataclass(frozen=True)
class Follows:
    """What of disease and change follows the shift of mean composition.

    Attributes
    ----------
    d, t : (G,)
        Shift times slopes.
    spread : CellVariance
        Of a d + b t for the shift that was measured.
    noise : (3, G)
        What the error of the measured shift adds to the variance of d, to the covariance and to the
        variance of t.
    """

    d: Array
    t: Array
    spread: CellVariance
    noise: Array

    def variance(self, a: float, b: float) -> Array:
        """Variance of a d + b t, (G,)."""
        return self.spread.variance(a, b) + combine(self.noise, a, b)

    def degrees(self, a: float, b: float) -> Array:
        """Its degrees of freedom (Satterthwaite 1946); the variance of the shift is known."""
        own = self.spread.variance(a, b)
        grown = np.divide(self.variance(a, b), own, out=np.ones_like(own), where=own > 0)
        return np.asarray(grown**2 * self.spread.degrees(a, b))

    def two_sided(self, a: float, b: float) -> Array:
        """p of a two-sided test of a d + b t, (G,)."""
        size = np.abs(a * self.d + b * self.t) / np.sqrt(self.variance(a, b))
        return np.asarray(2 * special.stdtr(self.degrees(a, b), -size))


@dataclass(frozen=True)
class SplitPlanes:
    """One pair of contrasts, split.

    Attributes
    ----------
    beyond : Plane
        Disease and change in the model with composition.
    follows : Follows
        What of them follows composition.
    shift : (2, k)
        Mean composition of the contrasts of disease and change.
    inflation : (2,)
        By how much the variances of disease and change are larger for composition and contrast go
        together; see `Corrected.inflation`. Both are medians over genes with weights of their own.
    """

    beyond: Plane
    follows: Follows
    shift: Array
    inflation: Array


# Variance inflation at which a standard error is doubled.
INFLATED = 4.0


@dataclass(frozen=True)
class Split:
    """A fit split by composition.

    Attributes
    ----------
    planes : dict of str to SplitPlanes
    reliable : (1,) or (G,)
        Smallest reliability of a combination of cell types, within the design and in the weights
        of each gene; see `Corrected`.
    slopes : (G, k)
        Corrected slopes on the cell types.
    """

    planes: dict[str, SplitPlanes]
    reliable: Array
    slopes: Array

    @property
    def inflated(self) -> bool:
        """Whether composition can hardly be told apart from disease or change."""
        return any(float(own.inflation.max()) >= INFLATED for own in self.planes.values())


def split_planes(
    fitted: JointFit,
    where: pd.DataFrame,
    effects: Mapping[str, PlaneContrasts],
    k: int,
    errors: Errors,
    moderated: bool = True,
) -> Split:
    """Split the planes of a joint fit whose last k columns are the composition of the samples.

    Variances are those of the cells of the people, as in `cell_planes`, to which without error of
    the composition the planes beyond it are equal.

    Parameters
    ----------
    fitted : JointFit
        With random blocking, of design and composition.
    where : DataFrame, (n, ...)
        cell, patient, visit, label of each sample.
    effects : dict of str to PlaneContrasts
    k : int
    errors : Errors
    moderated : bool
        Otherwise every variance stands alone, as in `unmoderated_planes`.
    """
    clusters = clusters_of(where)
    design = fitted.model.design.to_numpy(float)
    start = common_pattern(clusters, float(np.median(fitted.correlation)))
    held = list(blocks_of(fitted, clusters))
    pattern = fit_pattern(held, clusters, start) if moderated else start
    covariance = pattern.covariance(clusters)
    distinct = list(dict.fromkeys(effects.values()))
    scales, reliable, slopes = [], [], []
    parts: list[list[_Part]] = [[] for _ in distinct]
    for blocks in held:
        one = corrected(blocks, clusters, design, k, errors)
        s2, df = gene_scale(blocks, covariance)
        scales.append((blocks.genes, s2 + one.further(), df))
        reliable.append((blocks.genes, one.reliable))
        slopes.append((blocks.genes, one.blocks.beta[:, -k:].T))
        robust = Robust(one.blocks, clusters, covariance)
        for own, effect in zip(parts, distinct, strict=True):
            own.append(_part(one, robust, clusters, coefficients(fitted, effect)))
    scale, _ = scale_of(scales, fitted, moderated)
    prior = contrast_priors if moderated else own_variances
    found = {e: _split(own, scale, prior) for e, own in zip(distinct, parts, strict=True)}
    planes = {name: found[e] for name, e in effects.items()}
    return Split(planes, placed(reliable), placed(slopes).T)


@dataclass(frozen=True)
class _Part:
    """Some genes: estimates (2, g) and forms of both planes; see `Corrected` for the rest."""

    genes: Genes
    beyond: Array
    follows: Array
    forms: tuple[list[Forms], list[Forms]]
    shift: Array
    noise: Array
    inflation: Array


def _part(one: Corrected, robust: Robust, clusters: Clusters, contrasts: Array) -> _Part:
    beta, k = one.blocks.beta, one.k
    shift = one.shift(contrasts)
    wide = np.zeros((len(shift), beta.shape[1], 2))
    wide[:, -k:] = shift
    follows = _along(shift, beta[:, -k:])
    forms = one.forms(robust, contrasts), one.forms(robust, wide)
    return _Part(one.blocks.genes, contrasts.T @ beta.T, follows, forms, shift,
                 one.noise(contrasts), one.inflation(contrasts))  # fmt: skip


def _along(shift: Array, slopes: Array) -> Array:
    """shift' g of both contrasts, (2, G), with shifts (1 or G, k, 2)."""
    if len(shift) == 1:
        return np.asarray(shift[0].T @ slopes.T)
    return np.asarray(np.einsum("gic,gi->cg", shift, slopes))


def _split(parts: list[_Part], scale: Scale, prior: Prior) -> SplitPlanes:
    genes = [part.genes for part in parts]

    def put(name: str) -> Array:
        return placed([(part.genes, getattr(part, name)) for part in parts])

    (d, t), (d_cells, t_cells) = put("beyond"), put("follows")
    both = [joined([(at, part.forms[k]) for at, part in zip(genes, parts, strict=True)])
            for k in (0, 1)]  # fmt: skip
    beyond = plane_with(d, t, CellVariance(both[0], scale, moving(d, scale.post), prior))
    spread = CellVariance(both[1], scale, moving(d_cells, scale.post), prior)
    follows = Follows(d_cells, t_cells, spread, put("noise"))
    shift = np.median(np.concatenate([part.shift for part in parts]), axis=0).T
    inflation = np.median(np.concatenate([part.inflation for part in parts]), axis=0)
    return SplitPlanes(beyond, follows, shift, inflation)
