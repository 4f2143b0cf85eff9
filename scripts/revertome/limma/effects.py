"""A contrast and the noise of every gene as independent effects of one variance.

The whitened data of a gene, turned by the orthogonal matrix of its whitened design, are p effects
of the design, the last of which is the contrast, and n - p of noise alone. What tests of gene sets
need of a fit is in these numbers (Wu et al. 2010, Bioinformatics 26:2176; Wu & Smyth 2012, Nucleic
Acids Res 40:e133).
"""

from dataclasses import dataclass

import numpy as np

from revertome.arrays import Array, Mask
from revertome.limma.completed import completed
from revertome.limma.joint import JointFit
from revertome.limma.solve_genewise import genes_at_once


@dataclass(frozen=True)
class Effects:
    """Effects of one contrast.

    Attributes
    ----------
    signal : (G,)
        The contrast over its unscaled standard deviation: N(., sigma^2) as every residual effect.
    noise : (G, n - p)
        Residual effects, of completed values where some are missing (`completed`). NaN, as
        `signal`, for genes whose samples do not tell the contrast or leave no residual.
    logfc, stdev_unscaled, t : (G,)
        Estimate, its standard deviation over sigma, and moderated t.
    s2_prior, s2_post : (G,)
        Prior and moderated variance.
    df_prior, df_total : float or (G,)
        Degrees of freedom of the prior, and of t.
    """

    signal: Array
    noise: Array
    logfc: Array
    stdev_unscaled: Array
    t: Array
    s2_prior: Array
    s2_post: Array
    df_prior: float | Array
    df_total: float | Array

    @property
    def known(self) -> Mask:
        """Genes with effects, (G,) bool."""
        told = np.isfinite(self.signal) & np.isfinite(self.t)
        return np.asarray(told & np.isfinite(self.noise).all(axis=1))


def effects_of(fitted: JointFit, contrast: str) -> Effects:
    """Effects of a contrast of a fitted model.

    Parameters
    ----------
    fitted : JointFit
    contrast : str
        One of its contrasts.
    """
    vector = fitted.model.contrasts[contrast]
    columns = fitted.model.design.columns
    turn = last_coefficient(vector.reindex(columns, fill_value=0.0).to_numpy(float))
    y = completed(fitted, contrast)
    whitening = fitted.whitening(y if np.isfinite(y).all() else np.nan_to_num(y))
    n_genes, p = y.shape[1], len(turn)
    signal, noise = np.empty(n_genes), np.empty((n_genes, len(y) - p))
    same = (fitted.weights is None or fitted.weights.ndim == 1) and not np.ndim(fitted.correlation)
    rotate = _rotation(whitening.designs(slice(0, 1))[0] @ turn) if same else None
    step = genes_at_once(fitted.model.design.size)
    for start in range(0, n_genes, step):
        part = slice(start, start + step)
        white = whitening.whiten(y[:, part], part).T
        if rotate is None:
            turned = _rotated(whitening.designs(part) @ turn, white)
        else:
            turned = white @ rotate
        signal[part], noise[part] = turned[:, 0], turned[:, 1:]
    moderated = fitted.moderated[contrast]
    k = moderated.fit.names.index(contrast)
    logfc, unscaled = moderated.fit.coefficients[:, k], moderated.stdev_unscaled[:, k]
    # Completed values have the estimate of a gene with gaps, but not its standard deviation.
    gaps = np.isnan(fitted.y).any(axis=0)
    signal[gaps] = logfc[gaps] / unscaled[gaps]
    return Effects(
        signal=signal,
        noise=noise,
        logfc=logfc,
        stdev_unscaled=unscaled,
        t=moderated.t[:, k],
        s2_prior=moderated.s2_prior,
        s2_post=moderated.s2_post,
        df_prior=moderated.df_prior,
        df_total=moderated.df_total,
    )


def last_coefficient(contrast: Array) -> Array:
    """Matrix T (p, p): in the design XT the contrast is the last coefficient.

    A single coefficient is moved to the end; else T is made of the reflection that takes the
    contrast to the first axis, as limma's ``contrastAsCoef`` does.
    """
    p = len(contrast)
    at = np.flatnonzero(contrast)
    if len(at) == 1 and contrast[at[0]] == 1:
        return np.asarray(np.eye(p)[:, [*np.delete(np.arange(p), at[0]), at[0]]])
    # H c = r e1 with H = I - 2vv' / v'v, so X b = (X H)(H b), and c'b = r (H b)_1: the first
    # column of XH over r has the coefficient c'b.
    r = -np.copysign(np.linalg.norm(contrast), contrast[0] or 1.0)
    v = contrast.astype(float).copy()
    v[0] -= r
    turn = np.eye(p) - 2 * np.outer(v, v) / (v @ v)
    turn[:, 0] /= r
    return np.asarray(np.roll(turn, -1, axis=1))


def _rotation(design: Array) -> Array:
    """Matrix (n, n - p + 1) that turns values as `_rotated` does, of one design (n, p)."""
    p = design.shape[1]
    q, r = np.linalg.qr(design, mode="complete")
    turn = q[:, p - 1 :].copy()
    turn[:, 0] *= np.sign(r[p - 1, p - 1])
    return np.asarray(turn)


def _rotated(design: Array, y: Array) -> Array:
    """Effects of the last coefficient and of noise, (G, n - p + 1), from y (G, n).

    Householder's reflections of each design (G, n, p), as LINPACK has them. Below the diagonal h
    holds the reflections: applied to the data one by one they cost less than the matrix they make.
    """
    p = design.shape[2]
    h, tau = np.linalg.qr(design, mode="raw")
    turned = y.copy()
    for j in range(p):
        v = h[:, j, j:].copy()
        v[:, 0] = 1.0
        along = tau[:, j] * np.einsum("gn,gn->g", v, turned[:, j:])
        turned[:, j:] -= along[:, None] * v
    turned = turned[:, p - 1 :]
    turned[:, 0] *= np.sign(h[:, p - 1, p - 1])
    return np.asarray(turned)
