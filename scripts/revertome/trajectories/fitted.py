"""The joint fit of healthy and paired samples by any engine, and how it is refitted."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from revertome.arrays import Array
from revertome.errors import StudyError
from revertome.limma.ebayes import Moderated
from revertome.limma.joint import Joint, count_fit, moderate, normal_fit
from revertome.limma.mixed_fit import MixedFit, mixed_fit, moderate_mixed
from revertome.trajectories.mixed_refit import MixedRefit, mixed_plane
from revertome.trajectories.plane import Plane
from revertome.trajectories.refit import Effects, Refit, plane_of
from revertome.trial import Model


@dataclass(frozen=True)
class How:
    """Engine and moderation of the joint fit: the configuration section `differential`.

    Attributes
    ----------
    engine : str
        `limma`, `voom` or `mixed`.
    trend, robust : bool
        Prior variance follows mean expression; outlying variances are moderated less.
    quality : bool
        Samples are weighed by their precision (limma, voom).
    """

    engine: str
    trend: bool
    robust: bool = False
    quality: bool = False


@dataclass(frozen=True)
class Fitted:
    """A joint fit.

    Attributes
    ----------
    model : Model
    y : (n, G)
        Log2 values the model was fitted to.
    correlation : float or (G,)
        Correlation within patients: one consensus, or of every gene (mixed).
    moderated : dict of str to Moderated
        Each contrast with its degrees of freedom.
    found : Joint or MixedFit
        Fit of limma and voom, or of the mixed engine.
    """

    model: Model
    y: Array
    correlation: float | Array
    moderated: Mapping[str, Moderated]
    found: Joint | MixedFit

    def planes(self, effects: Mapping[str, Effects]) -> dict[str, Plane]:
        """Planes of the observed data."""
        one, found = next(iter(self.moderated.values())), self.found
        if isinstance(found, MixedFit):
            return {key: mixed_plane(found, one, effect) for key, effect in effects.items()}
        return {key: plane_of(one, effect) for key, effect in effects.items()}

    def refit(self, effects: Mapping[str, Effects]) -> Refit:
        """The model held ready for resampled and permuted data."""
        one, found = next(iter(self.moderated.values())), self.found
        if isinstance(found, MixedFit):
            return MixedRefit(found, self.model, one, self.planes(effects))
        return Refit(found, self.model, one)


def fit(values: Any, model: Model, how: How) -> Fitted:
    """Fit a model to its samples.

    Parameters
    ----------
    values : AnnData, samples x genes
        Samples of the model; counts for voom.
    model : Model
        With random blocking.
    how : How

    Returns
    -------
    Fitted

    Raises
    ------
    StudyError
        When the engine has no joint fit, or cannot fit these data.
    """
    if how.engine == "mixed":
        y = np.asarray(values.X, dtype=float)
        try:
            mixed = mixed_fit(y, model.design, model.obs["patient"], model.contrasts)
        except ValueError as error:
            raise StudyError(f"trajectories: mixed: {error}; or use limma") from error
        parts = moderate_mixed(mixed, how.trend, how.robust)
        return Fitted(model, y, mixed.ratio / (1 + mixed.ratio), parts, mixed)
    if how.engine == "limma":
        joint, trend = normal_fit(values.X, model, how.quality), how.trend
    elif how.engine == "voom":
        joint, trend = count_fit(values, model, how.quality), False
    else:
        raise StudyError(
            f"differential.engines: {how.engine} comes first but has no joint fit of healthy and "
            "paired samples, which trajectories need; put limma, voom or mixed first"
        )
    moderated = moderate(joint.fit, model, trend, how.robust)
    of_each = dict.fromkeys(model.contrasts, moderated)
    return Fitted(model, joint.y, joint.correlation, of_each, joint)
