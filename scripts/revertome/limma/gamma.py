"""Gamma regression with identity link on one regressor, every gene at once."""

import numpy as np
import numpy.typing as npt

from revertome.arrays import Array

TOLERANCE = 1e-6
MAX_ITERATIONS = 21
SMALLEST = 1e-300


def gamma_identity(square: Array, eigen: Array, count: Array) -> tuple[Array, Array]:
    """Fit mean(square) = a + b * eigen to `count` squares each.

    Levenberg-Marquardt damped Fisher scoring with the damping and the stopping rule of R's
    ``statmod::glmgam.fit`` as limma calls it (tolerance 1e-6, 20 iterations), so that the
    correlations are limma's and not only near them.

    Parameters
    ----------
    square : (m, G)
        Mean of the squares of a direction, or of several with the same regressor.
    eigen, count : (m, 1) or (m, G)
        Regressor; number of squares.

    Returns
    -------
    a, b : (G,)
        Intercept (residual variance) and slope (patient variance); NaN where `eigen` does not
        vary over the squares.
    """
    a, b, split = _start(square, eigen, count)
    deviance = _deviance(square, a + eigen * b, count)
    damping = np.full(a.shape, np.nan)
    active = np.flatnonzero(np.isfinite(deviance) & split)
    for iteration in range(MAX_ITERATIONS):
        if not len(active):
            break
        part = square[:, active]
        e, k = _columns(eigen, active), _columns(count, active)
        # Fisher scoring with identity link: a gamma variable with mean mu has variance
        # proportional to mu^2, so weights are count / mu^2 and the working residual is square -
        # mu. Tiny means are held off, or one square would get all the weight.
        mean = a[active] + e * b[active]
        variance = np.maximum(mean**2, (mean**2).max(axis=0) / 1e3)
        weight = k / variance
        # 2 x 2 information (sums of w, w e, w e^2) and score, for all genes side by side.
        information = (
            weight.sum(axis=0),
            (e * weight).sum(axis=0),
            (e * e * weight).sum(axis=0),
        )
        excess = (part - mean) * weight
        score = excess.sum(axis=0), (e * excess).sum(axis=0)
        if iteration == 0:
            damping[active] = (information[0] + information[2]) / 4
        state = a, b, damping, deviance
        step = _damped_step(part, e, k, state, active, information, score)
        active = active[score[0] * step[0] + score[1] * step[1] >= TOLERANCE]
    return a, b


def _columns(x: Array, which: npt.NDArray[np.intp]) -> Array:
    return x if x.shape[1] == 1 else x[:, which]


def _start(square: Array, eigen: Array, count: Array) -> tuple[Array, Array, Array]:
    """Least squares, or no slope where it would give a negative mean; mask of genes to go on."""
    n = count.sum(axis=0)
    # Weighted simple regression of squares on eigenvalues, for a start.
    average = (count * eigen).sum(axis=0) / n
    level = (count * square).sum(axis=0) / n
    centred = count * (eigen - average)
    spread = (centred * (eigen - average)).sum(axis=0)
    varies = np.broadcast_to(spread / (n - 1) > 1e-15, level.shape)
    with np.errstate(invalid="ignore", divide="ignore"):
        slope = np.where(varies, (centred * square).sum(axis=0) / spread, np.nan)
    # With one patient direction least squares is exact and R goes no further.
    split = varies & (np.where(eigen > 0, count, 0.0).sum(axis=0) > 1)
    start = level - slope * average
    bad = split & (start + eigen * slope < 0).any(axis=0)
    return np.where(bad, level, start), np.where(bad, 0.0, slope), split


def _deviance(square: Array, mean: Array, count: Array) -> Array:
    with np.errstate(invalid="ignore", divide="ignore"):
        ratio = np.maximum(square, SMALLEST) / mean
        value = 2 * (count * (ratio - 1 - np.log(ratio))).sum(axis=0)
    return np.where((mean < 0).any(axis=0), np.inf, value)


def _damped_step(
    square: Array,
    eigen: Array,
    count: Array,
    state: tuple[Array, Array, Array, Array],
    active: npt.NDArray[np.intp],
    information: tuple[Array, Array, Array],
    score: tuple[Array, Array],
) -> tuple[Array, Array]:
    """Move each gene downhill, doubling its damping until its deviance does not rise."""
    a, b, damping, deviance = state
    start_a, start_b = a[active], b[active]
    step_a, step_b = np.zeros(len(active)), np.zeros(len(active))
    waiting = np.arange(len(active))
    largest = np.maximum(information[0], information[2])
    for attempt in range(64):
        at = active[waiting]
        w0, w1, w2 = (part[waiting] for part in information)
        w0, w2 = w0 + damping[at], w2 + damping[at]
        # Solve (information + damping I) step = score by Cramer's rule. Damping turns the step
        # towards the gradient and shortens it.
        determinant = w0 * w2 - w1**2
        step_a[waiting] = (w2 * score[0][waiting] - w1 * score[1][waiting]) / determinant
        step_b[waiting] = (w0 * score[1][waiting] - w1 * score[0][waiting]) / determinant
        new_a = start_a[waiting] + step_a[waiting]
        new_b = start_b[waiting] + step_b[waiting]
        e, k = _columns(eigen, waiting), _columns(count, waiting)
        value = _deviance(square[:, waiting], new_a + e * new_b, k)
        # A step is taken only if the deviance does not rise; the others wait with twice the
        # damping.
        good = value <= deviance[at]
        a[at[good]] = new_a[good]
        b[at[good]] = new_b[good]
        deviance[at[good]] = value[good]
        if attempt == 0:
            damping[at[good]] /= 10
        stuck = ~good & (damping[at] > 1e15 * largest[waiting])
        step_a[waiting[stuck]] = step_b[waiting[stuck]] = 0.0
        waiting = waiting[~good & ~stuck]
        if not len(waiting):
            break
        damping[active[waiting]] *= 2
    return step_a, step_b
