"""Random-effects meta-analysis of many estimates at once."""

import numpy as np
import numpy.typing as npt

from revertome.arrays import Array

STEPS = 2000  # of Fisher scoring
PATIENT = 100  # steps after which they are halved


def between_variance(effect: Array, variance: Array) -> Array:
    """Between-study variance tau2 by restricted maximum likelihood, (G,).

    Fisher scoring from the DerSimonian-Laird value, truncated at 0 (Viechtbauer 2005, J Educ
    Behav Stat 30:261-93). With equal variances v it is max(0, sample variance - v).

    Parameters
    ----------
    effect, variance : (k,) or (k, G)
        Estimates and their squared standard errors; NaN where a study has none.

    Raises
    ------
    ValueError
        When it does not converge.
    """
    effect, variance = (np.asarray(x, float).reshape(len(x), -1) for x in (effect, variance))
    known = np.isfinite(effect) & np.isfinite(variance)
    y = np.where(known, effect, 0.0)
    weight = np.where(known, 1 / np.where(known, variance, 1.0), 0.0)
    mean = (weight * y).sum(0) / weight.sum(0)
    # DerSimonian & Laird: E(Q) = k - 1 + tau2 (sum w - sum w^2 / sum w), solved for tau2.
    spare = (weight * (y - mean) ** 2).sum(0) - (known.sum(0) - 1)
    scale = weight.sum(0) - (weight**2).sum(0) / weight.sum(0)
    tau2 = np.maximum(0.0, spare / scale)
    left = np.arange(tau2.size)
    for number in range(STEPS):
        # Only the genes that have not converged go on. Past 100 steps halved ones end the
        # oscillation of Fisher scoring around a flat optimum.
        step = _step(y[:, left], np.where(known, variance, np.inf)[:, left], tau2[left])
        if number > PATIENT:
            step /= 2
        after = np.maximum(0.0, tau2[left] + step)
        moved = np.abs(after - tau2[left]) > 1e-12 * (1 + after)
        tau2[left] = after
        left = left[moved]
        if not len(left):
            return np.asarray(tau2)
    raise ValueError(f"the between-study variance of {len(left)} estimates did not converge")


def _step(y: Array, variance: Array, tau2: Array) -> Array:
    w = 1 / (variance + tau2)
    w1 = w.sum(0)
    w2 = (w**2).sum(0)
    w3 = (w**3).sum(0)
    # Score and expected information of the restricted log likelihood, both times 2. P = W - W11'W
    # / w1 projects out the mean: the score is y'PPy - tr(P), the information tr(PP).
    residual = y - (w * y).sum(0) / w1
    score = (w**2 * residual**2).sum(0) - (w1 - w2 / w1)
    return np.asarray(score / (w2 - 2 * w3 / w1 + (w2 / w1) ** 2))


def random_effects(effect: Array, variance: Array) -> dict[str, Array]:
    """Pool k >= 2 studies, gene by gene: REML tau2, Hartung-Knapp interval.

    estimate = sum(w y) / sum(w), w = 1 / (v + tau2);
    its variance is sum(w (y - estimate)^2) / ((k - 1) sum(w)), on a t distribution with k - 1
    degrees of freedom (Hartung & Knapp 2001, Stat Med 20:3875-89). With two or three studies the
    interval is wide, and by chance can be too short when they happen to agree closely.

    Parameters
    ----------
    effect, variance : (k,) or (k, G)
        Estimates and their squared standard errors; NaN where a study has none.

    Returns
    -------
    k; estimate, error, CI.L, CI.R (95%), statistic (t), P.Value; PI.L, PI.R, the 95% prediction
    interval of another study, estimate -+ t sqrt(error^2 + tau2); tau2, Q with its p_Q
    (homogeneity, chi-square with k - 1 degrees of freedom), I2 = tau2 / (tau2 + typical variance),
    a fraction (Higgins & Thompson 2002, Stat Med 21:1539-58); estimate_common and p_common, of the
    inverse-variance mean, which speaks about these studies alone.

    Raises
    ------
    ValueError
        With fewer than two studies for an estimate, or a variance that is not positive.
    """
    from scipy import stats

    y, v = (np.asarray(x, float).reshape(len(x), -1) for x in (effect, variance))
    known = np.isfinite(y) & np.isfinite(v)
    k = known.sum(0)
    if (k < 2).any() or (v[known] <= 0).any():
        raise ValueError(
            f"pooling needs 2 or more studies with positive variances, found {k.min()}"
        )
    tau2 = between_variance(y, v)
    y0, v0 = np.where(known, y, 0.0), np.where(known, v, np.inf)
    w = 1 / (v0 + tau2)
    estimate = (w * y0).sum(0) / w.sum(0)
    # Hartung & Knapp: the weighted spread of the estimates themselves, in place of 1 / sum(w),
    # which takes tau2 as known.
    error = np.sqrt((w * (y0 - estimate) ** 2).sum(0) / ((k - 1) * w.sum(0)))
    fixed = 1 / v0
    common = (fixed * y0).sum(0) / fixed.sum(0)
    q = (fixed * (y0 - common) ** 2).sum(0)
    # Typical within-study variance, so that I2 = tau2 / (tau2 + typical).
    typical = (k - 1) / (fixed.sum(0) - (fixed**2).sum(0) / fixed.sum(0))
    quantile = stats.t.ppf(0.975, k - 1)
    statistic = np.divide(estimate, error, out=np.full_like(error, np.nan), where=error > 0)
    # A new study differs from the mean by tau2 besides the error of the mean.
    ahead = quantile * np.sqrt(error**2 + tau2)
    return {
        "k": k,
        "estimate": estimate,
        "error": error,
        "CI.L": estimate - quantile * error,
        "CI.R": estimate + quantile * error,
        "statistic": statistic,
        "P.Value": 2 * stats.t.sf(np.abs(statistic), k - 1),
        "PI.L": estimate - ahead,
        "PI.R": estimate + ahead,
        "tau2": tau2,
        "I2": tau2 / (tau2 + typical),
        "Q": q,
        "p_Q": stats.chi2.sf(q, k - 1),
        "estimate_common": common,
        "p_common": 2 * stats.norm.sf(np.abs(common) * np.sqrt(fixed.sum(0))),
    }


def leave_one_out(
    effect: Array, variance: Array
) -> list[tuple[int, npt.NDArray[np.intp], dict[str, Array]]]:
    """Pool again without each study in turn, where two others are left.

    Returns
    -------
    list of (study left out, columns that held it and two or more others, result there).
    """
    y, v = (np.asarray(x, float).reshape(len(x), -1) for x in (effect, variance))
    known = np.isfinite(y) & np.isfinite(v)
    found = []
    for out in range(len(y)):
        at = np.flatnonzero(known[out] & (known.sum(0) >= 3))
        if len(at):
            rest = np.arange(len(y)) != out
            found.append((out, at, random_effects(y[np.ix_(rest, at)], v[np.ix_(rest, at)])))
    return found
