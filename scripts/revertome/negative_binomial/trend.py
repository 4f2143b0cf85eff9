"""Trend of dispersions by mean: regression with gamma errors and an identity link."""

import numpy as np

from revertome.arrays import Array

STEPS, TOLERANCE = 25, 1e-8  # of one regression, R's glm.control


def gamma_identity(x: Array, y: Array, start: Array) -> tuple[Array, bool] | None:
    """Maximum likelihood x b of y with gamma errors, all means positive, where R's glm stops.

    Parameters
    ----------
    x : (G, p)
    y : (G,)
        Above 0.
    start : (p,)

    Returns
    -------
    coefficients : (p,)
    converged : bool
        The deviance changed by less than 1e-8 of itself in the last step. None instead of both
        where no step leaves all means positive.
    """
    beta, mean = start, x @ start
    if len(y) < 2 or not (mean > 0).all():
        return None
    deviance = _deviance(y, mean)
    for _ in range(STEPS):
        # Identity link: the working response is y itself, weights are 1 / mean^2.
        scaled = x / mean[:, None]
        step: Array = np.asarray(np.linalg.lstsq(scaled, y / mean, rcond=None)[0], float)
        for _ in range(STEPS):
            mean = x @ step
            if (mean > 0).all():
                break
            step = (step + beta) / 2
        else:
            return None
        beta, before, deviance = step, deviance, _deviance(y, mean)
        if abs(deviance - before) / (abs(deviance) + 0.1) < TOLERANCE:
            return beta, True
    return beta, False


def _deviance(y: Array, mean: Array) -> float:
    return float(-2 * (np.log(y / mean) - (y - mean) / mean).sum())
