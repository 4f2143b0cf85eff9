"""The plane of gene-wise mixed models, and their refit to resampled or permuted data."""

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import pandas as pd
from scipy import sparse

from revertome.arrays import Array
from revertome.limma.ebayes import Moderated, squeeze
from revertome.limma.mixed_fit import MixedFit
from revertome.trajectories.plane import Degrees, Plane
from revertome.trajectories.refit import ALL, Effects, Refit
from revertome.trial import Model


def mixed_plane(found: MixedFit, moderated: Moderated, effect: Effects) -> Plane:
    """Plane of the fit to the observed data; Satterthwaite's degrees of freedom on every edge."""
    i, j = found.names.index(effect.disease), found.names.index(effect.change)
    s2 = moderated.s2_post
    variance = (found.covariance[:, i, i], found.covariance[:, j, j], found.covariance[:, i, j])
    slope = (found.slope[:, i, i], found.slope[:, j, j], found.slope[:, i, j])
    most = float(found.df_sigma.sum())
    own = Degrees(variance, slope, found.ratio, found.inverse, moderated.df_prior, most)
    return Plane(
        d=found.coefficients[:, i],
        t=found.coefficients[:, j],
        var_d=s2 * variance[0],
        var_t=s2 * variance[1],
        cov=s2 * variance[2],
        df=np.minimum.reduce([own.of(1, 0), own.of(0, 1), own.of(1, 1)]),
        own=own,
    )


class MixedRefit(Refit):
    """Gene-wise mixed models held ready for refitting.

    Variance ratios, degrees of freedom and the prior variance stay those of the fit to the
    observed data; coefficients and residual variances are computed anew.

    W = I + g ZZ' has the inverse root I - c J in a block of k samples, with
    c = (1 - 1 / sqrt(1 + g k)) / k.

    Parameters
    ----------
    found : MixedFit
    model : Model
        Its design (n, p), blocks and contrasts.
    moderated : Moderated
        Its prior variance and degrees of freedom.
    observed : dict of str to Plane
        Planes of the observed data, by the name of their effects.
    """

    def __init__(
        self, found: MixedFit, model: Model, moderated: Moderated, observed: Mapping[str, Plane]
    ) -> None:
        code = pd.factorize(model.block, sort=True)[0]
        self.z = sparse.csr_array(np.eye(code.max() + 1)[code])
        size = np.bincount(code)[code].astype(float)
        self.shrink = (1 - 1 / np.sqrt(1 + np.outer(found.ratio, size))) / size
        x = model.design.to_numpy(float)
        self.x = x - self.shrink[:, :, None] * (self.z @ (self.z.T @ x))
        self.names = list(model.design.columns)
        self.contrasts = model.contrasts
        self.prior = moderated
        self.df_sigma = found.df_sigma
        self.observed = observed

    def whiten(self, y: Array, genes: slice = ALL) -> Array:
        """Data (n, genes) on the scale where errors are independent with one variance a gene."""
        return np.asarray(y - self.shrink[genes].T * (self.z @ (self.z.T @ y)))

    def planes(
        self, xx: Array, xy: Array, yy: Array, n: float, effects: dict[str, Effects]
    ) -> dict[str, Plane]:
        """Planes from sums as in `Refit.planes`, with the degrees of freedom observed."""
        planes = super().planes(xx, xy, yy, n, effects)
        return {
            group: replace(plane, df=self.observed[group].df, own=self.observed[group].own)
            for group, plane in planes.items()
        }

    def _moderated(self, s2: Array, df: float) -> tuple[Array, float | Array]:
        return squeeze(s2, self.df_sigma, self.prior.s2_prior, self.prior.df_prior), df
