"""Refits of one joint model to resampled or permuted data, as matrix products."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import sparse

from revertome.arrays import Array
from revertome.errors import StudyError
from revertome.limma.ebayes import Moderated, squeeze
from revertome.limma.fit import whitener
from revertome.limma.joint import Joint
from revertome.trajectories.plane import Plane
from revertome.trial import Model

ALL = slice(None)


@dataclass(frozen=True)
class Effects:
    """Contrasts that span a plane: coefficient vectors of disease and change."""

    disease: str
    change: str


class Refit:
    """A joint model held ready for refitting.

    Correlation, weights and the prior variance stay those of the fit to the observed data;
    coefficients and residual variances are computed anew.

    Parameters
    ----------
    joint : Joint
        Fit to the observed data, G genes.
    model : Model
        Its design (n, p), blocks and contrasts.
    moderated : Moderated
        Its prior variance and degrees of freedom.

    Raises
    ------
    StudyError
        When values are missing: resamples need every gene in every sample.
    """

    def __init__(self, joint: Joint, model: Model, moderated: Moderated) -> None:
        incomplete = int(np.isnan(joint.y).any(axis=0).sum())
        if incomplete:
            raise StudyError(
                f"trajectories: {incomplete} genes have missing values, which resampling cannot "
                "hold; fill them in or leave the genes out of the expression"
            )
        correlation = 0.0 if np.isnan(joint.correlation) else joint.correlation
        self.white = whitener(model.block, len(model.design), correlation)
        x = model.design.to_numpy(float)
        self.root = None
        if joint.weights is not None and joint.weights.ndim == 2:
            self.root = np.sqrt(joint.weights)
            self.x = self.white @ (self.root.T[:, :, None] * x)
        else:
            if joint.weights is not None:
                self.white = self.white * np.sqrt(joint.weights)
            self.x = (self.white @ x)[None]
        # A row has as many entries as its patient has samples, at most.
        self.blocks = sparse.csr_array(self.white)
        self.names = joint.fit.names
        self.contrasts = model.contrasts
        self.prior = moderated

    def whiten(self, y: Array, genes: slice = ALL) -> Array:
        """Data (n, genes) on the scale where errors are independent with one variance a gene."""
        return np.asarray(self.blocks @ (y if self.root is None else self.root[:, genes] * y))

    def products(self, y: Array, genes: slice = ALL) -> tuple[Array, Array]:
        """X'y (genes, p) and y'y (genes,) of whitened data."""
        if len(self.x) == 1:
            xy = y.T @ self.x[0]
        else:
            xy = np.einsum("gnp,ng->gp", self.x[genes], y, optimize=True)
        return xy, np.einsum("ng,ng->g", y, y)

    def planes(
        self, xx: Array, xy: Array, yy: Array, n: float, effects: dict[str, Effects]
    ) -> dict[str, Plane]:
        """Planes from the sums X'X (1 or G, p, p), X'y (G, p), y'y (G,) over n samples."""
        inverse = inverses(xx)
        beta = xy @ inverse[:, :, 0] if len(xx) == 1 else np.einsum("pqg,gq->gp", inverse, xy)
        # rss = y'y - beta'X'y: the residual sum of squares needs sums only, so a resample never
        # touches the samples themselves. Rounding can take it just below 0.
        df = n - xx.shape[-1]
        rss = yy - np.einsum("gp,gp->g", beta, xy)
        s2, total = self._moderated(np.maximum(rss, 0.0) / df, df)
        found: dict[Effects, Plane] = {}
        for effect in effects.values():
            if effect not in found:
                found[effect] = self._plane(effect, beta, inverse, s2, total)
        return {group: found[effect] for group, effect in effects.items()}

    def coefficients(self, y: Array) -> Array:
        """Coefficients (G, p) of data (n, G), for the covariates and residuals of the fit."""
        xy, _ = self.products(self.whiten(y))
        xx = np.swapaxes(self.x, 1, 2) @ self.x
        return np.asarray(np.linalg.solve(xx, xy[:, :, None])[:, :, 0])

    def _moderated(self, s2: Array, df: float) -> tuple[Array, float | Array]:
        """Posterior variance and total degrees of freedom."""
        # The prior s0^2, d0 stays as observed, so that a gene in a resample depends on its own
        # data alone.
        df0 = self.prior.df_prior
        return squeeze(s2, df, self.prior.s2_prior, df0), np.minimum(df0 + df, df * len(s2))

    def _plane(
        self, effect: Effects, beta: Array, inverse: Array, s2: Array, df: float | Array
    ) -> Plane:
        # cov = C' (X'X)^-1 C of the two contrasts for every gene, times the moderated variance
        # below.
        vectors = [self.contrasts[name] for name in (effect.disease, effect.change)]
        c = np.column_stack([_aligned(v, self.names) for v in vectors])
        estimate = beta @ c
        cov = np.einsum("apg,pb->abg", np.tensordot(c.T, inverse, 1), c)
        return Plane(
            d=estimate[:, 0],
            t=estimate[:, 1],
            var_d=s2 * cov[0, 0],
            var_t=s2 * cov[1, 1],
            cov=s2 * cov[0, 1],
            df=df,
        )


def inverses(xx: Array) -> Array:
    """Inverses (p, p, G) of positive definite matrices (G, p, p).

    Gauss-Jordan without pivots, every step for all genes at once: the matrices are small and
    many, which a decomposition of one after the other is slow at.
    """
    a = np.array(np.moveaxis(xx, 0, -1), dtype=float, order="C")
    for k in range(len(a)):
        pivot = a[k, k].copy()
        row = a[k] / pivot
        column = a[:, k].copy()
        # Eliminate variable k from all other rows; row and column k then hold those of the
        # inverse. Positive definite matrices keep positive pivots, so no row is exchanged.
        a -= column[:, None] * row
        a[k] = row
        a[:, k] = -column / pivot
        a[k, k] = 1 / pivot
    return a


def _aligned(vector: pd.Series, names: list[str]) -> Array:
    return np.asarray(vector.reindex(names, fill_value=0.0).to_numpy(float))


def plane_of(moderated: Moderated, effect: Effects) -> Plane:
    """Plane of the fit to the observed data."""
    i, j = (moderated.fit.names.index(name) for name in (effect.disease, effect.change))
    cov, s2 = np.asarray(moderated.fit.covariance), moderated.s2_post
    return Plane(
        d=moderated.fit.coefficients[:, i],
        t=moderated.fit.coefficients[:, j],
        var_d=s2 * cov[:, i, i],
        var_t=s2 * cov[:, j, j],
        cov=s2 * cov[:, i, j],
        df=moderated.df_total,
    )
