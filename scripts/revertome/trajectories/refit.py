"""Refits of one joint model to resampled or permuted data, as matrix products."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from revertome.differential.design import Model
from revertome.differential.ebayes import Moderated
from revertome.differential.fit import Array, whitener
from revertome.differential.joint import Joint
from revertome.trajectories.plane import Plane


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
    """

    def __init__(self, joint: Joint, model: Model, moderated: Moderated) -> None:
        correlation = 0.0 if np.isnan(joint.correlation) else joint.correlation
        self.white = whitener(model.block, len(model.design), correlation)
        self.root = None if joint.weights is None else np.sqrt(joint.weights)
        x = model.design.to_numpy(float)
        if self.root is None:
            self.x = (self.white @ x)[None]
        else:
            self.x = self.white @ (self.root.T[:, :, None] * x)
        self.names = joint.fit.names
        self.contrasts = model.contrasts
        self.prior = moderated

    def whiten(self, y: Array) -> Array:
        """Data (n, G) on the scale where errors are independent with one variance a gene."""
        return self.white @ (y if self.root is None else self.root * y)

    def products(self, y: Array) -> tuple[Array, Array]:
        """X'y (G, p) and y'y (G,) of whitened data."""
        if len(self.x) == 1:
            xy = y.T @ self.x[0]
        else:
            xy = np.einsum("gnp,ng->gp", self.x, y, optimize=True)
        return xy, np.einsum("ng,ng->g", y, y)

    def planes(
        self, xx: Array, xy: Array, yy: Array, n: float, effects: dict[str, Effects]
    ) -> dict[str, Plane]:
        """Planes from the sums X'X (1 or G, p, p), X'y (G, p), y'y (G,) over n samples."""
        inverse = np.asarray(np.linalg.inv(xx), dtype=float)
        beta = xy @ inverse[0] if len(inverse) == 1 else np.einsum("gpq,gq->gp", inverse, xy)
        df = n - xx.shape[-1]
        rss = yy - np.einsum("gp,gp->g", beta, xy)
        s2 = np.asarray(np.maximum(rss, 0.0) / df, dtype=float)
        df0 = self.prior.df_prior
        if np.isinf(df0):
            s2 = self.prior.s2_prior
            total = df * len(s2)
        else:
            s2 = np.asarray((df0 * self.prior.s2_prior + df * s2) / (df0 + df), dtype=float)
            total = df0 + df
        return {
            group: self._plane(effect, beta, inverse, s2, total)
            for group, effect in effects.items()
        }

    def _plane(self, effect: Effects, beta: Array, inverse: Array, s2: Array, df: float) -> Plane:
        vectors = [self.contrasts[name] for name in (effect.disease, effect.change)]
        c = np.column_stack([_aligned(v, self.names) for v in vectors])
        estimate = beta @ c
        cov = c.T @ inverse @ c
        return Plane(
            d=estimate[:, 0],
            t=estimate[:, 1],
            var_d=s2 * cov[:, 0, 0],
            var_t=s2 * cov[:, 1, 1],
            cov=s2 * cov[:, 0, 1],
            df=df,
        )


def _aligned(vector: pd.Series, names: list[str]) -> Array:
    return np.asarray(vector.reindex(names, fill_value=0.0).to_numpy(float))


def plane_of(moderated: Moderated, effect: Effects) -> Plane:
    """Plane of the fit to the observed data."""
    i, j = (moderated.fit.names.index(name) for name in (effect.disease, effect.change))
    cov, s2 = moderated.fit.covariance, moderated.s2_post
    return Plane(
        d=moderated.fit.coefficients[:, i],
        t=moderated.fit.coefficients[:, j],
        var_d=s2 * cov[:, i, i],
        var_t=s2 * cov[:, j, j],
        cov=s2 * cov[:, i, j],
        df=moderated.df_total,
    )
