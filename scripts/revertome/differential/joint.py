"""The fit of one model to all its samples, with the weights and correlation behind it."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from revertome.differential.contrasts import contrasts_fit
from revertome.differential.design import Model
from revertome.differential.duplicate_correlation import duplicate_correlation
from revertome.differential.ebayes import Moderated, ebayes
from revertome.differential.fit import Array, Fit, lm_fit
from revertome.differential.voom import voom, voom_blocked
from revertome.errors import StudyError


@dataclass(frozen=True)
class Joint:
    """A fitted model with its data.

    Attributes
    ----------
    fit : Fit
    y : (n, G)
        Log2 values the model was fitted to.
    weights : (n, G) or None
        Observation weights.
    correlation : float
        Consensus correlation within patients; NaN under fixed blocking.
    """

    fit: Fit
    y: Array
    weights: Array | None
    correlation: float


def normal_fit(y: Array, model: Model) -> Joint:
    """Fit log2 values, patients as blocks where the model says so."""
    y = np.asarray(y, dtype=float)
    if model.block is None:
        return Joint(lm_fit(y, model.design), y, None, np.nan)
    correlation = duplicate_correlation(y, model.design, model.block)
    fit = lm_fit(y, model.design, model.block, correlation)
    return Joint(fit, y, None, correlation)


def count_fit(values: Any, model: Model) -> Joint:
    """Fit counts through voom.

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
    library = (values.obs["library_size"] * values.obs["norm_factor"]).to_numpy(float)
    if model.block is None:
        y, weights = voom(counts, library, model.design)
        return Joint(lm_fit(y, model.design, weights=weights), y, weights, np.nan)
    y, weights, correlation = voom_blocked(counts, library, model.design, model.block)
    fit = lm_fit(y, model.design, model.block, correlation, weights)
    return Joint(fit, y, weights, correlation)


def moderate(fit: Fit, model: Model, trend: bool) -> Moderated:
    """Contrasts of a model with moderated variances."""
    return ebayes(contrasts_fit(fit, model.contrasts), trend)
