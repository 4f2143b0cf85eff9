"""Refits of one joint model to resampled or permuted data, as matrix products."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from revertome.arrays import Array
from revertome.limma.clusters import ALIASED
from revertome.limma.ebayes import Moderated, squeeze
from revertome.limma.joint import JointFit
from revertome.limma.satterthwaite import Degrees
from revertome.trajectories.plane import Plane

GENES = 256  # whose whitened data are held at a time


@dataclass(frozen=True)
class PlaneContrasts:
    """Contrasts that span a plane: coefficient vectors of disease and change."""

    disease: str
    change: str


class Refit:
    """A joint model held ready for refitting.

    Correlation, weights and the prior variance stay those of the fit to the observed data;
    coefficients and residual variances are computed anew. Where every sum of contrasts has degrees
    of freedom of its own (mixed models), these stay as well.

    Parameters
    ----------
    fitted : JointFit
        Fit to the observed data, G genes.
    """

    def __init__(self, fitted: JointFit) -> None:
        there = ~np.isnan(fitted.y)
        self.n: float | Array = float(len(there))  # samples, of a gene where some miss values
        if not there.all():
            self.n = there.sum(axis=0).astype(float)
        whitening = fitted.whitening(fitted.y)
        self.alike = whitening.alike
        self.designs, self.whiten = whitening.designs, whitening.whiten
        self.fitted, self.p = fitted, fitted.model.design.shape[1]
        self.prior = next(iter(fitted.moderated.values()))
        self.observed: dict[PlaneContrasts, tuple[float | Array, Degrees | None]] = {}
        self.vectors: dict[PlaneContrasts, Array] = {}

    def information(self) -> Array:
        """X'X of the whitened design, (1, p, p) or (G, p, p)."""
        return np.concatenate([np.swapaxes(x, 1, 2) @ x for _, x in self.pieces()])

    def pieces(self) -> Iterator[tuple[slice, Array]]:
        """Some of the genes at a time, and their whitened designs; all genes where they share it.

        Whitened data or designs of all genes are copies of the data.
        """
        n_genes = self.fitted.y.shape[1]
        step = n_genes if self.alike else GENES
        for start in range(0, n_genes, step):
            part = slice(start, start + step)
            yield part, self.designs(part)

    def products(self, y: Array, x: Array) -> tuple[Array, Array]:
        """X'y (genes, p) and y'y (genes,) of whitened data and designs (1 or genes, n, p)."""
        xy = y.T @ x[0] if self.alike else np.einsum("gnp,ng->gp", x, y, optimize=True)
        return xy, np.einsum("ng,ng->g", y, y)

    def planes(
        self, xx: Array, xy: Array, yy: Array, n: float | Array, effects: dict[str, PlaneContrasts]
    ) -> dict[str, Plane]:
        """Planes from X'X (1 or G, p, p), X'y (G, p) and y'y (G,) over n (or (G,)) samples."""
        inverse = inverses(xx)
        beta = xy @ inverse[:, :, 0] if len(xx) == 1 else np.einsum("pqg,gq->gp", inverse, xy)
        # rss = y'y - beta'X'y: the residual sum of squares needs sums only, so a resample never
        # touches the samples themselves. Rounding can take it just below 0.
        df = n - xx.shape[-1]
        rss = yy - np.einsum("gp,gp->g", beta, xy)
        with np.errstate(divide="ignore", invalid="ignore"):  # of genes with too few samples
            s2, total = self._moderated(np.maximum(rss, 0.0) / np.where(df > 0, df, np.nan), df)
        found: dict[PlaneContrasts, Plane] = {}
        for effect in effects.values():
            if effect not in found:
                found[effect] = self._plane(effect, beta, inverse, s2, total)
        return {group: found[effect] for group, effect in effects.items()}

    def coefficients(self, y: Array) -> Array:
        """Coefficients (G, p) of data (n, G), for the covariates and residuals of the fit."""
        xy, xx = np.empty((y.shape[1], self.p)), self.information()
        for start in range(0, len(xy), GENES):  # whitened data of all genes are a copy of them
            part = slice(start, start + GENES)
            xy[part], _ = self.products(self.whiten(y[:, part], part), self.designs(part))
        if np.ndim(self.n):  # some may not be told apart in a gene with few values
            inverse = np.linalg.pinv(xx, ALIASED, hermitian=True)
            return np.asarray(np.einsum("gpq,gq->gp", inverse, xy))
        return np.asarray(np.linalg.solve(xx, xy[:, :, None])[:, :, 0])

    def _moderated(self, s2: Array, df: float | Array) -> tuple[Array, float | Array]:
        """Posterior variance and total degrees of freedom."""
        # The prior s0^2, d0 stays as observed, so that a gene in a resample depends on its own
        # data alone.
        df0, own = self.prior.df_prior, self.fitted.df_residual
        if own is not None:
            return squeeze(s2, own, self.prior.s2_prior, df0), np.minimum(df0 + own, own.sum())
        total = np.sum(df) if np.ndim(df) else df * len(s2)
        return squeeze(s2, df, self.prior.s2_prior, df0), np.minimum(df0 + df, total)

    def _degrees(self, effect: PlaneContrasts) -> tuple[float | Array, Degrees | None]:
        """Degrees of freedom of the observed plane, which take time and never change."""
        if effect not in self.observed:
            plane = plane_of(self.prior, effect, self.fitted.degrees)
            self.observed[effect] = plane.df, plane.own
        return self.observed[effect]

    def _plane(
        self, effect: PlaneContrasts, beta: Array, inverse: Array, s2: Array, df: float | Array
    ) -> Plane:
        # cov = C' (X'X)^-1 C of the two contrasts for every gene, times the moderated variance
        # below.
        if effect not in self.vectors:
            self.vectors[effect] = coefficients(self.fitted, effect)
        c = self.vectors[effect]
        estimate = beta @ c
        cov = np.einsum("apg,pb->abg", np.tensordot(c.T, inverse, 1), c)
        own = None
        if self.fitted.degrees is not None:
            df, own = self._degrees(effect)
        return Plane(
            d=estimate[:, 0],
            t=estimate[:, 1],
            var_d=s2 * cov[0, 0],
            var_t=s2 * cov[1, 1],
            cov=s2 * cov[0, 1],
            df=df,
            own=own,
        )


