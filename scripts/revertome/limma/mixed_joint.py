"""Gene-wise mixed models of a study: genes that miss samples, moderation, and the joint fit."""

from dataclasses import replace
from functools import partial

import numpy as np
import numpy.typing as npt
import pandas as pd

from revertome.arrays import Array
from revertome.limma.ebayes import Moderated, ebayes
from revertome.limma.fit import Fit
from revertome.limma.joint import JointFit
from revertome.limma.mixed_fit import MixedFit, mixed_fit
from revertome.limma.satterthwaite import Degrees
from revertome.limma.solve_genewise import untold
from revertome.limma.whitening import genewise_whitening_of
from revertome.trial import Model, dependent, unidentified

Rows = npt.NDArray[np.intp]


def mixed_fit_seen(
    y: Array, design: pd.DataFrame, block: pd.Series, contrasts: dict[str, pd.Series]
) -> MixedFit:
    """`mixed_fit` of every gene to the samples in which it has a value.

    Parameters
    ----------
    y : (n, G)
        Log2 expression; NaN where missing.
    design, block, contrasts
        As of `mixed_fit`.

    Returns
    -------
    MixedFit
        NaN, with ratio 0 and no degrees of freedom, for a gene whose samples do not allow the
        model; NaN contrasts of one whose samples do not tell them.

    Raises
    ------
    ValueError
        As `mixed_fit`, where all samples together do not allow the model.
    """
    missing = np.isnan(y)
    if not missing.any():
        return mixed_fit(y, design, block, contrasts)
    # Genes that miss the same samples are fitted together.
    patterns, group = np.unique(missing, axis=1, return_inverse=True)
    x, parts = design.to_numpy(float), []
    c = np.column_stack([v.reindex(design.columns, fill_value=0.0) for v in contrasts.values()])
    for number, gaps in enumerate(patterns.T):
        genes = np.flatnonzero(group.ravel() == number)
        part = _no_fit(len(genes), list(contrasts))
        kept = np.ones(x.shape[1], dtype=bool)
        kept[dependent(x[~gaps])] = False
        try:
            own = y[np.ix_(~gaps, genes)]
            part = mixed_fit(own, design.loc[~gaps, kept], block[~gaps], contrasts)
        except ValueError:
            if not gaps.any():
                raise
        if not kept.all():
            part = _told(part, untold(unidentified(x[~gaps], kept), c))
        parts.append((genes, part))
    return _together(parts)


def _told(found: MixedFit, lost: npt.NDArray[np.bool_]) -> MixedFit:
    """The contrasts that genes with aliased coefficients still tell; NaN for those lost."""
    square = lost[:, None] | lost
    return replace(
        found,
        coefficients=np.where(lost, np.nan, found.coefficients),
        covariance=np.where(square, np.nan, found.covariance),
        slope=np.where(square, np.nan, found.slope),
        df=np.where(lost, np.nan, found.df),
    )


def _no_fit(n_genes: int, names: list[str]) -> MixedFit:
    nothing, k = np.full(n_genes, np.nan), len(names)
    wide, square = np.full((n_genes, k), np.nan), np.full((n_genes, k, k), np.nan)
    none = np.zeros(n_genes)
    inverse = (nothing, nothing, nothing)
    return MixedFit(wide, square, nothing, none, none, wide, nothing, names, square, inverse)


def _together(parts: list[tuple[Rows, MixedFit]]) -> MixedFit:
    """One fit of the genes that were fitted in groups."""
    order = np.argsort(np.concatenate([genes for genes, _ in parts]), kind="stable")

    def joined(arrays: list[Array]) -> Array:
        return np.asarray(np.concatenate(arrays)[order])

    each = [part for _, part in parts]
    names = ["coefficients", "covariance", "sigma", "ratio", "df_sigma", "df", "mean"]
    found = {name: joined([getattr(part, name) for part in each]) for name in names}
    inverse = tuple(joined([part.inverse[k] for part in each]) for k in range(3))
    return MixedFit(
        **found, names=each[0].names, slope=joined([part.slope for part in each]),
        inverse=(inverse[0], inverse[1], inverse[2]),
    )  # fmt: skip


def moderate_mixed(found: MixedFit, trend: bool, robust: bool = False) -> dict[str, Moderated]:
    """Moderated t of every contrast of gene-wise mixed models.

    The residual variance of a gene, with its own degrees of freedom d (`df_sigma`), is squeezed
    to the prior as any: s2_post = (d0 s0^2 + d sigma^2) / (d0 + d). The ratio stays as it is:
    t = estimate / sqrt(covariance s2_post), with Satterthwaite's degrees of freedom of the
    contrast plus d0, at most those of all genes together. dream does the same but for d, for
    which it takes the trace of the squared residual maker.

    Parameters
    ----------
    found : MixedFit
        Fit of at least two genes.
    trend, robust : bool
        As in `ebayes`.

    Returns
    -------
    dict of str to Moderated
        One for each contrast; `df_total` is (G,).
    """
    fit = Fit(
        found.coefficients, found.covariance, found.sigma, found.df_sigma, found.mean, found.names
    )
    moderated = ebayes(fit, trend, robust)
    # A moderated variance cannot know more than the residuals of all genes together.
    most = np.nansum(found.df_sigma)
    return {
        name: replace(moderated, df_total=np.minimum(found.df[:, k] + moderated.df_prior, most))
        for k, name in enumerate(found.names)
    }


def mixed_joint(y: Array, model: Model, trend: bool, robust: bool = False) -> JointFit:
    """Gene-wise mixed models as a joint fit with moderated contrasts.

    Raises
    ------
    ValueError
        As `mixed_fit`.
    """
    if model.block is None:
        raise ValueError("patients are columns of the design, not random")
    found = mixed_fit_seen(y, model.design, model.block, model.contrasts)
    moderated = moderate_mixed(found, trend, robust)
    df_prior = next(iter(moderated.values())).df_prior
    return JointFit(
        model=model,
        y=y,
        correlation=found.ratio / (1 + found.ratio),
        moderated=moderated,
        whitening=partial(genewise_whitening_of, model, found.ratio),
        df_residual=found.df_sigma,
        degrees=partial(degrees_of, found, df_prior),
        trend=trend,
        robust=robust,
    )


def degrees_of(found: MixedFit, df_prior: float | Array, first: str, second: str) -> Degrees:
    """Degrees of freedom of every sum of two contrasts, after moderation by `df_prior`."""
    i, j = found.names.index(first), found.names.index(second)
    variance = (found.covariance[:, i, i], found.covariance[:, j, j], found.covariance[:, i, j])
    slope = (found.slope[:, i, i], found.slope[:, j, j], found.slope[:, i, j])
    return Degrees(
        variance, slope, found.ratio, found.inverse, df_prior, float(np.nansum(found.df_sigma))
    )
