"""Consensus correlation between samples of one patient.

Smyth, Michaud & Scott 2005 (Bioinformatics 21:2067): a REML variance-component model per
gene, y = Xb + Zu + e, and the trimmed mean of the correlations on the atanh scale.
"""

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import stats

from revertome.differential.fit import Array

TRIM = 0.15
RHO_MAX = 0.99
TOLERANCE = 1e-6
MAX_ITERATIONS = 21


def duplicate_correlation(
    y: Array, design: pd.DataFrame, block: pd.Series, weights: Array | None = None
) -> float:
    """Consensus within-block correlation over all genes.

    Parameters
    ----------
    y : (n, G)
        Log2 expression, samples in rows.
    design : (n, p)
        Full-rank design matrix.
    block : (n,)
        Patient of each sample.
    weights : (n, G), optional
        Observation weights.

    Returns
    -------
    float
        tanh of the 15% trimmed mean of atanh(rho); 0 when no block has two samples.

    Raises
    ------
    ValueError
        When too few residual degrees of freedom are left to split the variance.
    """
    code = pd.factorize(block, sort=True)[0]
    largest = int(np.bincount(code).max())
    if largest == 1:
        return 0.0
    if len(y) - design.shape[1] <= 2:
        raise ValueError("too few samples beyond the design to estimate a patient correlation")
    z = np.eye(code.max() + 1)[code]
    x = design.to_numpy(float)
    low = 1 / (1 - largest) + 0.01
    rho = _unweighted(y, x, z) if weights is None else _weighted(y, x, z, weights, low)
    arho = np.arctanh(np.clip(rho, low, RHO_MAX))
    return float(np.tanh(stats.trim_mean(arho, TRIM)))


def _unweighted(y: Array, x: Array, z: Array) -> Array:
    """REML correlations from the squared residual contrasts.

    After projection on the complement of X and rotation to the singular vectors of Z the
    squares have means a + b * s2: a gamma model with identity link, its regressors shared by
    all genes.
    """
    n, p = x.shape
    complement = np.linalg.qr(x, mode="complete")[0][:, p:]
    u, s, _ = np.linalg.svd(complement.T @ z, full_matrices=True)
    eigen = np.zeros(n - p)
    eigen[: len(s)] = s**2
    square = (u.T @ (complement.T @ y)) ** 2
    a, b = gamma_identity(square, eigen)
    return np.asarray(b / (a + b))


def _start(square: Array, eigen: Array) -> tuple[Array, Array]:
    centred = eigen - eigen.mean()
    slope = centred @ square / (centred @ centred)
    level = square.mean(0) - slope * eigen.mean()
    bad = (level + np.outer(eigen, slope) < 0).any(axis=0)
    return np.where(bad, square.mean(0), level), np.where(bad, 0.0, slope)


def _deviance(square: Array, mean: Array) -> Array:
    with np.errstate(invalid="ignore", divide="ignore"):
        ratio = square / mean
        value = 2 * (ratio - 1 - np.log(ratio)).sum(axis=0)
    return np.where((mean < 0).any(axis=0), np.inf, value)


def gamma_identity(square: Array, eigen: Array) -> tuple[Array, Array]:
    """Gamma regression of `square` (m, G) on `eigen` (m,) with identity link, every gene at once.

    Levenberg-Marquardt damped Fisher scoring with the damping and the stopping rule of R's
    ``statmod::glmgam.fit`` as limma calls it (tolerance 1e-6, 20 iterations), so that the
    correlations are limma's and not only near them.

    Returns
    -------
    a, b : (G,)
        Intercept (residual variance) and slope (patient variance).
    """
    a, b = _start(square, eigen)
    deviance = _deviance(square, a + np.outer(eigen, b))
    damping = np.full(a.shape, np.nan)
    active = np.flatnonzero(np.isfinite(deviance))
    for iteration in range(MAX_ITERATIONS):
        if not len(active):
            break
        part = square[:, active]
        mean = a[active] + np.outer(eigen, b[active])
        variance = np.maximum(mean**2, (mean**2).max(axis=0) / 1e3)
        weight = 1 / variance
        information = weight.sum(0), eigen @ weight, eigen**2 @ weight
        score = ((part - mean) * weight).sum(0), eigen @ ((part - mean) * weight)
        if iteration == 0:
            damping[active] = (information[0] + information[2]) / 4
        step = _damped_step(part, eigen, (a, b, damping, deviance), active, information, score)
        active = active[score[0] * step[0] + score[1] * step[1] >= TOLERANCE]
    return a, b


