"""The fit of one model to all its samples, with the weights and correlation behind it."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from revertome.arrays import Array
from revertome.errors import StudyError
from revertome.limma.array_weights import array_weights
from revertome.limma.contrasts import contrasts_fit
from revertome.limma.duplicate_correlation import duplicate_correlation
from revertome.limma.ebayes import Moderated, ebayes
from revertome.limma.fit import Fit, lm_fit
from revertome.limma.voom import voom, voom_blocked, voom_quality
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


def normal_fit(y: Array, model: Model, quality: bool = False) -> Joint:
    """Fit log2 values, patients as blocks where the model says so.

    Parameters
    ----------
    y : (n, G)
        Log2 values.
    model : Model
    quality : bool
        Weigh samples by `array_weights`.
    """
    y = np.asarray(y, dtype=float)
    # The correlation is estimated with the weights, and the fit uses both: generalised least
    # squares with the covariance W^-1/2 (block correlation) W^-1/2.
    weights = array_weights(y, model.design) if quality else None
    if model.block is None:
        return Joint(lm_fit(y, model.design, weights=weights), y, weights, np.nan)
    correlation = duplicate_correlation(y, model.design, model.block, weights)
    fit = lm_fit(y, model.design, model.block, correlation, weights)
    return Joint(fit, y, weights, correlation)


def count_fit(values: Any, model: Model, quality: bool = False) -> Joint:
    """Fit counts through voom, or with `quality` through `voom_quality`.

    Raises
    ------
    StudyError
        When the expression holds no counts.
    """
    if "counts" not in values.layers:
        raise StudyError(
            "differential.engines: voom needs counts, this study has log2 values; use limma"
        )
    counts = np.asarray(values.layers["counts"], dtype=float)
    # Effective library size, as edgeR defines it: size times normalisation factor.
    library = (values.obs["library_size"] * values.obs["norm_factor"]).to_numpy(float)
    if model.block is None:
        weigh = voom_quality if quality else voom
        y, weights = weigh(counts, library, model.design)
        return Joint(lm_fit(y, model.design, weights=weights), y, weights, np.nan)
    y, weights, correlation = voom_blocked(counts, library, model.design, model.block, quality)
    fit = lm_fit(y, model.design, model.block, correlation, weights)
    return Joint(fit, y, weights, correlation)


def moderate(fit: Fit, model: Model, trend: bool, robust: bool = False) -> Moderated:
    """Contrasts of a model with moderated variances."""
    return ebayes(contrasts_fit(fit, model.contrasts), trend, robust)
