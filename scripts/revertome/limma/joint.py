"""The fit of one model to all its samples, with the weights and correlation behind it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np

from revertome.arrays import Array
from revertome.limma.array_weights import array_weights
from revertome.limma.contrasts import contrasts_fit
from revertome.limma.duplicate_correlation import duplicate_correlation
from revertome.limma.ebayes import Moderated, ebayes
from revertome.limma.fit import Fit, lm_fit
from revertome.limma.satterthwaite import Degrees
from revertome.limma.voom import voom, voom_blocked, voom_with_quality_weights
from revertome.limma.whitening import Whitening, whitening_of
from revertome.trial import Model


@dataclass(frozen=True)
class Joint:
    """A fitted model with its data.

    Attributes
    ----------
    fit : Fit
    y : (n, G)
        Log2 values the model was fitted to.
    weights : (n,), (n, G) or None
        Sample or observation weights.
    correlation : float
        Consensus correlation within patients; NaN under fixed blocking.
    """

    fit: Fit
    y: Array
    weights: Array | None
    correlation: float


@dataclass(frozen=True)
class JointFit:
    """A fitted model with moderated contrasts, as it can be tested and refitted to other data.

    Attributes
    ----------
    model : Model
    y : (n, G)
        Log2 values the model was fitted to.
    correlation : float or (G,)
        Correlation within patients: one consensus, or one a gene; NaN under fixed blocking.
    moderated : dict of str to Moderated
        Each contrast with its degrees of freedom.
    whitening : callable
        Gives the `Whitening` of values, those of the fit or others with its model; it can be large.
    df_residual : (G,), optional
        Degrees of freedom of the residual variances where they are not samples minus coefficients.
    degrees : callable, optional
        `Degrees` of two contrasts by their names, where every sum of contrasts has its own.
    weights : (n,) or (n, G), optional
        Sample or observation weights of the fit.
    trend, robust : bool
        How variances were moderated.
    """

    model: Model
    y: Array
    correlation: float | Array
    moderated: Mapping[str, Moderated]
    whitening: Callable[[Array], Whitening]
    df_residual: Array | None = None
    degrees: Callable[[str, str], Degrees] | None = None
    weights: Array | None = None
    trend: bool = False
    robust: bool = False


def normal_fit(y: Array, model: Model, weigh_samples: bool = False) -> Joint:
    """Fit log2 values, patients as blocks where the model says so.

    Parameters
    ----------
    y : (n, G)
        Log2 values.
    model : Model
    weigh_samples : bool
        Weigh samples by `array_weights`.
    """
    y = np.asarray(y, dtype=float)
    # The correlation is estimated with the weights, and the fit uses both: generalised least
    # squares with the covariance W^-1/2 (block correlation) W^-1/2.
    weights = array_weights(y, model.design) if weigh_samples else None
    if model.block is None:
        return Joint(lm_fit(y, model.design, weights=weights), y, weights, np.nan)
    correlation = duplicate_correlation(y, model.design, model.block, weights)
    fit = lm_fit(y, model.design, model.block, correlation, weights)
    return Joint(fit, y, weights, correlation)


def count_fit(values: Any, model: Model, weigh_samples: bool = False) -> Joint:
    """Fit counts through voom, or with `weigh_samples` through `voom_with_quality_weights`.

    Parameters
    ----------
    values : AnnData, samples x genes
        Counts in ``layers["counts"]``; obs `library_size` and `norm_factor`.
    model : Model
    weigh_samples : bool
        Weight samples by their precision as well.
    """
    counts = np.asarray(values.layers["counts"], dtype=float)
    # Effective library size, as edgeR defines it: size times normalisation factor.
    library = (values.obs["library_size"] * values.obs["norm_factor"]).to_numpy(float)
    if model.block is None:
        weigh = voom_with_quality_weights if weigh_samples else voom
        y, weights = weigh(counts, library, model.design)
        return Joint(lm_fit(y, model.design, weights=weights), y, weights, np.nan)
    y, weights, correlation = voom_blocked(
        counts, library, model.design, model.block, weigh_samples
    )
    fit = lm_fit(y, model.design, model.block, correlation, weights)
    return Joint(fit, y, weights, correlation)


def moderate(fit: Fit, model: Model, trend: bool, robust: bool = False) -> Moderated:
    """Contrasts of a model with moderated variances."""
    return ebayes(contrasts_fit(fit, model.contrasts), trend, robust)


def moderated_joint(joint: Joint, model: Model, trend: bool, robust: bool = False) -> JointFit:
    """A fit with its contrasts moderated, ready to be refitted."""
    moderated = moderate(joint.fit, model, trend, robust)
    return JointFit(
        model=model,
        y=joint.y,
        correlation=joint.correlation,
        moderated=dict.fromkeys(model.contrasts, moderated),
        whitening=partial(whitening_of, model, joint.correlation, joint.weights),
        weights=joint.weights,
        trend=trend,
        robust=robust,
    )