def _damped_step(
    square: Array,
    eigen: Array,
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
        determinant = w0 * w2 - w1**2
        step_a[waiting] = (w2 * score[0][waiting] - w1 * score[1][waiting]) / determinant
        step_b[waiting] = (w0 * score[1][waiting] - w1 * score[0][waiting]) / determinant
        new_a, new_b = start_a[waiting] + step_a[waiting], start_b[waiting] + step_b[waiting]
        value = _deviance(square[:, waiting], new_a + np.outer(eigen, new_b))
        good = value <= deviance[at]
        a[at[good]], b[at[good]], deviance[at[good]] = new_a[good], new_b[good], value[good]
        if attempt == 0:
            damping[at[good]] /= 10
        stuck = ~good & (damping[at] > 1e15 * largest[waiting])
        step_a[waiting[stuck]] = step_b[waiting[stuck]] = 0.0
        waiting = waiting[~good & ~stuck]
        if not len(waiting):
            break
        damping[active[waiting]] *= 2
    return step_a, step_b


def _weighted(y: Array, x: Array, z: Array, weights: Array, lowest: float) -> Array:
    """REML correlations with weights: a grid, then golden section on rho, all genes at once."""
    reml = _Reml(y, x, z, weights)
    grid = np.linspace(lowest, RHO_MAX, 33)
    loss = np.array([reml.loss(np.full(y.shape[1], rho)) for rho in grid])
    best = loss.argmin(axis=0).clip(1, len(grid) - 2)
    low, high = grid[best - 1], grid[best + 1]
    golden = (np.sqrt(5) - 1) / 2
    left, right = high - golden * (high - low), low + golden * (high - low)
    at_left, at_right = reml.loss(left), reml.loss(right)
    for _ in range(36):
        smaller = at_left < at_right
        high, low = np.where(smaller, right, high), np.where(smaller, low, left)
        left, right = high - golden * (high - low), low + golden * (high - low)
        at_left, at_right = reml.loss(left), reml.loss(right)
    return np.asarray((low + high) / 2)


class _Reml:
    """Minus twice the profile REML log likelihood in rho of sqrt(w) y, for V = I + g ZZ'.

    As in limma, weights scale the observations before patients enter: samples of one patient
    keep the correlation rho whatever their weights.
    """

    def __init__(self, y: Array, x: Array, z: Array, weights: Array) -> None:
        root = np.sqrt(weights).T
        xw, yw = root[:, :, None] * x, root * y.T
        self.xwx = np.swapaxes(xw, 1, 2) @ xw
        self.xwy = np.einsum("gnp,gn->gp", xw, yw)
        self.ywy = np.einsum("gn,gn->g", yw, yw)
        self.size = z.sum(axis=0)
        self.zwy = yw @ z
        self.zwx = z.T @ xw
        self.df = x.shape[0] - x.shape[1]

    def loss(self, rho: Array) -> Array:
        """Values (G,) at one rho a gene; infinite where V is not positive definite."""
        g = (rho / (1 - rho))[:, None]
        scale = 1 + g * self.size
        good = (scale > 0).all(axis=1)
        scale = np.where(good[:, None], scale, 1.0)
        shrink = (g / scale)[:, :, None]
        xvx = self.xwx - np.swapaxes(self.zwx * shrink, 1, 2) @ self.zwx
        xvy = self.xwy - np.einsum("gbp,gb->gp", self.zwx * shrink, self.zwy)
        yvy = self.ywy - (g / scale * self.zwy**2).sum(axis=1)
        beta = np.linalg.solve(xvx, xvy[:, :, None])[:, :, 0]
        rss = yvy - np.einsum("gp,gp->g", xvy, beta)
        _, logdet = np.linalg.slogdet(xvx)
        value = self.df * np.log(rss) + np.log(scale).sum(axis=1) + logdet
        return np.where(good & (rss > 0), value, np.inf)