def inverses(xx: Array) -> Array:
    """Inverses (p, p, G) of positive definite matrices (G, p, p).

    Gauss-Jordan without pivots, every step for all genes at once: the matrices are small and
    many, which a decomposition of one after the other is slow at. NaN where a pivot shows that one
    is not positive definite: its people do not tell the coefficients apart.
    """
    a = np.array(np.moveaxis(xx, 0, -1), dtype=float, order="C")
    least = ALIASED * np.einsum("kkg->kg", a)
    for k in range(len(a)):
        pivot = np.where(a[k, k] > least[k], a[k, k], np.nan)
        row = a[k] / pivot
        column = a[:, k].copy()
        # Eliminate variable k from all other rows; row and column k then hold those of the
        # inverse. Positive definite matrices keep positive pivots, so no row is exchanged.
        a -= column[:, None] * row
        a[k] = row
        a[:, k] = -column / pivot
        a[k, k] = 1 / pivot
    return a


def coefficients(fitted: JointFit, effect: PlaneContrasts) -> Array:
    """Coefficients (p, 2) of disease and change."""
    columns = fitted.model.design.columns
    vectors = [fitted.model.contrasts[name] for name in (effect.disease, effect.change)]
    return np.column_stack([v.reindex(columns, fill_value=0.0).to_numpy(float) for v in vectors])


def planes_of(fitted: JointFit, effects: Mapping[str, PlaneContrasts]) -> dict[str, Plane]:
    """Planes of the observed data by the names of their effects."""
    one = next(iter(fitted.moderated.values()))
    return {key: plane_of(one, effect, fitted.degrees) for key, effect in effects.items()}


def plane_of(
    moderated: Moderated,
    effect: PlaneContrasts,
    degrees: Callable[[str, str], Degrees] | None = None,
) -> Plane:
    """Plane of the fit to the observed data; see `JointFit` for `degrees`."""
    i, j = (moderated.fit.names.index(name) for name in (effect.disease, effect.change))
    cov, s2 = np.asarray(moderated.fit.covariance), moderated.s2_post
    own = None if degrees is None else degrees(effect.disease, effect.change)
    df = moderated.df_total
    if own is not None:
        df = np.minimum.reduce([own.of(1, 0), own.of(0, 1), own.of(1, 1)])
    return Plane(
        d=moderated.fit.coefficients[:, i],
        t=moderated.fit.coefficients[:, j],
        var_d=s2 * cov[:, i, i],
        var_t=s2 * cov[:, j, j],
        cov=s2 * cov[:, i, j],
        df=df,
        own=own,
    )
